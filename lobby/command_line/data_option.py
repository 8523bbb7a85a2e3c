"""`--data DIR`, as every command takes it that touches a branch or a head office."""

from __future__ import annotations

from pathlib import Path

import click

data_option = click.option(
    "--data",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The data folder, made by `init`.",
)
