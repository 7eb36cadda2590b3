"""What the simulated providers of speech have in common: how they misbehave, and what they hum."""

import array
import asyncio
import enum
import functools
import math
import socket
import struct

from aiohttp import WSCloseCode, web


class Fault(enum.Enum):
    RESET = "the connection is torn off"
    CLOSES = "the connection is closed, in good order"
    STALLS = "nothing more comes, and the connection stays"
    GARBAGE = "a message that makes no sense"
    ERROR = "an error is told: 500"
    BUSY = "an error is told: 429"


def reset(request):
    """Tears the connection off: the other side reads ECONNRESET, not an end."""
    if request.transport is not None:
        raw = request.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()


async def misbehave(fault, request, ws):
    """Does it on a WebSocket, and returns when there is no more to it. Errors are told by each provider in
    its own words; see the callers."""
    if fault is Fault.RESET:
        reset(request)
    elif fault is Fault.CLOSES:
        await ws.close(code=WSCloseCode.GOING_AWAY)
    elif fault is Fault.GARBAGE:
        await ws.send_str("<html>Bad gateway</html>")
    elif fault is Fault.STALLS:
        async for _ in ws:
            pass  # listens politely


@functools.lru_cache
def _second_of_hum(rate, pitch):
    samples = array.array("h")
    for index in range(rate):
        time = index / rate
        loudness = 0.6 + 0.4 * math.sin(2 * math.pi * 4 * time)
        voice = math.sin(2 * math.pi * pitch * time) + 0.5 * math.sin(4 * math.pi * pitch * time)
        samples.append(int(5000 * loudness * voice))
    return samples.tobytes()


def hum(seconds, rate=16000, pitch=180):
    """A voice without words: a tone with overtones, loud and quiet as syllables are. Every second is like
    the other, so that simulators need not think long."""
    length = 2 * int(seconds * rate)
    return (_second_of_hum(rate, pitch) * (int(seconds) + 1))[:length]


def places_of_words(text):
    """[(word, begin, end)] in characters."""
    places, at = [], 0
    for word in text.split():
        begin = text.index(word, at)
        at = begin + len(word)
        places.append((word, begin, at))
    return places


def refuse(status, body, retry_after=None):
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    return web.json_response(body, status=status, headers=headers)


class Refusal:
    """How a handshake or a request is turned down."""

    def __init__(self, status, retry_after=None):
        self.status = status
        self.retry_after = retry_after


class Heard:
    """One utterance on its way into a simulated recogniser."""

    def __init__(self, call):
        self.call = call
        self.sound = bytearray()  # 16 kHz, mono, 16 bits
        self.words = []  # messages that were no sound
        self.opening = None  # what was said before the first sound, where the protocol has that
        self.finished = asyncio.Event()  # the client has said that this was all

    @property
    def seconds(self):
        return len(self.sound) / 2 / 16000
