"""The queue: events, the ticket's state table, the branch as a fold, commands decided into events, whom to call next.

Everything here is pure: time (milliseconds since the epoch, UTC) and chance come in as arguments.
"""
