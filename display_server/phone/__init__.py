"""The pages of customers: the ticket, what they thought of it, a complaint."""
