"""Soniox as its clients see it: one WebSocket for each utterance, tokens that grow.

    soniox = await Soniox().start()
    soniox.hearing = Hearing(final="what time is it")
    heard = await soniox.next_heard()          # heard.opening: the first message
"""

import asyncio
import json
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from .simulator import Simulator
from .speech import Fault, Heard, misbehave, refuse
from .waiting import within

# Without sound or a keepalive.
SOCKET_LIFE = 20.0


@dataclass
class Hearing:
    final: str = "what time is it"
    seconds_per_word: float = 0.25  # of sound, after which a further word is guessed at
    language: str = "en"
    delay: float = 0.0
    fault: Fault = None
    after: float = None  # seconds of sound until the fault; None: instead of the final


ERRORS = {
    400: "bad_request",
    401: "unauthenticated",
    402: "quota_exceeded",
    408: "request_timeout",
    429: "max_concurrent_connections_reached",
    500: "internal_error",
    503: "cannot_continue",
}


class Soniox(Simulator):
    def __init__(self, key="soniox-1"):
        super().__init__()
        self.key = key
        self.hearing = Hearing()
        self.hearings = []
        self.refusal = None  # an error told to every first message ...
        self.refusals = []  # ... or to the next ones; None among them: no refusal
        self.handshake_refusal = None  # of the handshake itself
        self.heard = []
        self._news = asyncio.Condition()

    def routes(self):
        return [("GET", "/transcribe-websocket", self._listen)]

    async def next_heard(self):
        def untaken():
            return next((one for one in self.heard if not one.call.taken), None)

        async with self._news:
            await within(self._news.wait_for(untaken), "an utterance")
            found = untaken()
            found.call.taken = True
            return found

    async def _listen(self, request, call):
        if self.handshake_refusal is not None:
            status = self.handshake_refusal.status
            return refuse(status, self._complaint(status), self.handshake_refusal.retry_after)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        heard = Heard(call)
        first = await ws.receive()
        if first.type is not WSMsgType.TEXT:
            return ws
        status, heard.opening = self._judge(first.data, call)
        if status is not None:
            return await self._refuse(ws, status)
        return await self._hear(request, ws, heard)

    def _judge(self, text, call):
        """The error that the first message deserves, and the message."""
        try:
            opening = json.loads(text)
        except ValueError:
            return 400, None
        headers = {name.lower(): value for name, value in call.headers.items()}
        if f"Bearer {self.key}" != headers.get("authorization") and opening.get("api_key") != self.key:
            return 401, opening
        if not opening.get("model") or opening.get("audio_format") != "pcm_s16le":
            return 400, opening
        if opening.get("sample_rate") != 16000 or opening.get("num_channels") != 1:
            return 400, opening
        refusal = self.refusals.pop(0) if self.refusals else self.refusal
        return (refusal.status if refusal else None), opening

    async def _hear(self, request, ws, heard):
        hearing, settled = None, False
        while True:
            try:
                message = await ws.receive(timeout=SOCKET_LIFE)
            except asyncio.TimeoutError:
                return await self._refuse(ws, 408)
            if message.type is WSMsgType.BINARY and message.data:
                if hearing is None:
                    hearing = self.hearings.pop(0) if self.hearings else self.hearing
                    async with self._news:
                        self.heard.append(heard)
                        self._news.notify_all()
                heard.sound += message.data
                if hearing.fault and hearing.after is not None and heard.seconds >= hearing.after:
                    return await self._fail(hearing.fault, request, ws)
                known = hearing.final.split()[: int(heard.seconds / hearing.seconds_per_word)]
                await self._answer(ws, heard, self._tokens(" ".join(known), hearing, False))
            elif message.type in (WSMsgType.TEXT, WSMsgType.BINARY) and not message.data:
                await self._answer(ws, heard, [], finished=True)
                await ws.close()
                return ws
            elif message.type is WSMsgType.TEXT:
                heard.words.append(json.loads(message.data))
                if heard.words[-1].get("type") == "finalize" and hearing is not None and not settled:
                    settled = True
                    heard.finished.set()
                    if hearing.fault:
                        return await self._fail(hearing.fault, request, ws)
                    if hearing.delay:
                        await asyncio.sleep(hearing.delay)
                    tokens = self._tokens(hearing.final, hearing, True)
                    tokens.append({"text": "<fin>", "is_final": True, "confidence": 1.0})
                    await self._answer(ws, heard, tokens)
            else:
                return ws

    @staticmethod
    def _tokens(text, hearing, is_final):
        """Pieces of at most three characters, the spaces in them."""
        tokens, at = [], 0
        while at < len(text):
            piece = text[at : at + 3]
            tokens.append(
                {
                    "text": piece,
                    "start_ms": 60 * at,
                    "end_ms": 60 * (at + len(piece)),
                    "confidence": 0.9,
                    "is_final": is_final,
                    "language": hearing.language,
                }
            )
            at += len(piece)
        return tokens

    @staticmethod
    async def _answer(ws, heard, tokens, **more):
        spent = int(heard.seconds * 1000)
        answer = {"tokens": tokens, "final_audio_proc_ms": spent, "total_audio_proc_ms": spent, **more}
        await ws.send_str(json.dumps(answer, ensure_ascii=False))

    @staticmethod
    def _complaint(status):
        kind = ERRORS.get(status, "internal_error")
        return {"error_code": status, "error_type": kind, "error_message": "Told to.", "request_id": "r-1"}

    async def _refuse(self, ws, status):
        await ws.send_json(self._complaint(status))
        await ws.close()
        return ws

    async def _fail(self, fault, request, ws):
        if fault in (Fault.ERROR, Fault.BUSY):
            return await self._refuse(ws, 500 if fault is Fault.ERROR else 429)
        await misbehave(fault, request, ws)
        return ws
