"""The tables of branch.toml, each read into a struct of its own; `lobby.config` puts them together."""
