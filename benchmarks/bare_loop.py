"""The floor: a bare loop that writes one ready-made WebSocket frame to every client, one after the other.

    python -m benchmarks.bare_loop [FILE]     prints the port, then serves until it is stopped

GET upgrades to a WebSocket; each POST makes it write a frame as long as a call's, numbered, to all clients; where a
FILE is named, after a line of a journal's length was made durable there.
"""

from __future__ import annotations

import base64
import hashlib
import os
import select
import socket
import sys

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
FILLER = "x" * 180
LINE = b"x" * 1000


def serve(journal: str = "") -> None:
    line = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if journal else None
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(listener.getsockname()[1], flush=True)
    poll = select.epoll()
    poll.register(listener.fileno(), select.EPOLLIN)
    open_sockets: dict[int, socket.socket] = {}
    clients: list[socket.socket] = []
    round_number = 0
    while True:
        for number, _ in poll.poll():
            if number == listener.fileno():
                sock, _ = listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                open_sockets[sock.fileno()] = sock
                poll.register(sock.fileno(), select.EPOLLIN)
                continue
            sock = open_sockets[number]
            request = sock.recv(65536)
            if not request:
                poll.unregister(number)
                del open_sockets[number]
            elif request.startswith(b"GET"):
                key = next(
                    header.split(b":", 1)[1].strip()
                    for header in request.split(b"\r\n")
                    if header.lower().startswith(b"sec-websocket-key")
                )
                accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest()).decode()
                sock.sendall(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
                )
                clients.append(sock)
            elif b"POST " in request:
                if line is not None:
                    os.write(line, LINE)
                    os.fdatasync(line)
                payload = f'["event",{{"kind":"Bare","round":"{round_number:06d}","x":"{FILLER}"}}]'.encode()
                frame = b"\x81\x7e" + len(payload).to_bytes(2, "big") + payload
                round_number += 1
                for client in clients:
                    client.sendall(frame)
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


if __name__ == "__main__":
    serve(*sys.argv[1:])
