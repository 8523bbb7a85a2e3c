"""`lobby train`: a practice branch with customers who come for a lesson, and a word on how it went."""
