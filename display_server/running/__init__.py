"""A server in its process: the socket that it listens on, its certificate, the threads beside its loop, what is done
again and again."""
