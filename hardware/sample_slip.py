"""A slip in five languages, to try a printer with: `lobby`'s own tickets are made by its kiosk, not here."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.document import Document, Element, Items, Number, Qr, Space, Text

LINK = "https://lobby.example/t/k7Q2mX9rTb"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of the sample in one language."""

    branch: str
    service: str
    wait: str
    ahead: str
    bring: str
    documents: tuple[str, ...]
    follow: str
    issued: str


WORDINGS = {
    "en": Wording(
        "Main Street", "Cash", "About 8-14 minutes", "6 people before you", "Please have ready:",
        ("Passport or ID card", "Bank card"), "Follow your turn on your phone", "22 Nov 2026 10:42",
    ),
    "ar": Wording(
        "الشارع الرئيسي", "النقد", "حوالي 8 إلى 14 دقيقة", "أمامك 6 أشخاص", "يرجى تجهيز:",
        ("جواز السفر أو بطاقة الهوية", "البطاقة المصرفية"), "تابع دورك على هاتفك", "22 نوفمبر 2026 10:42",
    ),
    "zh": Wording(
        "主街支行", "现金业务", "约 8–14 分钟", "您前面还有 6 人", "请准备好：",
        ("护照或身份证", "银行卡"), "用手机查看排队进度", "2026年11月22日 10:42",
    ),
    "ru": Wording(
        "Главная улица", "Касса", "Около 8–14 минут", "Перед вами 6 человек", "Подготовьте:",
        ("Паспорт или загранпаспорт", "Банковская карта"), "Следите за очередью в телефоне",
        "22 нояб. 2026 г. 10:42",
    ),
    "hi": Wording(
        "मेन स्ट्रीट", "नकद", "लगभग 8–14 मिनट", "आपसे पहले 6 लोग", "कृपया तैयार रखें:",
        ("पासपोर्ट या पहचान पत्र", "बैंक कार्ड"), "फ़ोन पर अपनी बारी देखें", "22 नव॰ 2026 10:42",
    ),
}  # fmt: skip


def sample_slip(language: str = "en", number: str = "A047", link: str = LINK) -> Document:
    """A ticket as a branch would issue it, in "en", "ar", "zh", "ru" or "hi"."""
    words = WORDINGS[language]

    def line(text: str, size: int = 26, bold: bool = False) -> Text:
        return Text(text, size=size, bold=bold, align="center", language=language)

    elements: tuple[Element, ...] = (
        Space(8),
        line(words.branch, size=20),
        Number(number),
        line(words.service, size=30),
        Space(10),
        line(words.wait),
        line(words.ahead),
        Space(28),
        Items(words.bring, words.documents, language),
        Space(20),
        Qr(link),
        line(words.follow, size=20),
        Space(12),
        line(words.issued, size=18),
        Space(8),
    )
    return Document(elements, language)
