"""The structure of an article's Markdown: its plain text, its lists, and the lists under marked headings.

A heading may end in a mark, `## What to bring {#documents}`, by which a list is found whatever the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

MARK = re.compile(r"[ \t]*\{#([A-Za-z][\w-]*)\}[ \t]*$")
_MARKED_HEADING = re.compile(r"^( {0,3}#{1,6}[ \t].*?)[ \t]*\{#[A-Za-z][\w-]*\}[ \t]*$", re.MULTILINE)
_LISTS = ("bullet_list", "ordered_list")
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


class List(msgspec.Struct, frozen=True):
    """One list: the mark of the heading that it stands under ("" without one), whether numbered, its items as text."""

    mark: str
    numbered: bool
    items: tuple[str, ...]


class Markdown(msgspec.Struct, frozen=True):
    """`body` is the Markdown without heading marks, `text` its words, a line for each block."""

    body: str
    text: str
    lists: tuple[List, ...]


def read_markdown(source: str) -> Markdown:
    """Any text is Markdown: nothing is refused."""
    tokens = _PARSER.parse(source)
    text = "\n".join(filter(None, (MARK.sub("", _words(token)) for token in tokens)))
    return Markdown(_MARKED_HEADING.sub(r"\1", source), text, tuple(_lists(tokens)))


def _words(token: Token) -> str:
    if token.type in ("fence", "code_block"):
        return token.content.strip()
    return _inline(token) if token.type == "inline" else ""


def _inline(token: Token) -> str:
    parts = (" " if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or ())
    return " ".join("".join(parts).split())


def _lists(tokens: list[Token]) -> Iterator[List]:
    """The outermost lists, in order."""
    mark = ""
    for node in SyntaxTreeNode(tokens).children:
        if node.type == "heading":
            found = MARK.search(node.children[0].content)
            mark = found.group(1) if found else ""
        elif node.type in _LISTS:
            yield List(mark, node.type == "ordered_list", tuple(filter(None, map(_item, node.children))))


def _item(item: SyntaxTreeNode) -> str:
    """An item's paragraphs, and after them the items of a list within it, with commas between."""
    parts = [_block(block) for block in item.children]
    return " ".join(filter(None, parts))


def _block(block: SyntaxTreeNode) -> str:
    if block.type in _LISTS:
        return ", ".join(filter(None, map(_item, block.children)))
    return " ".join(filter(None, (_words(token) for token in block.to_tokens())))
