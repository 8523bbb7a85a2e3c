"""The parts of the work screen. A panel shows what it is given and knows no door."""
