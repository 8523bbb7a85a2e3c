"""Tests of the touchscreen, against a real branch and, where it matters, a real browser."""
