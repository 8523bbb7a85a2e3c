"""Articles as a test writes them: what it does not say is plain and right."""

from __future__ import annotations

from datetime import date

from lobby.care.knowledge.article import Article
from lobby.care.knowledge.reading import read_article

TODAY = date(2026, 11, 22)


def file_text(body: str = "Stop the card first.", **values: object) -> str:
    """A file with these front matter values, given as TOML; None leaves one out."""
    front = {"title": '"A lost card"', "owner": '"Head cashier"', **values}
    lines = (f"{key} = {value}" for key, value in front.items() if value is not None)
    return "\n".join(("+++", *lines, "+++", "", body, ""))


def an_article(name: str = "lost-card.en", body: str = "Stop the card first.", **values: object) -> Article:
    return read_article(f"cards/{name}.md", file_text(body, **values))
