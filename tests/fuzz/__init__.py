"""Inputs that nobody thought of: no answer is a fault, nothing hangs, nothing is kept that should not be.

Each test runs a few cases at every build, always the same ones. `LOBBY_FUZZ=50 pytest tests/fuzz` runs fifty times as
many, new ones each time. So it is with every command in any order (tests/lobby/queue/test_machine.py); all other tests
that Hypothesis draws examples for have new ones then too, as many as ever.
"""
