"""A hub of model files as `repartee models pull` sees one: it redirects to where the bytes lie, goes on from any byte,
vouches for them with an ETag, and misbehaves when asked to.

    hub = await Hub().start()
    hub.files["ggml-base.en-q5_1.bin"] = body
    hub.manners = [Manner(cut_after=1000)]      # of the next answers; those after them are faithful
    call = await hub.next_fetch()               # call.headers has Range and If-Range
"""

import asyncio
import hashlib
import re
from dataclasses import dataclass

from aiohttp import web

from .simulator import Simulator, either

PIECE = 64 << 10


@dataclass
class Manner:
    """What is wrong with an answer."""

    cut_after: int = None  # the connection breaks behind so many bytes
    stall_after: int = None  # nothing more comes behind so many bytes
    until: asyncio.Event = None  # ... until this is set; else for as long as the caller stays
    pace: float = 0.0  # seconds between two pieces of 64 KiB
    status: int = None  # and no file
    body: bytes = None  # instead of the file
    content_type: str = "application/octet-stream"
    claims: int = None  # bytes, whatever there are
    ranges: bool = True  # else the whole file, always
    etag: str = None  # instead of the file's; "" for none
    location: str = None  # where the hub sends the caller, instead of to the bytes


class Hub(Simulator):
    def __init__(self):
        super().__init__()
        self.files = {}  # name -> bytes
        self.manners = []  # of fetches
        self.redirects = []  # manners of the answers that send on

    def routes(self):
        return [
            ("GET", "/{owner}/{repository}/resolve/main/{name}", self._send_on),
            ("GET", "/store/{name}", self._give),
        ]

    async def next_fetch(self):
        """The next call for bytes, behind the redirect."""
        return await self.next_call(*(f"/store/{name}" for name in self.files))

    def fetches(self):
        return [call for call in self.calls if call.path.startswith("/store/")]

    async def _send_on(self, request, call):
        manner = self.redirects.pop(0) if self.redirects else Manner()
        if manner.status:
            return web.Response(status=manner.status, text="no")
        location = manner.location or f"/store/{request.match_info['name']}?signature=a%20b~"
        return web.Response(status=302, headers={"Location": location})

    async def _give(self, request, call):
        manner = self.manners.pop(0) if self.manners else Manner()
        body = manner.body if manner.body is not None else self.files.get(request.match_info["name"])
        if manner.status or body is None:
            return web.Response(status=manner.status or 404, text="no")
        etag = f'"{hashlib.md5(body).hexdigest()}"' if manner.etag is None else manner.etag
        first = self._first(request, etag, manner)
        headers = {"Content-Type": manner.content_type, "Accept-Ranges": "bytes"}
        if etag:
            headers["ETag"] = etag
        if first > 0 and first >= len(body):
            return web.Response(status=416, headers={"Content-Range": f"bytes */{len(body)}"})
        if first > 0:
            headers["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
        response = web.StreamResponse(status=206 if first > 0 else 200, headers=headers)
        response.content_length = manner.claims if manner.claims is not None else len(body) - first
        await response.prepare(request)
        await self._write(request, call, response, body[first:], manner)
        return response

    @staticmethod
    def _first(request, etag, manner):
        """From which byte on the caller gets the file."""
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if not asked or not manner.ranges or request.headers.get("If-Range", etag) != etag:
            return 0
        return int(asked.group(1))

    @staticmethod
    async def _write(request, call, response, body, manner):
        end = min(n for n in (manner.cut_after, manner.stall_after, len(body)) if n is not None)
        for start in range(0, end, PIECE):
            if call.gone.is_set():
                raise ConnectionResetError("the caller has gone")
            await response.write(body[start : min(start + PIECE, end)])
            if manner.pace:
                await asyncio.sleep(manner.pace)
        if manner.stall_after is not None:
            await either(call.gone, manner.until)
            await response.write(body[end:])
        if manner.cut_after is not None or (manner.claims or 0) > len(body):
            request.transport.close()
            raise ConnectionResetError("broken off on purpose")
        await response.write_eof()
