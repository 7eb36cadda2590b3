"""A client of full-duplex calls, written from the protocol: sound both ways at once, in real time."""

import asyncio
import audioop
import json
import time
from dataclasses import dataclass, field

import aiohttp

from .sound import RATE
from .waiting import within


@dataclass
class Heard:
    """What came, in order, with the time since the call began."""

    at: float
    kind: str  # "sound", "stop", "user_text", "llm_text", "start_media_streaming", "closed"
    text: str = ""
    bytes: int = 0


class Loudspeaker:
    """Plays what comes, one after the other, and knows what it played when."""

    def __init__(self):
        self._pieces = []  # (when it begins, PCM)
        self._until = 0.0

    def play(self, pcm):
        begin = max(self._until, time.monotonic())
        self._pieces.append((begin, pcm))
        self._until = begin + len(pcm) / 2 / RATE

    def stop(self):
        now = time.monotonic()
        self._pieces = [
            (begin, pcm[: max(0, int((now - begin) * RATE)) * 2]) for begin, pcm in self._pieces if begin < now
        ]
        self._until = now

    def between(self, begin, size):
        """What it played from then on, so many bytes of it."""
        sound = bytearray(size)
        for start, pcm in self._pieces:
            at = round((start - begin) * RATE) * 2
            if at < size and at + len(pcm) > 0:
                part = pcm[max(0, -at) : size - at]
                sound[max(0, at) : max(0, at) + len(part)] = part
        return bytes(sound)


@dataclass
class Caller:
    """The microphone runs as long as the call: silence, or what `speak` puts into it."""

    http: aiohttp.ClientSession
    url: str
    frame: int = 1024  # bytes; 256 from a browser, 1024 from a microcontroller
    # What is heard comes back into the microphone: seconds later, so much quieter.
    echo: tuple = None
    heard: list = field(default_factory=list)
    frames: list = field(default_factory=list)  # of text, as they came

    async def __aenter__(self):
        self.socket = await self.http.ws_connect(self.url, max_msg_size=0)
        self.began = time.monotonic()
        self._to_say = bytearray()
        self._said = asyncio.Event()
        self._said.set()
        self._news = asyncio.Condition()
        self._loudspeaker = Loudspeaker()
        self._tasks = [asyncio.ensure_future(self._send()), asyncio.ensure_future(self._receive())]
        return self

    async def __aexit__(self, *_):
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.socket.close()

    # --- what the caller does ---

    async def speak(self, pcm):
        """Says it in real time, and waits until it is said."""
        self._said.clear()
        self._to_say += pcm
        await within(self._said.wait(), "the end of what is said")

    async def send_text(self, text):
        await self.socket.send_str(text)

    # --- what the caller hears ---

    def now(self):
        return time.monotonic() - self.began

    async def until(self, condition, what, since=0):
        """The first thing from position `since` on that `condition` is true of."""

        async def look():
            at = since
            async with self._news:
                while True:
                    while at < len(self.heard):
                        if condition(self.heard[at]):
                            return self.heard[at]
                        at += 1
                    await self._news.wait()

        return await within(look(), what)

    async def event(self, kind, since=0):
        return await self.until(lambda heard: heard.kind == kind, kind, since)

    async def quiet_for(self, seconds):
        """Waits until no sound has come for so long, and gives the position then."""
        while True:
            sounds = [heard.at for heard in self.heard if heard.kind == "sound"]
            rest = (sounds[-1] if sounds else 0) + seconds - self.now()
            if rest <= 0:
                return len(self.heard)
            await asyncio.sleep(rest)

    def reply(self, since=0):
        """The latest text of the reply."""
        texts = [heard.text for heard in self.heard[since:] if heard.kind == "llm_text"]
        return texts[-1] if texts else ""

    def seconds_of_sound(self, since=0):
        return sum(heard.bytes for heard in self.heard[since:]) / 2 / RATE

    # --- the two directions ---

    async def _send(self):
        length = self.frame / 2 / RATE
        due = time.monotonic()
        while True:
            frame = bytes(self._to_say[: self.frame])
            del self._to_say[: self.frame]
            if not self._to_say:
                self._said.set()
            frame += bytes(self.frame - len(frame))
            if self.echo:
                delay, loudness = self.echo
                played = self._loudspeaker.between(due - delay, self.frame)
                frame = audioop.add(frame, audioop.mul(played, 2, loudness), 2)
            await self.socket.send_bytes(frame)
            due += length
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _receive(self):
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                assert len(message.data) % 2 == 0, "an odd number of bytes breaks the published client"
                heard = Heard(self.now(), "sound", bytes=len(message.data))
                self._loudspeaker.play(message.data)
            elif message.type is not aiohttp.WSMsgType.TEXT:
                break  # the line is gone
            elif message.data == "stop":
                self.frames.append(message.data)
                self._loudspeaker.stop()
                heard = Heard(self.now(), "stop")
            else:
                self.frames.append(message.data)
                event = json.loads(message.data)
                heard = Heard(self.now(), event["event_type"], event.get("text", ""))
            async with self._news:
                self.heard.append(heard)
                self._news.notify_all()
        async with self._news:
            self.heard.append(Heard(self.now(), "closed", text=str(self.socket.close_code)))
            self._news.notify_all()


class ResumableCaller(Caller):
    """A client that wants to come back; it acknowledges nothing unless told to. With a session of its own, which outlives
    the server."""

    def __init__(self, server, query="", resume="1", seen=None, **more):
        self.resume = resume  # empty: it does not ask for it
        wish = f"&resume={resume}" + (f"&seen={seen}" if seen is not None else "") if resume else ""
        address = server.url.replace("http", "ws", 1) + "/api/media-stream?agent_id=repartee" + query + wish
        super().__init__(aiohttp.ClientSession(), address, **more)

    async def __aenter__(self):
        try:
            return await super().__aenter__()
        except BaseException:
            await self.http.close()
            raise

    async def __aexit__(self, *error):
        await super().__aexit__(*error)
        await self.http.close()

    def messages(self, kind=None):
        parsed = [json.loads(frame) for frame in self.frames if frame != "stop"]
        return [message for message in parsed if kind in (None, message["event_type"])]

    @property
    def token(self):
        """By which it can come back."""
        tokens = [message["token"] for message in self.messages("session") if message["resumable"]]
        return tokens[-1] if tokens else self.resume

    @property
    def seen(self):
        return max((message.get("seq", 0) for message in self.messages()), default=0)

    def cut(self):
        """As if the network were gone: nobody says goodbye."""
        self.socket._response.connection.transport.abort()

    def again(self, server, **more):
        """The same caller on another line, as far as this one has seen."""
        return type(self)(server, resume=self.token, seen=self.seen, **more)

    async def answered(self, text, since=0):
        await self.until(lambda heard: heard.kind == "llm_text" and heard.text == text, f"'{text}'", since)
