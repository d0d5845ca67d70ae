"""Takes the server's port, before anything slow is loaded, and names the address."""

import errno
import socket

from adapters.errors import LoraLandError


class PortRefused(LoraLandError):
    """The address cannot be listened on; shown to whoever started the server."""


def bound_socket(host: str, port: int) -> socket.socket:
    """A TCP socket that nobody else can take while the model loads. Raises PortRefused."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(address, family=family)
    except OSError as error:
        raise PortRefused(_why_not_bound(host, port, error)) from error
    # Its connections inherit it. asyncio sets it only on sockets that it has made itself; without
    # it, the first token waits up to 40 ms until the client has confirmed the headers.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _why_not_bound(host: str, port: int, error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return f"The host {host!r} is not known on this machine; try --host 127.0.0.1."
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use; stop that program or choose another --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than you have; choose a --port above 1023."
    return f"{host}:{port} cannot be opened: {error.strerror or error}."


def page_address(host: str, port: int) -> str:
    """The URL to open in a browser on this machine."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
