"""What the teller sees: whole screens, and the small ones that ask for one thing."""
