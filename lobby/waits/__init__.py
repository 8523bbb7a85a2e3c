"""Waits: how long it will take, what is promised, and foreign logs replayed. Pure: time and chance are arguments."""
