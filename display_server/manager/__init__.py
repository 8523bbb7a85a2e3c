"""The manager's page, briefs and reports."""
