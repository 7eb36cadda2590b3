"""Bytes as no library would send them, and what comes back."""

import asyncio
import re
import ssl
from dataclasses import dataclass

from .waiting import within


@dataclass
class Answer:
    status: int
    headers: dict  # names in lower case
    rest: bytes  # the body and whatever followed it


def unverified():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Connection:
    """One TCP connection to the server."""

    def __init__(self, server):
        self._server = server

    async def __aenter__(self):
        tls = unverified() if self._server.url.startswith("https") else None
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._server.port, ssl=tls)
        return self

    async def __aexit__(self, *_):
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except (ConnectionError, ssl.SSLError):
            pass  # the server was quicker

    async def send(self, data):
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError:
            pass  # it has refused already, and says why in what can still be read

    async def head(self):
        """Status and headers of one answer; the body stays to be read."""
        try:
            raw = await within(self.reader.readuntil(b"\r\n\r\n"), "an answer")
        except (asyncio.IncompleteReadError, ConnectionError) as end:
            raise AssertionError(f"closed without an answer: {getattr(end, 'partial', b'')!r}") from None
        return parse_head(raw)

    async def exactly(self, count):
        return await within(self.reader.readexactly(count), f"{count} bytes")

    async def rest(self):
        """Everything until the server closes."""
        try:
            return await within(self.reader.read(-1), "the server's closing")
        except ConnectionError:
            return b""


def parse_head(raw):
    lines = raw.decode("latin-1").split("\r\n")
    match = re.fullmatch(r"HTTP/1\.1 (\d{3}) ?.*", lines[0])
    assert match, f"no status line: {raw[:80]!r}"
    headers = {}
    for line in lines[1:]:
        if line:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
    return Answer(int(match.group(1)), headers, b"")


async def exchange(server, data):
    """Sends these bytes; the answer, and all that came until the server closed."""
    async with Connection(server) as connection:
        await connection.send(data)
        answer = await connection.head()
        answer.rest = await connection.rest()
        return answer
