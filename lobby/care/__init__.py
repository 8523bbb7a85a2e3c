"""What stands around the queue: interaction records, complaints, follow-ups, knowledge, feedback.

Pure, and below the queue: nothing here knows a branch, a counter's state or a store. `casebook` is what is open now.
"""
