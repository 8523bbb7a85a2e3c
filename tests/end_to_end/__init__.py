"""The whole system from outside: real processes on loopback ports, real clients, real crashes."""
