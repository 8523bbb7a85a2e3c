"""The signs over the counters follow the journal."""
