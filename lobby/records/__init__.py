"""What is kept: the journal of events, people's personal data (erasable), staff and tokens."""
