"""The words of the product in every language: one gettext catalogue a language, for pages, paper, screens and console.

The English sentence is the key. A new language is a folder `locale/<language>/LC_MESSAGES/lobby.po`, no code. The
catalogues are compiled in memory when first used, so there is no second file to go stale.
"""

from lobby.words.catalogue import LANGUAGES, SOURCE_LANGUAGE, Words, best_language, words
from lobby.words.sentences import reason, refusal, wait_range

__all__ = ["LANGUAGES", "SOURCE_LANGUAGE", "Words", "best_language", "reason", "refusal", "wait_range", "words"]
