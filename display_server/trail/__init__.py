"""The audit trail as the server keeps and shows it; erasing and giving out one person's words."""
