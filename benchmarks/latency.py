"""A proxy in front of the simulated estate that takes as long to answer as a distant service does, and counts.

It can answer from memory a request that it has passed on before (`replay`): AWS answers many requests at once, which
an emulator in one Python process cannot do, and the emulator's slowness would hide what is being compared.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlencode, urlsplit

Headers = dict[bytes, bytes]
Key = tuple[str, str, str, str, bytes]
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_LIMIT = 16 * 1024 * 1024  # bytes of a head, and of what is read ahead
_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+/[^/]+)/")
_CHANGES = ("X-Amz-Date", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "X-Amz-Expires")


class Proxy:
    """Forwards to `upstream`, `latency` seconds later. `requests` counts what came in, by what it asks for."""

    def __init__(self, upstream: str, latency: float, *, replay: bool) -> None:
        address = urlsplit(upstream)
        self._upstream = (address.hostname or "", address.port or 80)
        self.latency, self._replay = latency, replay
        self.requests: Counter[Key] = Counter()
        self.at_once = 0
        self.most_at_once = 0
        self._answers: dict[Key, bytes] = {}
        self._loop = asyncio.new_event_loop()
        self._connections: set[asyncio.Task[None]] = set()
        self.url = ""

    def reset(self) -> None:
        """Count from zero again. Answers are kept."""
        self.requests.clear()
        self.most_at_once = 0

    @contextmanager
    def serving(self) -> Iterator[Proxy]:
        """Answer on the loopback interface, from a thread, while the context lasts."""
        thread = threading.Thread(target=self._loop.run_forever, name="latency")
        thread.start()
        server = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._stop(server), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    async def _start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_LIMIT, backlog=512)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    async def _stop(self, server: asyncio.Server) -> None:
        server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections.add(task)
        upstream: Connection | None = None
        try:
            while True:
                upstream = await self._answer(reader, writer, upstream)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client hung up
        except asyncio.CancelledError:
            pass  # the proxy stops
        finally:
            self._connections.discard(task)
            for each in [writer, *([upstream[1]] if upstream else [])]:
                with contextlib.suppress(ConnectionError):
                    each.close()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: Connection | None
    ) -> Connection | None:
        """Answer one request. Returns the connection to the estate, if one has been needed, for the next."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            body = await _body(reader, _headers(head))
            key = _key(head, body)
            self.requests[key] += 1
            await asyncio.sleep(self.latency)
            answer = self._answers.get(key)
            if answer is None:
                upstream = upstream or await asyncio.open_connection(*self._upstream, limit=_LIMIT)
                answer = await _forward(upstream, head, body)
                if self._replay:
                    self._answers[key] = answer
        finally:
            self.at_once -= 1
        writer.write(answer)
        await writer.drain()
        return upstream


async def _forward(upstream: Connection, head: bytes, body: bytes) -> bytes:
    reader, writer = upstream
    writer.write(head + body)
    await writer.drain()
    answer = await reader.readuntil(b"\r\n\r\n")
    status = int(answer.split(b" ", 2)[1])
    if head.startswith(b"HEAD ") or status in (204, 304):
        return answer
    return answer + await _body(reader, _headers(answer))


async def _body(reader: asyncio.StreamReader, headers: Headers) -> bytes:
    if b"transfer-encoding" in headers:
        raise ConnectionError("a body in chunks, which neither an SDK's read nor the estate sends")
    return await reader.readexactly(int(headers.get(b"content-length", b"0")))


def _headers(head: bytes) -> Headers:
    lines = head.split(b"\r\n")[1:]
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines) if name}


def _key(head: bytes, body: bytes) -> Key:
    """What a request asks for: method, path and query, service and region, target, body; not when, nor signed how."""
    method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
    path, _, query = target.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name not in _CHANGES]
    headers = _headers(head)
    scope = _SCOPE.search(headers.get(b"authorization", b"").decode("latin-1"))
    operation = headers.get(b"x-amz-target", b"").decode("latin-1")
    return method, f"{path}?{urlencode(kept)}", scope[1] if scope else "anonymous", operation, body
