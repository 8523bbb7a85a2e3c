"""Days to come and days that are over: who will come, how many counters, breaks, what-if, the briefs. Pure."""
