"""Branches in processes of their own, as in the end-to-end tests."""

from tests.end_to_end.conftest import a_branch, a_house_of, empty_branch, house

__all__ = ["a_branch", "a_house_of", "empty_branch", "house"]
