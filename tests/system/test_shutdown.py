"""SIGTERM: new work is refused, replies end, sockets close with 1012, the exit code is 0."""

import asyncio
import json
import signal

import pytest
from support.assistant import Closed
from support.sound import frames, speech_like
from support.voice_ai import VoiceAi
from support.waiting import within

# How long open sockets may hold up the end; longer than the reply below.
BRIEF = {"repartee.toml": '[server]\ndrain_time = "3s"\n'}

# A second of talking: long enough to be in the middle of it when the signal comes.
SLOW = {"SCRIPTED_REPLY_WORDS": 20, "SCRIPTED_LLM_TOKEN_MS": 50}


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_a_server_with_nothing_to_do_ends_at_once(launch, name):
    server = await launch()
    server.process.send_signal(name)
    assert await server.exit_code() == 0


async def test_an_idle_socket_is_closed_with_1012(launch):
    server = await launch(files=BRIEF)
    async with server.assistant() as client:
        server.process.send_signal(signal.SIGTERM)
        assert await client.receive() == Closed(1012)
        assert await server.exit_code() == 0


async def test_a_reply_may_end(launch):
    server = await launch(SLOW, files=BRIEF)
    async with server.assistant() as client:
        await client.send_recording(frames(speech_like()))
        await client.act("end")
        await client.until(lambda message: "delta" in message)
        server.process.send_signal(signal.SIGTERM)
        await server.event("stopping")
        messages = await client.until(lambda message: message.get("event") == "end" and message["type"] == "llm")
        assert len(messages[-1]["text"].split()) == 20
        assert await client.receive() == Closed(1012)
        assert await server.exit_code() == 0


async def test_a_stream_may_end(launch):
    server = await launch(SLOW)
    async with server.http.post(server.url + "/api/generate", json={"prompt": "hi", "stream": True}) as response:
        first = await within(response.content.readline(), "the first word")
        server.process.send_signal(signal.SIGTERM)
        await server.event("stopping")
        lines = [first] + [line async for line in response.content]
    assert json.loads(lines[-1])["done"] is True
    assert len(lines) > 20
    assert await server.exit_code() == 0


async def test_whoever_speaks_meanwhile_hears_why(launch):
    server = await launch(SLOW, files=BRIEF)
    async with VoiceAi(server).stream() as stream:
        await stream.say("Count to twenty.")
        await server.event("message received")
        server.process.send_signal(signal.SIGTERM)
        await server.event("stopping")
        await stream.say("And on to forty.")
        assert await stream.receive() == {"error": "The server is restarting. Please say it again in a moment."}
        frames = await stream.until(lambda frame: "message" in frame)
        assert len(frames[-1]["message"].split()) == 20
        assert await stream.closing() == 1012
    assert await server.exit_code() == 0


async def test_nobody_new_is_let_in(launch):
    server = await launch(SLOW)
    async with server.assistant() as client:
        await client.send_recording(frames(speech_like()))
        await client.act("end")
        await client.until(lambda message: "delta" in message)
        server.process.send_signal(signal.SIGTERM)
        # The first thing it stops is listening; the signal is handled in its own time, though.
        await server.event("stopping")
        await within(refused(server.port), "the end of listening")
        await client.until(lambda message: message.get("event") == "end" and message["type"] == "llm")
    assert await server.exit_code() == 0


async def refused(port):
    """Returns once nobody takes a connection any more."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
        except ConnectionError:
            return


async def test_a_reply_that_would_go_on_for_ever_does_not(launch):
    server = await launch(
        {"SCRIPTED_REPLY_WORDS": 100000, "SCRIPTED_LLM_TOKEN_MS": 50},
        files={"repartee.toml": '[server]\ndrain_time = "300ms"\n'},
    )
    async with server.assistant() as client:
        await client.send_recording(frames(speech_like()))
        await client.act("end")
        await client.until(lambda message: "delta" in message)
        server.process.send_signal(signal.SIGTERM)
        while not isinstance(last := await client.receive(), Closed):
            pass
        assert last == Closed(1012)
        assert await server.exit_code() == 0


# --- with a load balancer in front ---


async def test_a_load_balancer_may_see_it_first(launch):
    server = await launch(files={"repartee.toml": '[server]\nnotice_time = "5min"\n'})
    async with server.assistant() as client:
        server.process.send_signal(signal.SIGTERM)
        await server.event("stopping")
        # On connections of their own: nobody is turned away yet.
        ready = await server.get("/ready", headers={"Connection": "close"})
        assert ready.status == 503
        assert (await ready.json())["leaving"] is True
        async with server.assistant() as late:
            assert (await late.turn(frames(speech_like()))).last["event"] == "end"
        assert (await client.turn(frames(speech_like()))).last["event"] == "end"
        # Somebody is in a hurry.
        server.process.send_signal(signal.SIGTERM)
        assert await client.receive() == Closed(1012)
        assert await server.exit_code() == 0


async def test_calls_may_come_to_their_own_end(launch):
    server = await launch(files={"repartee.toml": '[server]\ncalls_time = "5min"\n'})
    await server.hang_up()
    async with server.assistant() as client:
        server.process.send_signal(signal.SIGTERM)
        await within(refused(server.port), "the end of listening")
        for _ in range(2):
            assert (await client.turn(frames(speech_like()))).last["event"] == "end"
    # Nobody is left.
    assert await server.exit_code() == 0
