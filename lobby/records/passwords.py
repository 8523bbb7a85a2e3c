"""Which passwords are refused: too short, the old one, the user name in it, or what is guessed first.

The list of what is guessed first is short and holds no password itself, for most are one of few words with digits or
signs around it ("Welcome2026!"), one character or a few again and again, or a walk along the keyboard: so these are
recognised by how they are made. No rule asks for digits or signs, and none for a change without a reason (NIST SP
800-63B-4, 3.1.1); a branch that must have passwords replaced says so (`[server] password_days`).
"""

from __future__ import annotations

import re

from lobby.errors import PasswordNamesUser, PasswordTooCommon, PasswordTooWeak

SHORTEST = 10
FEWEST_DIFFERENT = 5
SHORTEST_NAME = 4
"""A shorter user name may stand in a word by chance."""

_WORDS = """
abc abcd access account admin administrator azerty bank banking branch cash cashier changeme computer counter default
dragon football guest hello iloveyou letmein lobby login manager master money monkey office operator pass passphrase
passw0rd passwd password princess qwerty qwertz root secret security service shadow staff summer sunshine superman
superuser supervisor system teller test testing ticket trustno user username welcome winter autumn spring
january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
bonjour contrasena contraseña hallo hola mima motdepasse namaste parol passwort senha админ банк касса пароль привет
"""
WORDS = frozenset(_WORDS.split())
"""Words that are a bad password whatever stands before or after them."""

_WALKS = """
01234567890 abcdefghijklmnopqrstuvwxyz qwertyuiop[] asdfghjkl;' zxcvbnm,./ qwertzuiopü azertyuiop
qazwsxedcrfvtgbyhnujmikolp 1q2w3e4r5t6y7u8i9o0p 1qaz2wsx3edc4rfv йцукенгшщзхъ фывапролджэ
"""
WALKS = [walk for way in _WALKS.split() for walk in (way, way[::-1])]
SHORTEST_WALK = 5
_LIKE = str.maketrans("@4301!$57", "aaeolisst")


def refuse_weak(password: str, username: str) -> None:
    """Refuse a new password that others would find: `PasswordTooWeak`, `PasswordNamesUser`, `PasswordTooCommon`."""
    if len(password) < SHORTEST:
        raise PasswordTooWeak(length=SHORTEST)
    plain, name = password.casefold(), username.casefold()
    if len(name) >= SHORTEST_NAME and name in plain:
        raise PasswordNamesUser()
    if len(set(plain)) < FEWEST_DIFFERENT or _is_words(plain) or _is_words(_letters(plain)) or _walks(plain):
        raise PasswordTooCommon()


def _letters(plain: str) -> str:
    """The password with digits and signs read as the letters that they stand for, and without those around it."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain).translate(_LIKE)


def _is_words(plain: str) -> bool:
    """Whether nothing is left of it but digits and signs once the common words are taken out."""
    found = re.findall(r"[^\W\d_]+", plain)
    return all(_made_of_words(part) for part in found)


def _made_of_words(letters: str) -> bool:
    """Whether the letters are common words one after the other."""
    reached = {0}
    for end in range(1, len(letters) + 1):
        if any(letters[start:end] in WORDS for start in reached):
            reached.add(end)
    return len(letters) in reached


def _walks(plain: str) -> bool:
    """Whether what is left without walks along the keyboard or the alphabet, either way, would be too short."""
    left = plain
    for walk in WALKS:
        for length in range(len(walk), SHORTEST_WALK - 1, -1):
            for start in range(len(walk) - length + 1):
                left = left.replace(walk[start : start + length], "")
    return len(left) < SHORTEST_WALK and len(left) < len(plain)
