"""Complaints, promises, records and answers, over HTTP and as pages."""
