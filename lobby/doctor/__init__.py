"""The doctor: looks at everything that a branch stands on, says in plain words how it is, and changes nothing."""
