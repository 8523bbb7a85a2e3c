"""Printers, the spool in front of them, and the drawing of scripts. Knows no lobby: what it prints is a `Document`."""
