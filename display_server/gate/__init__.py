"""Who may come in: permissions by route, signing in, pairing, limits."""
