"""The teller's console in the terminal: every verb on one key, no mouse.

`app` leads from signing in to the counter; `screens` are what the teller sees, `panels` the parts of the work screen;
`live` follows the branch; `outbox` holds what was asked for and not answered yet. It knows the domain's protocols
(`lobby.door.Door`, `protocols`) and is handed what stands behind them.
"""
