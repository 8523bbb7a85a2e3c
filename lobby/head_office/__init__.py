"""The head office of a chain: the journals of its branches together, what they show now, and reports of them all."""
