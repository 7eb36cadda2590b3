"""A client of the push-to-talk protocol, as the published ones are: JSON and sound over /ws."""

import json
from dataclasses import dataclass, field

import aiohttp

from .waiting import within


# The code a client reports when the connection ends without a goodbye.
CUT_OFF = 1006


@dataclass(frozen=True)
class Closed:
    """What `receive` gives once the server has closed."""

    code: int


@dataclass
class Reply:
    """What came from the acknowledgment of `end` to the end of the turn."""

    end: dict = None  # {"type":"ack","event":"end",...}
    transcript: dict = None
    start: dict = None
    deltas: list = field(default_factory=list)
    last: dict = None  # llm end, error or skipped; or the transcript, when hearing failed

    @property
    def text(self):
        return "".join(self.deltas)


class AssistantClient:
    def __init__(self, http, url, **connecting):
        self._http = http
        self._url = url
        self._connecting = connecting
        self.socket = None

    async def __aenter__(self):
        # No limit on our side, and no pings of our own.
        self.socket = await self._http.ws_connect(self._url, max_msg_size=0, **self._connecting)
        await self.expect({"type": "ready"})
        return self

    async def __aexit__(self, *_):
        await self.socket.close()

    # --- sending ---

    async def send(self, message):
        await self.socket.send_str(message if isinstance(message, str) else json.dumps(message))

    async def act(self, action):
        await self.send({"action": action})

    async def send_audio(self, data):
        await self.socket.send_bytes(data)

    # --- receiving ---

    async def receive(self):
        """A dict, bytes, or Closed."""
        message = await within(self.socket.receive(), "a message of the server's")
        if message.type is aiohttp.WSMsgType.TEXT:
            return json.loads(message.data)
        if message.type is aiohttp.WSMsgType.BINARY:
            return message.data
        if message.type is aiohttp.WSMsgType.ERROR:
            return Closed(CUT_OFF)
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED), message
        return Closed(self.socket.close_code)

    async def expect(self, expected):
        received = await self.receive()
        assert received == expected, f"{received} came instead of {expected}"

    async def expect_quiet(self):
        """Nothing is on its way: what answers a ping comes next."""
        await self.act("ping")
        await self.expect({"type": "pong"})

    async def until(self, wanted):
        """Everything up to and including the first message that `wanted` is true of."""
        seen = []
        while True:
            message = await self.receive()
            seen.append(message)
            assert not isinstance(message, Closed), f"closed after {seen}"
            if wanted(message):
                return seen

    # --- whole turns ---

    async def send_recording(self, parts):
        """Sends sound as the browser page does, waiting for nothing in between but the count."""
        total = 0
        for part in parts:
            await self.send_audio(part)
            total += len(part)
            await self.expect({"type": "audio", "event": "chunk", "bytes": len(part), "total": total})
        return total

    async def turn(self, parts):
        """start, sound, end, and the whole answer, every message in its place."""
        await self.act("start")
        await self.expect({"type": "ack", "event": "start"})
        total = await self.send_recording(parts)
        await self.act("end")
        reply = await self.reply()
        assert reply.end == {"type": "ack", "event": "end", "bytes": total}
        return reply

    async def reply(self):
        reply = Reply(end=await self.receive())
        assert reply.end.get("event") == "end", reply.end
        await self.answer(reply)
        return reply

    async def answer(self, reply):
        """The part of a reply behind the acknowledgment."""
        reply.transcript = await self.receive()
        assert reply.transcript["type"] == "stt", reply.transcript
        if "error" in reply.transcript:
            reply.last = reply.transcript
            return
        message = await self.receive()
        if message != {"type": "llm", "event": "skipped"}:
            assert message["type"] == "llm" and message["event"] == "start", message
            reply.start = message
            message = await self.receive()
            while "delta" in message:
                assert message == {"type": "llm", "delta": message["delta"]}
                reply.deltas.append(message["delta"])
                message = await self.receive()
        reply.last = message
