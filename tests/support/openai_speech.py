"""A server that hears and speaks in OpenAI's way: /v1/audio/transcriptions and /v1/audio/speech.

    speech = await OpenAiSpeech().start()
    speech.hearing = Hearing(final="what time is it", stream=True)
    speech.speakings = [Speaking(fault=Fault.RESET)]          # the next one; then `speaking`
    call = await speech.next_call("/v1/audio/transcriptions")  # call.form: the fields; call.sound: the WAV's
"""

import asyncio
import email.parser
import email.policy
import io
import json
import struct
import wave
from dataclasses import dataclass

from aiohttp import web

from .simulator import Simulator, faithful_json
from .speech import Fault, hum, refuse, reset

RATE = 24000


@dataclass
class Hearing:
    final: str = "what time is it"
    stream: bool = True  # word by word, to those who ask for it
    form: str = "json"  # or "text", or "verbose_json"
    status: int = 200
    retry_after: str = None
    delay: float = 0.0
    fault: Fault = None
    after: int = 1  # words of a stream until the fault


@dataclass
class Speaking:
    seconds_per_character: float = 0.06
    ahead: float = 20.0
    delay: float = 0.0
    status: int = 200
    retry_after: str = None
    fault: Fault = None
    after: float = 0.3  # seconds of sound until the fault


class OpenAiSpeech(Simulator):
    def __init__(self, key=None):
        super().__init__()
        self.key = key
        self.hearing = Hearing()
        self.hearings = []
        self.speaking = Speaking()
        self.speakings = []

    @property
    def base_url(self):
        return self.url + "/v1"

    def routes(self):
        return [
            ("GET", "/v1/models", self._models),
            ("POST", "/v1/audio/transcriptions", self._transcribe),
            ("POST", "/v1/audio/speech", self._speak),
        ]

    # --- who may come in ---

    def _stranger(self, call):
        if self.key is None or call.headers.get("Authorization") == f"Bearer {self.key}":
            return None
        return self._error(401, "Incorrect API key provided.")

    @staticmethod
    def _error(status, message, retry_after=None):
        body = {"error": {"message": message, "type": "server_error", "param": None, "code": None}}
        return refuse(status, body, retry_after)

    async def _models(self, request, call):
        if (stranger := self._stranger(call)) is not None:
            return stranger
        names = ("whisper-1", "tts-1")
        return faithful_json({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})

    # --- it hears ---

    async def _transcribe(self, request, call):
        if (stranger := self._stranger(call)) is not None:
            return stranger
        call.form, call.sound = read_form(request.headers["Content-Type"], await request.read())
        if not call.form.get("model") or call.sound is None:
            return self._error(400, "model and file are required")
        if not any(call.sound):
            return faithful_json({"text": ""})  # somebody asks whether we are there
        hearing = self.hearings.pop(0) if self.hearings else self.hearing
        if hearing.status != 200:
            return self._error(hearing.status, "Told to.", hearing.retry_after)
        if hearing.delay:
            await asyncio.sleep(hearing.delay)
        text = hearing.final
        if hearing.stream and call.form.get("stream") == "true":
            return await self._stream(request, call, hearing, text)
        if hearing.fault is Fault.STALLS:
            await call.gone.wait()
        if hearing.fault is Fault.RESET:
            reset(request)
            raise ConnectionResetError("told to")
        if hearing.fault is Fault.GARBAGE:
            return web.Response(text="<html>Bad gateway</html>", content_type="text/html")
        if hearing.form == "text":
            return web.Response(text=text + "\n")
        body = {"text": text, "usage": {"type": "duration", "seconds": 2}}
        if hearing.form == "verbose_json":
            body.update({"task": "transcribe", "language": "hindi", "duration": 2.0, "segments": []})
        return web.Response(text=json.dumps(body, ensure_ascii=False), content_type="application/json")

    async def _stream(self, request, call, hearing, text):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        response.enable_chunked_encoding()
        await response.prepare(request)

        async def send(event):
            data = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
            await response.write(f"data: {data}\n\n".encode())

        for count, word in enumerate(text.split(" ")):
            if hearing.fault and count == hearing.after:
                if hearing.fault is Fault.GARBAGE:
                    await send("<html>")
                elif hearing.fault is Fault.STALLS:
                    await call.gone.wait()
                elif hearing.fault is Fault.ERROR:
                    await send({"error": {"message": "Told to.", "type": "server_error"}})
                elif hearing.fault is Fault.RESET:
                    reset(request)
                    raise ConnectionResetError("told to")
                elif hearing.fault is Fault.CLOSES:
                    return response
            await send({"type": "transcript.text.delta", "delta": word if count == 0 else " " + word})
        await send({"type": "transcript.text.done", "text": text})
        return response

    # --- it speaks ---

    async def _speak(self, request, call):
        if (stranger := self._stranger(call)) is not None:
            return stranger
        wanted = call.body
        if not isinstance(wanted, dict) or not wanted.get("model") or not wanted.get("voice"):
            return self._error(400, "model, input and voice are required")
        if not isinstance(wanted.get("input"), str) or not 0 < len(wanted["input"]) <= 4096:
            return self._error(400, "input is 1 to 4096 characters")
        if not 0.25 <= wanted.get("speed", 1.0) <= 4.0:
            return self._error(400, "speed is 0.25 to 4.0")
        speaking = self.speakings.pop(0) if self.speakings else self.speaking
        if speaking.status != 200:
            return self._error(speaking.status, "Told to.", speaking.retry_after)
        if speaking.delay:
            await asyncio.sleep(speaking.delay)
        form = wanted.get("response_format", "mp3")
        if form not in ("wav", "pcm"):
            return self._error(400, "this simulator speaks wav and pcm")
        response = web.StreamResponse(headers={"Content-Type": f"audio/{form}"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        if form == "wav":
            await response.write(endless_wav_head())
        sound = hum(len(wanted["input"]) * speaking.seconds_per_character / wanted.get("speed", 1.0), RATE)
        size = RATE // 10 * 2 + 1
        for at in range(0, len(sound), size):
            if speaking.fault and at / 2 / RATE >= speaking.after:
                if speaking.fault is Fault.STALLS:
                    await call.gone.wait()
                reset(request)
                raise ConnectionResetError("told to")
            if call.gone.is_set():
                raise ConnectionResetError("the caller has gone")
            await response.write(sound[at : at + size])
            await asyncio.sleep(0.1 / speaking.ahead)
        return response


def endless_wav_head():
    """Of a WAV whose length nobody knew when it began."""
    unknown = 0xFFFFFFFF
    form = struct.pack("<HHIIHH", 1, 1, RATE, RATE * 2, 2, 16)
    return b"RIFF" + struct.pack("<I", unknown) + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack(
        "<I", unknown
    )


def read_form(content_type, body):
    """The fields of a multipart body, and the samples of the WAV in it."""
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    message = parser.parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    fields, sound = {}, None
    for part in message.iter_parts():
        name = part.get_param("name", header="Content-Disposition")
        content = part.get_payload(decode=True)
        if name == "file":
            with wave.open(io.BytesIO(content)) as reader:
                assert (reader.getnchannels(), reader.getsampwidth(), reader.getframerate()) == (1, 2, 16000)
                sound = reader.readframes(reader.getnframes())
        else:
            fields[name] = content.decode()
    return fields, sound
