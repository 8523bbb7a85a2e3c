"""Signing in by the bank's own provider (OpenID Connect 1.0: code flow with PKCE, state and nonce)."""
