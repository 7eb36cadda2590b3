"""Wyoming as Home Assistant and its services speak it: a client whose bytes are those of the protocol's own Python
library, and a service that speaks and recognises, or misbehaves.

    service = await Service().start()
    service.hearing = Hearing(final="what time is it")      # what every utterance is understood as ...
    service.hearings = [Hearing(fault=Fault.RESET)]         # ... once these have been used up
    service.speaking = Speaking(streams=True)               # and how every reply is spoken
    talk = await service.next_talk("transcribe")            # the next conversation about that, from its beginning
"""

import asyncio
import enum
import json
import socket
import struct
from dataclasses import dataclass, field

from .speech import hum
from .waiting import within

VERSION = "1.7.1"

# Longer header lines the Python library cannot read.
LONGEST_HEADER = 64 << 10


@dataclass
class Event:
    type: str
    data: dict = field(default_factory=dict)
    payload: bytes = b""

    def encode(self):
        """As the library writes it: no inline data, lengths only where there is something, no escapes."""
        header = {"type": self.type, "version": VERSION}
        data = json.dumps(self.data, ensure_ascii=False).encode() if self.data else b""
        if data:
            header["data_length"] = len(data)
        if self.payload:
            header["payload_length"] = len(self.payload)
        return json.dumps(header, ensure_ascii=False).encode() + b"\n" + data + self.payload


async def read_event(reader):
    """The next event, or None at the end of the connection. Stricter than any reader there is."""
    line = await reader.readline()
    if not line:
        return None
    assert len(line) <= LONGEST_HEADER, f"a header line of {len(line)} bytes"
    header = json.loads(line)
    assert header["type"] and header["version"] and set(header) <= {"type", "version", "data_length", "payload_length"}
    data = json.loads(await reader.readexactly(header["data_length"])) if header.get("data_length") else {}
    payload = await reader.readexactly(header.get("payload_length") or 0)
    return Event(header["type"], data, payload)


async def connect(uri):
    if uri.startswith("unix://"):
        return await asyncio.open_unix_connection(uri[len("unix://") :])
    host, _, port = uri[len("tcp://") :].rpartition(":")
    return await asyncio.open_connection(host, int(port))


async def listening(uri):
    """Returns once somebody listens there."""

    async def try_again_and_again():
        while True:
            try:
                _, writer = await connect(uri)
                return writer.close()
            except OSError:
                await asyncio.sleep(0.005)

    await within(try_again_and_again(), f"a service at {uri}")


class Client:
    """`async with Client(uri) as client`: one connection to a service."""

    def __init__(self, uri):
        self._uri = uri

    async def __aenter__(self):
        self._reader, self.writer = await connect(self._uri)
        return self

    async def __aexit__(self, *_):
        self.writer.close()

    def send(self, raw):
        self.writer.write(raw)

    def say(self, kind, data=None, payload=b""):
        self.send(Event(kind, data or {}, payload).encode())

    async def event(self):
        return await within(read_event(self._reader), "an event")

    async def until(self, kind):
        """Everything up to and including the first event of this type."""
        events = []
        while not events or events[-1].type != kind:
            event = await self.event()
            assert event, f"closed after {[one.type for one in events]}"
            assert event.type != "error" or kind == "error", event.data
            events.append(event)
        return events


def required_keys_of(info):
    """Raises where the Python library would."""
    inner = {"asr": "models", "tts": "voices", "handle": "models", "intent": "models", "wake": "models"}
    assert set(info) >= {*inner, "mic", "snd"}
    for trade, models in inner.items():
        for program in info[trade]:
            for one in [program, *program[models]]:
                assert isinstance(one["name"], str) and isinstance(one["installed"], bool)
                assert set(one["attribution"]) == {"name", "url"}
                assert "description" in one and "version" in one
            assert all(isinstance(model["languages"], list) for model in program[models])


# --- a service ---


class Fault(enum.Enum):
    RESET = "the connection is torn off"
    CLOSES = "the connection is closed, in good order"
    CUT = "the connection is closed in the middle of an event"
    STALLS = "nothing more comes, and the connection stays"
    GARBAGE = "a line that makes no sense"
    HUGE = "an event that says it is enormous"
    ERROR = "an error is told"
    ODD_SOUND = "sound of a kind that nobody knows"


@dataclass
class Hearing:
    final: str = "what time is it"
    partials: tuple = ()  # (seconds of sound, text that has become certain)
    early: float = None  # seconds of sound after which the service ends the utterance by itself
    delay: float = 0.0  # between the last sound and the final
    fault: Fault = None
    after: float = None  # seconds of sound until the fault; None: instead of the final


@dataclass
class Speaking:
    streams: bool = True
    seconds_per_character: float = 0.05
    rate: int = 22050
    later_rate: int = None  # of every sentence but the first
    delay: float = 0.0  # before each sentence
    one_group: bool = False  # one audio-start and one audio-stop around everything
    forgets_stopped: bool = False
    fault: Fault = None
    after: float = 0.3  # seconds of sound until the fault; 0: instead of the first


@dataclass
class Talk:
    """One connection."""

    heard: list = field(default_factory=list)  # events
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    stalled: asyncio.Event = field(default_factory=asyncio.Event)
    seconds: float = 0.0  # of sound: heard, or spoken
    taken: bool = False

    def types(self):
        """Without repetitions."""
        return [event.type for i, event in enumerate(self.heard) if i == 0 or event.type != self.heard[i - 1].type]

    def texts(self, kind):
        return [event.data.get("text") for event in self.heard if event.type == kind]

    def first(self, kind):
        return next(event for event in self.heard if event.type == kind)


def attribution():
    return {"name": "somebody", "url": "http://localhost"}


def offered(name, languages, **more):
    return {
        "name": name,
        "attribution": attribution(),
        "installed": True,
        "description": name,
        "version": None,
        "languages": languages,
        **more,
    }


class Misbehaved(Exception):
    pass


class Service:
    """Faster-whisper and Piper in one. One sentence is what ends with a blank line."""

    def __init__(self):
        self.hearing, self.hearings = Hearing(), []
        self.speaking, self.speakings = Speaking(), []
        self.voices = [offered("amy", ["en_GB"], speakers=None), offered("thorsten", ["de_DE"], speakers=None)]
        self.models = [offered("tiny", ["en", "de", "hi"])]
        self.info_delay = 0.0
        self.talks = []
        self._news = asyncio.Condition()
        self._server = None
        self._serving = set()
        self.uri = None

    async def start(self, path=None, port=0):
        if path:
            self._server = await asyncio.start_unix_server(self._serve, path, limit=1 << 20)
            self.uri = f"unix://{path}"
        else:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=1 << 20)
            self.uri = "tcp://127.0.0.1:%d" % self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self):
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def next_talk(self, kind):
        """The next conversation that has an event of this type and that no test has taken yet."""

        def untaken():
            return next((one for one in self.talks if not one.taken and kind in one.types()), None)

        async with self._news:
            await within(self._news.wait_for(untaken), f"a '{kind}'")
            talk = untaken()
            talk.taken = True
            return talk

    # --- what it says of itself ---

    def info(self):
        program = {"installed": True, "description": None, "version": "1", "attribution": attribution()}
        asr = {**program, "name": "whisper", "models": self.models, "supports_transcript_streaming": True}
        tts = {**program, "name": "piper", "voices": self.voices, "supports_synthesize_streaming": self.speaking.streams}
        lists = {name: [] for name in ("handle", "intent", "wake", "mic", "snd")}
        return Event("info", {"asr": [asr], "tts": [tts], **lists})

    # --- one connection ---

    async def _serve(self, reader, writer):
        talk = Talk()
        self.talks.append(talk)
        self._serving.add(asyncio.current_task())
        try:
            await self._converse(talk, reader, writer)
        except (Misbehaved, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            talk.gone.set()
            writer.close()
            self._serving.discard(asyncio.current_task())

    async def _hear(self, talk, reader):
        event = await read_event(reader)
        if event:
            async with self._news:
                talk.heard.append(event)
                self._news.notify_all()
        return event

    async def _converse(self, talk, reader, writer):
        streaming = False
        pending = ""
        speaking = None
        while event := await self._hear(talk, reader):
            if event.type == "describe":
                await asyncio.sleep(self.info_delay)
                await self._say(writer, self.info())
            elif event.type == "transcribe":
                return await self._listen(talk, reader, writer)
            elif event.type == "synthesize" and not streaming:
                await self._speak(talk, reader, writer, [event.data["text"]], self._next_speaking())
            elif event.type == "synthesize-start":
                streaming, pending, speaking = True, "", self._next_speaking()
            elif event.type == "synthesize-chunk":
                pending += event.data["text"]
                *sentences, pending = pending.split("\n\n")
                if speaking.one_group:
                    pending = "\n\n".join([*sentences, pending])
                else:
                    await self._speak(talk, reader, writer, sentences, speaking)
            elif event.type == "synthesize-stop":
                await self._speak(talk, reader, writer, [pending.replace("\n\n", "")], speaking)
                if not speaking.forgets_stopped:
                    await self._say(writer, Event("synthesize-stopped"))

    def _next_speaking(self):
        return self.speakings.pop(0) if self.speakings else self.speaking

    @staticmethod
    async def _say(writer, event):
        writer.write(event.encode())
        await writer.drain()

    # --- speaking ---

    async def _speak(self, talk, reader, writer, sentences, how):
        for sentence in filter(None, (one.strip() for one in sentences)):
            await asyncio.sleep(how.delay)
            rate = how.later_rate if how.later_rate and talk.seconds > 0 else how.rate
            sound = hum(len(sentence) * how.seconds_per_character, rate)
            form = {"rate": rate, "width": 2, "channels": 1}
            if not (how.fault and talk.seconds >= how.after):
                await self._say(writer, Event("audio-start", form))
            for at in range(0, len(sound), 2048):
                if how.fault and talk.seconds >= how.after:
                    await self._misbehave(how.fault, talk, reader, writer)
                piece = sound[at : at + 2048]
                await self._say(writer, Event("audio-chunk", {**form, "timestamp": None}, piece))
                talk.seconds += len(piece) / 2 / rate
            await self._say(writer, Event("audio-stop", {"timestamp": None}))

    # --- recognising ---

    async def _listen(self, talk, reader, writer):
        how = self.hearings.pop(0) if self.hearings else self.hearing
        partials = list(how.partials)
        while event := await self._hear(talk, reader):
            if event.type == "audio-chunk":
                talk.seconds += len(event.payload) / 2 / event.data["rate"]
                if how.fault and how.after is not None and talk.seconds >= how.after:
                    await self._misbehave(how.fault, talk, reader, writer)
                while partials and talk.seconds >= partials[0][0]:
                    await self._say(writer, Event("transcript-chunk", {"text": partials.pop(0)[1]}))
            over = how.early is not None and talk.seconds >= how.early
            if event.type == "audio-stop" or over:
                if how.fault:
                    await self._misbehave(how.fault, talk, reader, writer)
                await asyncio.sleep(how.delay)
                await self._say(writer, Event("transcript", {"text": how.final, "language": None}))
                await self._say(writer, Event("transcript-stop"))
                return

    # --- misbehaving ---

    async def _misbehave(self, fault, talk, reader, writer):
        if fault is Fault.RESET:
            raw = writer.get_extra_info("socket")
            if raw.family != socket.AF_UNIX:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        elif fault is Fault.CUT:
            writer.write(b'{"type": "audio-chunk", "version": "1.7.1", "data_leng')
        elif fault is Fault.STALLS:
            talk.stalled.set()
            while await self._hear(talk, reader):
                pass  # listens politely
        elif fault is Fault.GARBAGE:
            writer.write(b"<html>Bad gateway</html>\n")
        elif fault is Fault.HUGE:
            writer.write(b'{"type": "audio-chunk", "version": "1.7.1", "payload_length": 99999999999999}\n')
        elif fault is Fault.ERROR:
            writer.write(Event("error", {"text": "Told to.", "code": "RuntimeError"}).encode())
        elif fault is Fault.ODD_SOUND:
            writer.write(Event("audio-chunk", {"rate": 22050, "width": 8, "channels": 1}, bytes(64)).encode())
            while await self._hear(talk, reader):
                pass
        raise Misbehaved
