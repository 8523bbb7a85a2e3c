"""`lobby knowledge`: check the branch's articles before the tellers read them, and search them as they would."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:  # loaded where it is used: a parser and an index cost a command line their quickness
    from lobby.knowledge_folder import KnowledgeFolder
    from lobby.queue.services import Setup

data_option = click.option(
    "--data",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The branch's data folder; the articles are in its folder knowledge.",
)


@click.group()
def knowledge() -> None:
    """Articles, guides, rates and words for hard moments."""


@knowledge.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(folder: Path, as_json: bool) -> None:
    """Read every file of DIR/knowledge and print all that is wrong, with the file and what to write instead."""
    import msgspec

    setup = _setup(folder)
    known = _folder(folder, setup)
    today = _today(setup)
    library = known.library
    old = [article for article in library.articles if article.standing(today) == "out_of_date"]
    if as_json:
        told = {
            "articles": len(library.articles),
            "tables": len(library.tables),
            "out_of_date": [f"{article.id}.{article.language}" for article in old],
            "mistakes": [
                {"path": wrong.path, "where": wrong.mistake.where, "what": wrong.mistake.what}
                for wrong in known.mistakes
            ],
        }
        click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    else:
        for wrong in known.mistakes:
            click.echo(str(wrong))
        for article in old:
            click.echo(f"out of date since {article.valid_until}: {article.id}.{article.language}, of {article.owner}")
        click.echo(f"{len(library.articles)} articles, {len(library.tables)} tables of rates")
    if known.mistakes:
        count = "1 mistake" if len(known.mistakes) == 1 else f"{len(known.mistakes)} mistakes"
        raise click.ClickException(count)


@knowledge.command()
@data_option
@click.option("--language", metavar="CODE", help="Whose articles count more; the branch's first, unless given.")
@click.option("--service", default="", metavar="CODE", help="The service being served.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.argument("words", nargs=-1, required=True)
def search(folder: Path, language: str | None, service: str, as_json: bool, words: tuple[str, ...]) -> None:
    """The articles that a teller would find with WORDS, best first."""
    import msgspec

    setup = _setup(folder)
    library = _folder(folder, setup).library
    hits = library.search(
        " ".join(words), language=language or setup.languages[0], service=service, today=_today(setup)
    )
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(hits), indent=2).decode())
        return
    for hit in hits:
        standing = "" if hit.standing == "valid" else f"  ({hit.standing.replace('_', ' ')})"
        click.echo(f"{hit.article}.{hit.language}  {hit.title}{standing}")
        click.echo(f"    {hit.snippet}")


def _setup(folder: Path) -> Setup:
    from lobby.config import load

    return load(folder).setup


def _folder(folder: Path, setup: Setup) -> KnowledgeFolder:
    """What is in the folder now. Nothing is remembered: the server says what is new, not whoever looks."""
    from lobby.knowledge_folder import FOLDER, KnowledgeFolder

    known = KnowledgeFolder(folder / FOLDER, services=setup.services)
    known.scan(time.time_ns() // 1_000_000)
    return known


def _today(setup: Setup) -> date:
    return datetime.now(ZoneInfo(setup.zone)).date()
