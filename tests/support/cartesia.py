"""Cartesia as its clients see it: ink-whisper hears over one WebSocket, sonic-3 speaks over another.

    cartesia = await Cartesia().start()
    cartesia.hearing = Hearing(final="what time is it")     # what every utterance is understood as ...
    cartesia.hearings = [Hearing(fault=Fault.RESET)]        # ... once these have been used up
    cartesia.speaking = Speaking()                          # and how every context is spoken
    heard = await cartesia.next_heard()                     # the next utterance nobody has taken yet
    context = await cartesia.next_context()
"""

import asyncio
import base64
import json
import time
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from .simulator import Simulator
from .speech import Fault, Heard, hum, misbehave, places_of_words, refuse
from .waiting import within

# Of a recogniser's socket without any message, and of a context after its last sound.
SOCKET_LIFE = 20.0
CONTEXT_LIFE = 1.0

# Requests of one context may differ in these only.
MAY_DIFFER = {"transcript", "continue", "flush", "duration"}


@dataclass
class Hearing:
    final: str = "what time is it"
    partials: tuple = ((0.3, "what"), (0.6, "what time"))  # after so many seconds of sound
    language: str = None  # said back; None: the one that was asked for
    pieces: int = 1  # that the final comes in; cut in the middle of words too
    flush_first: bool = False  # flush_done before the final: documents disagree
    delay: float = 0.0  # between the last word of the client and the final
    fault: Fault = None
    after: float = None  # seconds of sound until the fault; None: instead of the final


@dataclass
class Speaking:
    seconds_per_character: float = 0.06
    ahead: float = 20.0  # how many times faster than it is heard sound is made
    delay: float = 0.0  # until the first sound
    fault: Fault = None
    after: float = 0.3  # seconds of sound until the fault
    late: float = 0.0  # seconds of sound that still come after a cancel


@dataclass
class Context:
    id: str
    call: object  # the handshake of its connection
    speaking: Speaking
    requests: list = field(default_factory=list)
    waiting: asyncio.Queue = field(default_factory=asyncio.Queue)
    seconds: float = 0.0  # of sound so far
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    last_sound: float = None
    taken: bool = False

    @property
    def text(self):
        return "".join(request["transcript"] for request in self.requests)


class Cartesia(Simulator):
    def __init__(self, key="sk_car_1"):
        super().__init__()
        self.key = key
        self.hearing = Hearing()
        self.hearings = []
        self.speaking = Speaking()
        self.speakings = []
        self.refusal = None  # of every handshake
        self.refusals = []  # of the next ones; None among them: no refusal
        self.heard = []
        self.contexts = []
        self.complaints = []  # of the simulator, about requests that break the protocol
        self._news = asyncio.Condition()

    def routes(self):
        return [("GET", "/stt/websocket", self._listen), ("GET", "/tts/websocket", self._speak)]

    async def next_heard(self):
        return await self._next(lambda: next((one for one in self.heard if not one.call.taken), None), "an utterance")

    async def next_context(self):
        return await self._next(lambda: next((one for one in self.contexts if not one.taken), None), "a context")

    async def _next(self, untaken, what):
        async with self._news:
            await within(self._news.wait_for(untaken), what)
            found = untaken()
            if isinstance(found, Context):
                found.taken = True
            else:
                found.call.taken = True
            return found

    async def _tell(self, change):
        async with self._news:
            change()
            self._news.notify_all()

    # --- who may come in ---

    def _turned_away(self, call):
        refusal = self.refusals.pop(0) if self.refusals else self.refusal
        headers = {name.lower(): value for name, value in call.headers.items()}
        if headers.get("x-api-key") != self.key and headers.get("authorization") != f"Bearer {self.key}":
            return self._error(401, "unauthenticated", "Invalid API key")
        if headers.get("cartesia-version", call.query.get("cartesia_version")) is None:
            return self._error(400, "version_missing", "Cartesia-Version is required")
        if refusal is not None:
            return self._error(refusal.status, "refused", "Not now.", refusal.retry_after)
        return None

    @staticmethod
    def _error(status, code, message, retry_after=None):
        body = {"error_code": code, "title": "Refused", "message": message, "request_id": "r-0"}
        return refuse(status, body, retry_after)

    @staticmethod
    async def _tell_error(ws, status, code, message, **more):
        event = {"type": "error", "done": True, "status_code": status, "error_code": code, "title": "Error"}
        await ws.send_json({**event, "message": message, "request_id": "r-1", **more})

    # --- it hears ---

    async def _listen(self, request, call):
        if (away := self._turned_away(call)) is not None:
            return away
        if call.query.get("encoding") != "pcm_s16le" or call.query.get("sample_rate") != "16000":
            return self._error(400, "bad_request", "encoding and sample_rate are required")
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        heard, hearing, told, at_end = Heard(call), None, 0, False
        while True:
            try:
                message = await ws.receive(timeout=SOCKET_LIFE)
            except asyncio.TimeoutError:
                await ws.close()
                return ws
            if message.type is WSMsgType.BINARY:
                if hearing is None:
                    hearing = self.hearings.pop(0) if self.hearings else self.hearing
                    await self._tell(lambda: self.heard.append(heard))
                heard.sound += message.data
                if hearing.fault and hearing.after is not None and heard.seconds >= hearing.after:
                    return await self._fail(hearing.fault, request, ws)
                while told < len(hearing.partials) and hearing.partials[told][0] <= heard.seconds:
                    await self._transcript(ws, call, hearing, hearing.partials[told][1], False)
                    told += 1
            elif message.type is WSMsgType.TEXT:
                heard.words.append(message.data)
                if message.data == "finalize" and hearing is not None and not at_end:
                    at_end = True
                    heard.finished.set()
                    if hearing.fault and hearing.after is None:
                        return await self._fail(hearing.fault, request, ws)
                    await self._finalize(ws, call, hearing, heard)
                elif message.data == "finalize":
                    await ws.send_json({"type": "flush_done", "request_id": "r-1"})
                elif message.data in ("close", "done"):
                    await ws.send_json({"type": "done", "request_id": "r-1"})
                    await ws.close()
                    return ws
                elif message.data != "finalize":
                    await self._tell_error(ws, 400, "bad_request", f"Unknown command: {message.data}")
            else:
                return ws

    async def _fail(self, fault, request, ws):
        if fault is Fault.ERROR:
            await self._tell_error(ws, 500, "internal", "Internal error")
            await ws.close()
        elif fault is Fault.BUSY:
            await self._tell_error(ws, 429, "concurrency_limited", "Too many streams")
            await ws.close()
        else:
            await misbehave(fault, request, ws)
        return ws

    async def _transcript(self, ws, call, hearing, text, is_final, words=()):
        event = {"type": "transcript", "request_id": "r-1", "is_final": is_final, "text": text}
        event["language"] = hearing.language or call.query.get("language", "en")
        if words:
            event["words"] = list(words)
        await ws.send_str(json.dumps(event, ensure_ascii=False))

    async def _finalize(self, ws, call, hearing, heard):
        if hearing.delay:
            await asyncio.sleep(hearing.delay)
        flush_done = {"type": "flush_done", "request_id": "r-1"}
        if hearing.flush_first:
            await ws.send_json(flush_done)
        size = -(-len(hearing.final) // hearing.pieces) or 1
        pieces = [hearing.final[at : at + size] for at in range(0, len(hearing.final), size)] or [""]
        spoken = places_of_words(hearing.final)
        span = heard.seconds / max(1, len(spoken))
        for piece in pieces:
            words = []
            if len(pieces) == 1:
                words = [
                    {"word": word, "start": count * span, "end": (count + 0.9) * span}
                    for count, (word, _, _) in enumerate(spoken)
                ]
            await self._transcript(ws, call, hearing, piece, True, words)
        if not hearing.flush_first:
            await ws.send_json(flush_done)

    # --- it speaks ---

    async def _speak(self, request, call):
        if (away := self._turned_away(call)) is not None:
            return away
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        contexts, speakers = {}, []
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    await self._take(json.loads(message.data), request, ws, call, contexts, speakers)
        finally:
            for speaker in speakers:
                speaker.cancel()
        return ws

    async def _take(self, wanted, request, ws, call, contexts, speakers):
        context = contexts.get(wanted.get("context_id"))
        if wanted.get("cancel"):
            if context is not None:
                context.cancelled.set()
            return
        if complaint := fault_in_request(wanted, context):
            self.complaints.append(complaint)
            await self._tell_error(ws, 400, "bad_request", complaint, context_id=wanted.get("context_id"))
            return
        if context is None:
            speaking = self.speakings.pop(0) if self.speakings else self.speaking
            context = contexts[wanted["context_id"]] = Context(wanted["context_id"], call, speaking)
            speakers.append(asyncio.ensure_future(self._say(context, request, ws)))
        context.requests.append(wanted)
        context.waiting.put_nowait(wanted)
        await self._tell(lambda: context in self.contexts or self.contexts.append(context))

    async def _say(self, context, request, ws):
        try:
            while True:
                wanted = await context.waiting.get()
                if context.speaking.delay:
                    await asyncio.sleep(context.speaking.delay)
                if wanted["transcript"].strip() and not await self._say_text(context, wanted, request, ws):
                    return
                if not wanted["continue"]:
                    await self._event(ws, context, "done")
                    context.done.set()
                    return
        except ConnectionError:
            pass  # the client has gone

    async def _say_text(self, context, wanted, request, ws):
        """Whether there may be more to say."""
        speaking = context.speaking
        rate = wanted["output_format"]["sample_rate"]
        manner = wanted.get("generation_config", {})
        per_character = speaking.seconds_per_character / manner.get("speed", 1.0)
        text, before = wanted["transcript"], context.seconds
        places = places_of_words(text)
        times = {
            "words": [word for word, _, _ in places],
            "start": [before + begin * per_character for _, begin, _ in places],
            "end": [before + end * per_character for _, _, end in places],
        }
        await self._event(ws, context, "timestamps", word_timestamps=times)
        sound = hum(len(text) * per_character, rate)
        # Cut where it comes, in the middle of samples too.
        size = rate // 10 * 2 + 1
        for at in range(0, len(sound), size):
            if context.cancelled.is_set():
                await self._late(ws, context, rate)
                return False
            if speaking.fault and context.seconds >= speaking.after:
                await self._break(speaking.fault, context, request, ws)
                return False
            await self._chunk(ws, context, sound[at : at + size], rate)
            await asyncio.sleep(0.1 / speaking.ahead)
        await self._event(ws, context, "flush_done", flush_done=True, flush_id=len(context.requests))
        return True

    async def _chunk(self, ws, context, sound, rate):
        data = base64.b64encode(sound).decode()
        await self._event(ws, context, "chunk", data=data, step_time=12.5)
        context.seconds += len(sound) / 2 / rate
        context.last_sound = time.monotonic()

    async def _late(self, ws, context, rate):
        """Sound that was being made when the cancel came."""
        for _ in range(int(context.speaking.late * 10)):
            await self._chunk(ws, context, hum(0.1, rate), rate)
        if context.speaking.late:
            await self._event(ws, context, "done")

    async def _break(self, fault, context, request, ws):
        if fault in (Fault.ERROR, Fault.BUSY):
            status, code = (500, "internal") if fault is Fault.ERROR else (429, "concurrency_limited")
            await self._tell_error(ws, status, code, "Told to", context_id=context.id)
        elif fault is Fault.STALLS:
            await context.cancelled.wait()
        else:
            await misbehave(fault, request, ws)

    async def _event(self, ws, context, kind, **more):
        done = kind == "done"
        event = {"type": kind, "context_id": context.id, "done": done, "status_code": 200 if done else 206, **more}
        await ws.send_str(json.dumps(event, ensure_ascii=False))


def fault_in_request(wanted, context):
    """What is wrong with a request for speech, as the protocol has it; None: nothing."""
    for member in ("context_id", "model_id", "transcript", "voice", "output_format"):
        if member not in wanted:
            return f"{member} is required"
    if wanted["voice"].get("mode") != "id" or not wanted["voice"].get("id"):
        return "voice is {mode: id, id: ...}"
    form = wanted["output_format"]
    if form.get("container") != "raw" or form.get("encoding") != "pcm_s16le":
        return "container has to be raw"
    if form.get("sample_rate") not in (8000, 16000, 22050, 24000, 44100, 48000):
        return "there is no such sample_rate"
    manner = wanted.get("generation_config", {})
    if not 0.6 <= manner.get("speed", 1.0) <= 1.5 or not 0.5 <= manner.get("volume", 1.0) <= 2.0:
        return "speed is 0.6 to 1.5, volume 0.5 to 2.0"
    if not 0 <= wanted.get("max_buffer_delay_ms", 0) <= 5000:
        return "max_buffer_delay_ms is 0 to 5000"
    if context is not None:
        if context.done.is_set() or (context.requests and not context.requests[-1].get("continue")):
            return "context is closed"
        if context.last_sound is not None and context.waiting.empty():
            if time.monotonic() > context.last_sound + CONTEXT_LIFE and wanted["transcript"]:
                return "context has expired"
        first = context.requests[0] if context.requests else wanted
        for member in set(first) | set(wanted):
            if member not in MAY_DIFFER and first.get(member) != wanted.get(member):
                return f"{member} differs within the context"
    return None
