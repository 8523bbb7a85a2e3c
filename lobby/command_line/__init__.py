"""The subcommands of `lobby` that need a branch's data folder and nothing else."""
