"""Queue logs of other systems: read with every mistake counted, replayed, and used to judge predictors. Pure."""
