"""What a branch server does without anybody asking: now and then, and after what has happened."""
