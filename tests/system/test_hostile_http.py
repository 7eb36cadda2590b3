"""HTTP as an attacker writes it: framing that two readers could understand in two ways, sizes without
end, handshakes that are none. Each is refused with its status, and the connection ends there."""

import re

import pytest
from support.raw import Connection, exchange
from support.waiting import within

ANOTHER_ANSWER = re.compile(rb"HTTP/1\.1 \d{3}")

HOST = b"Host: 127.0.0.1\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def request(*lines, line=b"POST /api/generate HTTP/1.1", host=HOST, body=b""):
    return line + b"\r\n" + host + b"".join(each + b"\r\n" for each in lines) + b"\r\n" + body


def get(*lines, **more):
    return request(*lines, line=more.pop("line", b"GET /health HTTP/1.1"), **more)


CHUNKED = b"Transfer-Encoding: chunked"

FRAMING = {
    "length and chunked": request(b"Content-Length: 5", CHUNKED, body=b"0\r\n\r\n" + SMUGGLED),
    "chunked and length": request(CHUNKED, b"Content-Length: 5", body=b"0\r\n\r\n" + SMUGGLED),
    "two lengths": request(b"Content-Length: 5", b"Content-Length: 6", body=b"hello" + SMUGGLED),
    "two lengths in one": request(b"Content-Length: 5, 6", body=b"hello" + SMUGGLED),
    "a length with a sign": request(b"Content-Length: +5", body=b"hello" + SMUGGLED),
    "a negative length": request(b"Content-Length: -5", body=b"hello" + SMUGGLED),
    "a hexadecimal length": request(b"Content-Length: 0x5", body=b"hello" + SMUGGLED),
    "a length with a space": request(b"Content-Length: 5 5", body=b"hello" + SMUGGLED),
    "an empty length": request(b"Content-Length:", body=SMUGGLED),
    "a length past 64 bits": request(b"Content-Length: 99999999999999999999", body=b"hello" + SMUGGLED),
    "two codings": request(CHUNKED, CHUNKED, body=b"0\r\n\r\n" + SMUGGLED),
    "a coding spelt with a vertical tab": request(b"Transfer-Encoding:\x0bchunked", body=b"0\r\n\r\n" + SMUGGLED),
    "a space before the colon": request(b"Content-Length : 5", body=b"hello" + SMUGGLED),
    "a folded line": request(b"Content-Length: 5", b" 6", body=b"hello" + SMUGGLED),
    "a line that starts with a space": get(host=b" Content-Length: 5\r\n" + HOST, body=b"hello" + SMUGGLED),
    "a name with a control character": request(b"X\x00Y: 1", b"Content-Length: 0", body=SMUGGLED),
    "a value with a zero": request(b"X-Y: 1\x002", b"Content-Length: 0", body=SMUGGLED),
    "a value with a lone return": request(b"X-Y: 1\rContent-Length: 5", body=b"hello" + SMUGGLED),
    "a name that is empty": request(b": 1", b"Content-Length: 0", body=SMUGGLED),
    "a line without a colon": request(b"Content-Length", body=SMUGGLED),
    "no host": request(b"Content-Length: 0", host=b"", body=SMUGGLED),
    "two hosts": request(b"Content-Length: 0", host=HOST + b"Host: 127.0.0.1\r\n", body=SMUGGLED),
    "a host that is none": request(b"Content-Length: 0", host=b"Host: 127.0.0.1/evil\r\n", body=SMUGGLED),
    "two spaces in the request line": get(line=b"GET  /health HTTP/1.1", body=SMUGGLED),
    "a control character in the target": get(line=b"GET /hea\x01lth HTTP/1.1", body=SMUGGLED),
    "a target without a slash": get(line=b"GET health HTTP/1.1", body=SMUGGLED),
    "no version": get(line=b"GET /health", body=SMUGGLED),
    "bare line feeds": (get() + SMUGGLED).replace(b"\r\n", b"\n") + b"\r\n\r\n",
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}


@pytest.mark.parametrize("data", FRAMING.values(), ids=FRAMING.keys())
async def test_framing_that_could_be_read_in_two_ways(scripted, data):
    answer = await exchange(scripted, data)
    assert answer.status == 400, answer
    # What was hidden behind it is never looked at.
    assert not ANOTHER_ANSWER.search(answer.rest), answer.rest


CODINGS = {
    "unknown": b"Transfer-Encoding: gzip",
    "misspelt": b"Transfer-Encoding: xchunked",
    "chunked in the middle": b"Transfer-Encoding: chunked, identity",
    "twice in one": b"Transfer-Encoding: chunked, chunked",
    "quoted": b'Transfer-Encoding: "chunked"',
}


@pytest.mark.parametrize("coding", CODINGS.values(), ids=CODINGS.keys())
async def test_transfer_codings_nobody_asked_for(scripted, coding):
    answer = await exchange(scripted, request(coding, body=b"0\r\n\r\n" + SMUGGLED))
    assert answer.status in (400, 501)
    assert not ANOTHER_ANSWER.search(answer.rest), answer.rest


CHUNKS = {
    "no number": b"hello\r\nworld\r\n0\r\n\r\n",
    "negative": b"-1\r\nx\r\n0\r\n\r\n",
    "with a prefix": b"0x2\r\n{}\r\n0\r\n\r\n",
    "past 64 bits": b"10000000000000002\r\n{}\r\n0\r\n\r\n",
    "more than it says": b"2\r\n{}{}{}\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("body", CHUNKS.values(), ids=CHUNKS.keys())
async def test_chunks_that_are_none(scripted, body):
    answer = await exchange(scripted, request(CHUNKED, body=body + SMUGGLED))
    assert answer.status in (400, 413)
    assert not ANOTHER_ANSWER.search(answer.rest), answer.rest


SIZES = {
    "a request line without end": (414, get(line=b"GET /" + b"a" * 40000 + b" HTTP/1.1")),
    "a header without end": (431, get(b"X-Long: " + b"a" * 40000)),
    "headers without end": (431, get(*(b"X-%d: %s" % (number, b"a" * 100) for number in range(400)))),
    "a body that is announced too large": (413, request(b"Content-Length: 1000000000")),
    "an old version": (505, get(line=b"GET /health HTTP/2.0")),
    "an expectation nobody meets": (417, request(b"Content-Length: 2", b"Expect: miracles", body=b"{}")),
}


@pytest.mark.parametrize("status, data", SIZES.values(), ids=SIZES.keys())
async def test_limits(scripted, status, data):
    async with Connection(scripted) as connection:
        await connection.send(data)
        assert (await connection.head()).status == status


async def test_two_requests_at_once_get_two_answers_in_order(scripted):
    async with Connection(scripted) as connection:
        await connection.send(get() + get(line=b"GET /nothing HTTP/1.1"))
        first = await connection.head()
        await connection.exactly(int(first.headers["content-length"]))
        second = await connection.head()
        assert (first.status, second.status) == (200, 404)


async def test_a_request_byte_by_byte(scripted):
    async with Connection(scripted) as connection:
        for byte in request(b"Content-Length: 15", body=b'{"prompt":"hi"}'):
            await connection.send(bytes([byte]))
        assert (await connection.head()).status == 200


async def test_a_chunked_body_is_welcome(scripted):
    async with Connection(scripted) as connection:
        await connection.send(request(CHUNKED, body=b'8\r\n{"prompt\r\n7;x=y\r\n":"hi"}\r\n0\r\n\r\n'))
        assert (await connection.head()).status == 200


async def test_a_client_that_waits_to_be_asked_is_asked(scripted):
    async with Connection(scripted) as connection:
        await connection.send(request(b"Content-Length: 15", b"Expect: 100-continue"))
        assert (await connection.head()).status == 100
        await connection.send(b'{"prompt":"hi"}')
        assert (await connection.head()).status == 200


async def test_a_head_request_has_no_body(scripted):
    answer = await exchange(scripted, get(b"Connection: close", line=b"HEAD /health HTTP/1.1"))
    assert answer.status in (200, 405)
    assert answer.rest == b""


KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
VERSION = b"Sec-WebSocket-Version: 13"
UPGRADE = b"Upgrade: websocket"
CONNECTION = b"Connection: Upgrade"


def handshake(*lines, line=b"GET /ws HTTP/1.1"):
    return request(*lines, line=line)


HANDSHAKES = {
    "no key": handshake(UPGRADE, CONNECTION, VERSION),
    "two keys": handshake(UPGRADE, CONNECTION, VERSION, KEY, KEY),
    "a short key": handshake(UPGRADE, CONNECTION, VERSION, b"Sec-WebSocket-Key: c2hvcnQ="),
    "a key that is no base64": handshake(UPGRADE, CONNECTION, VERSION, b"Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!=="),
    "an old version": handshake(UPGRADE, CONNECTION, KEY, b"Sec-WebSocket-Version: 8"),
    "no version": handshake(UPGRADE, CONNECTION, KEY),
    "no upgrade in connection": handshake(UPGRADE, VERSION, KEY, b"Connection: keep-alive"),
    "by POST": handshake(UPGRADE, CONNECTION, VERSION, KEY, line=b"POST /ws HTTP/1.1"),
    "with a body": handshake(UPGRADE, CONNECTION, VERSION, KEY, b"Content-Length: 5"),
}


@pytest.mark.parametrize("data", HANDSHAKES.values(), ids=HANDSHAKES.keys())
async def test_a_handshake_that_is_none(scripted, data):
    async with Connection(scripted) as connection:
        await connection.send(data)
        answer = await connection.head()
        assert answer.status in (400, 404, 405, 426), answer
        if b"Version: 8" in data:
            assert answer.headers.get("sec-websocket-version") == "13"


async def open_socket(connection):
    await connection.send(handshake(UPGRADE, CONNECTION, VERSION, KEY))
    answer = await connection.head()
    assert answer.status == 101
    assert answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert "sec-websocket-extensions" not in answer.headers
    assert await read_frame(connection) == (0x81, b'{"type":"ready"}')


async def read_frame(connection):
    """First byte and payload of a frame of the server's."""
    first, length = await connection.exactly(2)
    assert not length & 0x80, "a server does not mask"
    if length == 126:
        length = int.from_bytes(await connection.exactly(2), "big")
    return first, await connection.exactly(length)


def frame(first, payload=b"", mask=b"\x01\x02\x03\x04"):
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return bytes([first]) + length + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


FRAMES = {
    "without a mask": (1002, b"\x81\x02{}"),
    "with a reserved bit": (1002, frame(0xC1, b"{}")),
    "with an unknown opcode": (1002, frame(0x83, b"{}")),
    "a ping in pieces": (1002, frame(0x09, b"x")),
    "a ping too long": (1002, frame(0x89, b"x" * 126)),
    "a continuation of nothing": (1002, frame(0x80, b"{}")),
    "text that is no UTF-8": (1007, frame(0x81, b"\xff\xfe")),
    "a close with half a code": (1002, frame(0x88, b"\x03")),
    "a close with a code that is none": (1002, frame(0x88, (999).to_bytes(2, "big"))),
    "a message beyond all limits": (1009, b"\x82\xff" + (1 << 40).to_bytes(8, "big") + b"mask" + b"x" * 100),
}


@pytest.mark.parametrize("code, data", FRAMES.values(), ids=FRAMES.keys())
async def test_frames_that_break_the_protocol(scripted, code, data):
    async with Connection(scripted) as connection:
        await open_socket(connection)
        await connection.send(data)
        first, payload = await read_frame(connection)
        assert first == 0x88
        assert int.from_bytes(payload[:2], "big") == code
        await connection.send(frame(0x88, payload[:2]))
        await connection.rest()


async def test_a_message_in_pieces_with_a_ping_between(scripted):
    async with Connection(scripted) as connection:
        await open_socket(connection)
        await connection.send(frame(0x01, b'{"action"') + frame(0x89, b"?") + frame(0x80, b':"ping"}'))
        answers = [await read_frame(connection) for _ in range(2)]
        assert sorted(answers) == [(0x81, b'{"type":"pong"}'), (0x8A, b"?")]


async def test_a_connection_that_is_cut_off_harms_nobody(scripted):
    for piece in (b"", b"GET", b"GET /health HTTP/1.1\r\nHo", request(b"Content-Length: 100", body=b"half")):
        async with Connection(scripted) as connection:
            await connection.send(piece)
    async with Connection(scripted) as connection:
        await open_socket(connection)
        await connection.send(b"\x81")
    assert (await within(scripted.get("/health"), "/health")).status == 200
