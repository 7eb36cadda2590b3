"""Callers who read slowly or not at all, whose line goes dead, who ping without end: they hurt themselves."""

import asyncio
import os
import socket
import struct

import pytest_asyncio
from conftest import running
from support.call import Caller
from support.sound import speech_like
from support.waiting import within

LONG_REPLY = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen."
HANDSHAKE = (
    "GET /api/media-stream HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
MASK = bytes(4)  # that of zeros leaves a frame as it is


def frame(opcode, payload):
    if len(payload) < 126:
        head = bytes([0x80 | opcode, 0x80 | len(payload)])
    elif len(payload) < 1 << 16:
        head = bytes([0x80 | opcode, 0x80 | 126]) + struct.pack(">H", len(payload))
    else:
        head = bytes([0x80 | opcode, 0x80 | 127]) + struct.pack(">Q", len(payload))
    return head + MASK + payload


BINARY, PING = 2, 9


async def raw_call(server, receive_buffer=None):
    """A call on a bare connection, which reads nothing unless it is told to."""
    host, port = server.url.removeprefix("http://").rsplit(":", 1)
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, (host, int(port)))
    reader, writer = await asyncio.open_connection(sock=connection, limit=4096)
    writer.write(HANDSHAKE.format(host=f"{host}:{port}").encode())
    await within(reader.readuntil(b"\r\n\r\n"), "the handshake")
    return reader, writer


def call(server):
    return Caller(server.http, server.url.replace("http", "ws", 1) + "/api/media-stream")


async def open_calls(server):
    async with server.http.get(server.url + "/metrics") as response:
        text = await response.text()
    return int(text.partition('repartee_sessions_open{surface="media_stream"} ')[2].split("\n")[0])


async def until_open(server, count):
    while await open_calls(server) != count:
        await asyncio.sleep(0.05)


async def is_served(server):
    async with call(server) as caller:
        await caller.speak(speech_like(1.0))
        await caller.event("sound")


@pytest_asyncio.fixture(scope="module")
async def talker(event_loop):
    """Answers everything at length."""
    async with running({"SCRIPTED_REPLY": LONG_REPLY, "SCRIPTED_STT_TEXT": "please count"}) as server:
        yield server


async def test_who_does_not_read_hurts_nobody(talker):
    callers = [await raw_call(talker, receive_buffer=4096) for _ in range(10)]
    for _, writer in callers:
        writer.write(frame(BINARY, speech_like(1.0)) + frame(BINARY, bytes(64000)))
        await writer.drain()
    await is_served(talker)
    for _, writer in callers:
        writer.transport.abort()
    await within(until_open(talker, 0), "the end of all calls")


async def test_who_reads_slowly_still_hears_all_of_it(talker):
    reader, writer = await raw_call(talker, receive_buffer=4096)
    writer.write(frame(BINARY, speech_like(1.0)) + frame(BINARY, bytes(64000)))
    received = 0
    # The reply is some six seconds of sound; half a kilobyte at a time.
    while received < 150_000:
        received += len(await within(reader.read(512), "more of the reply"))
        await asyncio.sleep(0.001)
    writer.transport.abort()


async def test_a_flood_of_pings_hurts_nobody(talker):
    reader, writer = await raw_call(talker)

    async def flood():
        while True:
            writer.write(frame(PING, b"x" * 125) * 200)
            await writer.drain()

    async def swallow():
        while await reader.read(1 << 16):
            pass

    flooding = [asyncio.ensure_future(flood()), asyncio.ensure_future(swallow())]
    await is_served(talker)
    for task in flooding:
        task.cancel()
    await asyncio.gather(*flooding, return_exceptions=True)
    writer.transport.abort()
    await within(until_open(talker, 0), "the end of all calls")


async def test_connections_that_stop_in_the_handshake_hurt_nobody(talker):
    host, port = talker.url.removeprefix("http://").rsplit(":", 1)
    writers = []
    for index in range(100):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(HANDSHAKE.format(host=f"{host}:{port}").encode()[: 1 + index])
        writers.append(writer)
    await is_served(talker)
    for writer in writers:
        writer.transport.abort()


async def test_five_hundred_who_connect_and_drop(talker):
    for _ in range(10):
        callers = await asyncio.gather(*(raw_call(talker) for _ in range(50)))
        for _, writer in callers:
            writer.transport.abort()
    await within(until_open(talker, 0), "the end of all calls")
    await is_served(talker)


async def test_what_is_no_pcm_is_noise_and_no_more(talker):
    # As 24-bit samples or mu-law sound to whoever takes them for 16 bits: a roar.
    async with call(talker) as caller:
        await caller.speak(os.urandom(64000))
        await caller.speak(bytes(64000))
        position = await caller.quiet_for(0.5)
        await caller.speak(speech_like(1.0))
        await caller.event("sound", position)
