"""The values of a record's fields: what a teller types, brought into the one form that is kept.

| type | kept as |
|---|---|
| number, money | `1250.5`, `1250.50`: a point before the decimals, nothing between thousands |
| date, due | `2026-03-12`, `2026-03-12T17:00` on the branch's clock (ISO 8601); with an offset it is refused |
| choice | the code; it may be typed as code, name or place, the tenth as 0 |
| yes_no | `yes`, `no` |
| phone | digits, with `+` in front where it was typed (at most 15, ITU-T E.164) |
| account | letters and digits without spaces; an IBAN's check digits are checked (ISO 13616, ISO 7064 mod 97-10) |

Digits may be Arabic, Persian or of full width. What could mean two things is refused, never guessed: `1,250`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from lobby.care.interactions import cleaned
from lobby.care.templates import Field, FieldType
from lobby.errors import N_, BadField

LONGEST_NUMBER = 18
TENTH = 10
"""What the digit 0 chooses."""


class Missing(BadField):
    message = N_("%(field)s is needed.")


class TooLong(BadField):
    message = N_("%(field)s: at most %(most)s letters.")


class NotANumber(BadField):
    message = N_("%(field)s: write a number, such as 1250.50.")


class TwoWaysToRead(BadField):
    message = N_("%(field)s: “%(value)s” can be read in two ways. Write 1250 or 1250.00.")


class TooSmall(BadField):
    message = N_("%(field)s: at least %(low)s.")


class TooLarge(BadField):
    message = N_("%(field)s: at most %(high)s.")


class NotADate(BadField):
    message = N_("%(field)s: write a day, such as 2026-03-12 or 12.3.2026.")


class NotAMoment(BadField):
    message = N_("%(field)s: write when, such as tomorrow 10:00, fri or +3d.")


class NotAChoice(BadField):
    message = N_("%(field)s: “%(value)s” is not among the choices: %(known)s.")


class NotYesOrNo(BadField):
    message = N_("%(field)s: write yes or no.")


class NotAPhone(BadField):
    message = N_("%(field)s: write a phone number, such as +44 20 7946 0018.")


class NotAnEmail(BadField):
    message = N_("%(field)s: write an e-mail address, such as name@example.com.")


class NotAnAccount(BadField):
    message = N_("%(field)s: write an IBAN or an account number; one of its letters or digits is not right.")


class NotThePattern(BadField):
    message = N_("%(field)s: “%(value)s” does not have the form that is needed.")


YES = frozenset({"yes", "y", "1", "true", "да", "д", "نعم", "ن", "是", "हाँ"})
NO = frozenset({"no", "n", "0", "2", "false", "нет", "н", "لا", "ل", "否", "नहीं"})


def settled(typed: str, field: Field) -> str:
    """The value in the form that is kept; empty for an empty one. A `BadField` that says what to write instead."""
    text = cleaned(typed, lines=field.type is FieldType.TEXT)
    if not text:
        return ""
    value = _READERS[field.type](text, field)
    if field.pattern and not re.fullmatch(field.pattern, value):
        raise NotThePattern(field=field.code, value=_short(value))
    return value


def _text(text: str, field: Field) -> str:
    if len(text) > field.longest:
        raise TooLong(field=field.code, most=field.longest)
    return text


def _number(text: str, field: Field) -> str:
    return f"{_decimal(text, field, unclear=',').normalize():f}"


def _money(text: str, field: Field) -> str:
    value = _decimal(text, field, unclear=",.")
    if value != round(value, 2):
        raise TwoWaysToRead(field=field.code, value=_short(text))
    return f"{value:.2f}"


def _decimal(text: str, field: Field, *, unclear: str) -> Decimal:
    """`unclear` signs may stand between thousands or before decimals: three digits behind one of them are refused."""
    plain = _without(" '’_\u00a0\u202f\u066c", ascii_digits(text)).replace("\u066b", ".")
    points, commas = plain.count("."), plain.count(",")
    if re.fullmatch(rf"-?[1-9]\d{{0,2}}[{unclear}]\d{{3}}", plain):
        raise TwoWaysToRead(field=field.code, value=_short(text))
    if points and commas:
        decimal = max(".,", key=plain.rfind)
        plain = plain.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    elif commas == 1:
        plain = plain.replace(",", ".")
    elif re.fullmatch(r"-?\d{1,3}(,\d{3})+|-?\d{1,3}(\.\d{3}){2,}", plain):
        plain = _without(",.", plain)
    if len(plain) > LONGEST_NUMBER or not re.fullmatch(r"-?(\d+(\.\d*)?|\.\d+)", plain):
        raise NotANumber(field=field.code)
    value = Decimal(plain) + 0  # of -0 it makes 0
    if field.low is not None and value < Decimal(str(field.low)):
        raise TooSmall(field=field.code, low=f"{field.low:g}")
    if field.high is not None and value > Decimal(str(field.high)):
        raise TooLarge(field=field.code, high=f"{field.high:g}")
    return value


def _date(text: str, field: Field) -> str:
    plain = ascii_digits(text)
    found = re.fullmatch(r"(?P<y>\d{4})[-./年](?P<m>\d\d?)[-./月](?P<d>\d\d?)日?", plain) or re.fullmatch(
        r"(?P<d>\d\d?)[-./](?P<m>\d\d?)[-./](?P<y>\d{4})", plain
    )
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])).isoformat() if found else _no_date(field)
    except ValueError:
        return _no_date(field)


def _due(text: str, field: Field) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotAMoment(field=field.code) from None
    if moment.tzinfo is not None:  # another clock than the branch's
        raise NotAMoment(field=field.code)
    return moment.isoformat(timespec="minutes")


def _no_date(field: Field) -> str:
    raise NotADate(field=field.code)


def _choice(text: str, field: Field) -> str:
    codes = [choice.code for choice in field.choices]
    if text in codes:
        return text
    place = ascii_digits(text)
    if place.isdecimal() and 1 <= (int(place[:4]) or TENTH) <= len(codes):
        return codes[(int(place[:4]) or TENTH) - 1]
    for choice in field.choices:
        if text.casefold() in (name.casefold() for name in choice.names.values()):
            return choice.code
    raise NotAChoice(field=field.code, value=_short(text), known=", ".join(codes))


def _yes_no(text: str, field: Field) -> str:
    said = ascii_digits(text).casefold()
    if said in YES or said in NO:
        return "yes" if said in YES else "no"
    raise NotYesOrNo(field=field.code)


def _phone(text: str, field: Field) -> str:
    plain = _without(" -.()/\u00a0", ascii_digits(text))
    if not re.fullmatch(r"\+?\d{5,15}", plain):
        raise NotAPhone(field=field.code)
    return plain


def _email(text: str, field: Field) -> str:
    if len(text) > 254 or not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;.]+(\.[^@\s<>,;.]+)+", text):
        raise NotAnEmail(field=field.code)
    return text


def _account(text: str, field: Field) -> str:
    plain = _without(" -./\u00a0", ascii_digits(text)).upper()
    iban = re.fullmatch(r"[A-Z]{2}\d\d[A-Z0-9]{11,30}", plain)
    if iban and int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1:
        return plain
    if not iban and re.fullmatch(r"[A-Z0-9]{4,34}", plain):
        return plain
    raise NotAnAccount(field=field.code)


_READERS = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.DUE: _due,
    FieldType.CHOICE: _choice,
    FieldType.YES_NO: _yes_no,
    FieldType.PHONE: _phone,
    FieldType.EMAIL: _email,
    FieldType.ACCOUNT: _account,
}


def ascii_digits(text: str) -> str:
    """The text with every decimal digit, and signs of full width, as ASCII has them."""
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in text).translate(_FULL_WIDTH)


_FULL_WIDTH = str.maketrans("．，－＋／：", ".,-+/:")


def _without(letters: str, text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, letters)))


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:39] + "…"
