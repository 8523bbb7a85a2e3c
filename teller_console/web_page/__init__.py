"""The page in which a browser shows the console, and its script."""
