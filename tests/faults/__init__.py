"""Everything that breaks: each fault is made to happen, and what is promised is looked for afterwards."""
