"""The branch server: HTTP API, Socket.IO, lobby screens, manager's page, and the kiosk's pages inside it."""
