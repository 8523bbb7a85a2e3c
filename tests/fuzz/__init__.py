"""Inputs that nobody thought of: no answer is a fault, nothing hangs, nothing is kept that should not be.

Each test runs a few cases at every build, always the same ones. `LOBBY_FUZZ=50 pytest tests/fuzz` runs fifty times as
many, new ones each time.
"""
