"""A whole branch with simulated people, for trying."""
