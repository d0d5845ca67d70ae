"""The socket that the server listens on, as its clients find it."""

import socket

from app.listening import bound_socket


def test_small_pieces_are_sent_at_once() -> None:
    """Catches a first token that waits 40 ms for the client to confirm the headers (Nagle)."""
    with (
        bound_socket("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
