"""Small real servers on the loopback interface that answer badly, each in its own way: as sites, and behind a proxy of theirs."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
import time
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import trustme

Behaviour = Callable[["Connection"], None]
SLOW = 0.02  # seconds between two bytes of a server that trickles: within the limit between two bytes
PAGE = b'<!doctype html><html lang="en"><body>A page</body></html>'


@cache
def authority() -> trustme.CA:
    return trustme.CA()


@dataclass
class Connection:
    """One connection to a server, after its request was read, where that is read."""

    socket: socket.socket
    server: Server
    request: bytes = b""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)
        self.server.sent += len(data)

    def answer(self, status: str = "200 OK", body: bytes = PAGE, *, length: int | None = None, **headers: str) -> None:
        told = {"Content-Type": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told.items())]
        self.send("\r\n".join([*lines, f"Content-Length: {len(body) if length is None else length}", "", ""]).encode() + body)

    def trickle(self, data: bytes) -> None:
        for number in range(len(data)):
            self.send(data[number : number + 1])
            time.sleep(SLOW)


@dataclass
class Server:
    """`raw` behaviours begin before TLS and before any request is read."""

    behaviour: Behaviour
    tls: ssl.SSLContext | None = None
    raw: bool = False
    proxy: bool = False
    port: int = 0
    sent: int = 0
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def serve(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                accepted, _ = listening.accept()
                self.connections += 1
                threading.Thread(target=self._answer, args=(accepted,), daemon=True).start()

    def _answer(self, accepted: socket.socket) -> None:
        with suppress(OSError, ValueError), accepted:
            request, tls = b"", self.tls
            if self.proxy:
                request = _request(accepted)
                if request.startswith(b"CONNECT"):
                    accepted.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    request = b""
                else:
                    tls = None
            if self.raw:
                self.behaviour(Connection(accepted, self, request))
                return
            with tls.wrap_socket(accepted, server_side=True) if tls else accepted as connection:
                request = request or _request(connection)
                self.requests.append(request)
                self.behaviour(Connection(connection, self, request))


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data and (part := connection.recv(65536)):
        data += part
    return data


@contextmanager
def running(server: Server) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]
        threading.Thread(target=server.serve, args=(listening,), daemon=True).start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)


def certified(*names: str, ends: timedelta = timedelta(days=90), by: trustme.CA | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    now = datetime.now(UTC)
    issued = (by or authority()).issue_cert(*names, not_before=now - timedelta(days=90), not_after=now + ends)
    issued.configure_cert(context)
    return context


def self_signed(*names: str) -> ssl.SSLContext:
    context, own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), trustme.CA()
    trustme.LeafCert(own.private_key_pem.bytes(), own.cert_pem.bytes(), []).configure_cert(context)
    return context


def old(*names: str) -> ssl.SSLContext:
    """TLS 1.0 and nothing later."""
    context = certified(*names)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it is
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    return context


# ---------------------------------------------------------------------------------------------- nobody answers to the end


def hang(connection: Connection) -> None:
    connection.socket.settimeout(5)
    connection.socket.recv(1_000_000)
    connection.socket.recv(1_000_000)


def reset(connection: Connection) -> None:
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang_up(connection: Connection) -> None:
    pass


def trickle_handshake(connection: Connection) -> None:
    connection.trickle(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03" + bytes(500))


def not_http(connection: Connection) -> None:
    connection.send(b"220 mail.example.org ESMTP\r\n")


def escape(connection: Connection) -> None:
    """What would clear the terminal of whoever reads the report."""
    connection.send(b"\x1b[2J\x1b[H GO\r\n\r\n")


def trickle_headers(connection: Connection) -> None:
    connection.trickle(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 500)


def trickle_body(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n")
    connection.trickle(b"x" * 500)


def trickle_chunks(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.trickle(b"1\r\nx\r\n" * 100)


def go_on_saying_continue(connection: Connection) -> None:
    while True:
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def endless_header(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        connection.send(b"x" * 65536)


def endless_headers(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.send(b"X-More: x\r\n" * 1000)


def half_a_body(connection: Connection) -> None:
    connection.answer(length=len(PAGE) * 2)


def half_a_chunk(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nshort")


def no_length(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE)


def two_lengths(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 500\r\n\r\n" + PAGE)


def broken_gzip(connection: Connection) -> None:
    connection.answer(body=b"not gzip at all", Content_Encoding="gzip")


def half_gzip(connection: Connection) -> None:
    connection.answer(body=gzip.compress(PAGE)[:-12], Content_Encoding="gzip")


def redirect_to_no_url(connection: Connection) -> None:
    connection.answer("302 Found", b"", Location="https://[")


# ---------------------------------------------------------------------------------------------- somebody answers badly


def fine(connection: Connection) -> None:
    connection.answer()


def sign_in(connection: Connection) -> None:
    """As the network of a hotel answers for everybody."""
    connection.answer(body=b"Please sign in to the network")


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Each of them for one connection, and the last one for all further ones."""
    left = list(behaviours)

    def behave(connection: Connection) -> None:
        behaviour = left.pop(0) if left[1:] else left[0]
        behaviour(connection)

    return behave


def unavailable(connection: Connection) -> None:
    connection.answer("503 Service Unavailable")


def other_type(connection: Connection) -> None:
    connection.answer(Content_Type="application/octet-stream")


def redirect_to_itself(connection: Connection) -> None:
    path = connection.request.split()[1].decode()
    host = next(line for line in connection.request.decode().splitlines() if line.lower().startswith("host:")).split()[1]
    connection.answer("302 Found", b"", Location=path if "://" in path else f"https://{host}{path}")


def redirect_elsewhere(connection: Connection) -> None:
    connection.answer("302 Found", b"", Location="https://example.com/")


def huge(connection: Connection) -> None:
    """A gigabyte, unless nobody wants it any more."""
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1073741824\r\n\r\n")
    for _ in range(1024):
        connection.send(bytes(1024 * 1024))


@cache
def _bomb() -> bytes:
    """A gigabyte of nothing: a megabyte when it is compressed. Made of repeated blocks, each of which ends at a full flush."""
    packing = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    head = packing.compress(bytes(1024 * 1024)) + packing.flush(zlib.Z_FULL_FLUSH)
    block = packing.compress(bytes(1024 * 1024)) + packing.flush(zlib.Z_FULL_FLUSH)
    return head + block * 1023


def bomb(connection: Connection) -> None:
    connection.answer(body=_bomb(), Content_Encoding="gzip")
