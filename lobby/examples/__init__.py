"""The example branch that `lobby init` writes."""
