"""What leaves the branch for other programs: signed webhooks, one courier each, and tables for a spreadsheet.

A courier follows the journal with a durable cursor of its own; see docs/outbound.md.
"""
