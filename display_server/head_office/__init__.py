"""The head office's server: takes the journals of its branches, and shows how the chain stands. Started by
`lobby head-office serve`; it is not a branch server, and needs none beside it."""
