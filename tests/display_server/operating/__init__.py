"""Tests of display_server.operating."""
