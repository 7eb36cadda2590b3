"""Who is let in while there is much to do, and what is done without before anybody is refused."""

import asyncio

import aiohttp
import pytest
import pytest_asyncio
from conftest import SCRIPTED, running
from support.assistant import AssistantClient
from support.call import Caller
from support.server import Repartee
from support.sound import silence, speech_like, wav
from support.waiting import within

CHAT = {"messages": [{"role": "user", "content": "What time is it?"}]}

# The model thinks for as long as a test wants somebody to be in hand.
SLOW = {"CAPACITY": "fixed", "SCRIPTED_LLM_FIRST_MS": "800"}

FEW = "[capacity]\ncalls = 2\nturns = 1\nchats = 1\n"


def call(server, query=""):
    return Caller(server.http, server.url.replace("http", "ws", 1) + "/api/media-stream" + query)


def push_to_talk(server):
    return AssistantClient(server.http, server.url.replace("http", "ws", 1) + "/ws")


@pytest_asyncio.fixture(scope="module")
async def small(event_loop):
    async with running(SLOW, files={"repartee.toml": FEW}) as server:
        yield server


async def counted(server, what):
    async with server.http.get(server.url + "/metrics") as response:
        lines = (await response.text()).splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(what))


async def refusal_of(server):
    """What somebody is answered who calls now."""
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AQIDBAUGBwgJCgsMDQ4PEA==",
    }
    async with server.http.get(server.url + "/api/media-stream", headers=headers) as response:
        return response.status, response.headers, await response.json() if response.status == 503 else None


async def test_one_call_too_many_is_refused_and_the_others_go_on(small):
    async with call(small) as first:
        await first.event("start_media_streaming")
        async with call(small) as second:
            await second.event("start_media_streaming")
            await first.speak(speech_like(0.6))

            status, headers, body = await refusal_of(small)
            assert status == 503
            assert 1 <= int(headers["Retry-After"]) <= 30
            assert body["code"] == "busy" and "call again" in body["message"]
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                async with call(small):
                    pass
            assert refused.value.status == 503

            # Who asks for calls is sent elsewhere; everybody else is not.
            async with small.http.get(small.url + "/ready?calls=1") as response:
                assert response.status == 503
                assert (await response.json())["capacity"]["takes_calls"] is False
            async with small.http.get(small.url + "/ready") as response:
                assert response.status == 200

            await first.event("user_text")
            await first.event("sound")
        assert await counted(small, 'repartee_refused_total{reason="limit",work="call"}') == 2

        # The server notices that somebody has left a moment later than they do.
        async def next_one():
            while (await refusal_of(small))[0] == 503:
                await asyncio.sleep(0.05)

        await within(next_one(), "the place of who has left")


async def test_one_recording_too_many_is_told_as_one_that_was_not_understood(small):
    sound = [wav(speech_like(0.5))]
    async with push_to_talk(small) as first, push_to_talk(small) as second:
        await first.act("start")
        await first.expect({"type": "ack", "event": "start"})
        await first.send_recording(sound)
        await first.act("end")

        refused = await second.turn(sound)
        assert "too much to do" in refused.last["error"]
        answered = await first.reply()
        assert answered.text == SCRIPTED["SCRIPTED_REPLY"]

        # There is room again, for the same socket too.
        answered = await second.turn(sound)
        assert answered.text == SCRIPTED["SCRIPTED_REPLY"]


async def test_one_chat_too_many_comes_back_later(small):
    async def ask():
        async with small.http.post(small.url + "/api/chat", json=CHAT) as response:
            return response.status, response.headers.get("Retry-After")

    answers = await within(asyncio.gather(ask(), ask()), "both answers")
    assert sorted(status for status, _ in answers) == [200, 503]
    assert all(when is not None for status, when in answers if status == 503)
    assert (await ask())[0] == 200


async def partials_of(server):
    async with call(server, "?partials=1") as caller:
        await caller.event("start_media_streaming")
        await caller.speak(speech_like(1.0))
        await caller.event("user_text")
        return [heard for heard in caller.heard if heard.kind == "user_partial"]


async def test_what_is_done_without_is_seen(scripted):
    assert await partials_of(scripted)
    settings = '[capacity]\nleast_step = "small_model"\nsmall_model = "rules"\n'
    async with running(files={"repartee.toml": settings}) as server:
        assert await partials_of(server) == []
        async with server.http.get(server.url + "/ready") as response:
            capacity = (await response.json())["capacity"]
        assert capacity["step"] == "small_model" and capacity["takes_calls"] is True
        assert await counted(server, "repartee_capacity_step") == 3
        # "What time is it": the rules know, and the scripted model would have said something else.
        async with call(server) as caller:
            await caller.event("start_media_streaming")
            await caller.speak(speech_like(1.0) + silence(0.1))
            said = await caller.until(lambda heard: heard.kind == "llm_text", "the answer")
            assert "half past nine" not in said.text


async def test_a_server_with_nothing_to_do_does_everything():
    async with running({"CAPACITY": "auto"}) as server:
        async with call(server) as caller:
            await caller.event("start_media_streaming")
            async with server.http.get(server.url + "/ready?calls=1") as response:
                assert response.status == 200
                capacity = (await response.json())["capacity"]
            assert capacity["step"] == "everything" and capacity["in_hand"]["call"] == 1


async def test_a_small_model_that_there_is_not_stops_the_start():
    server = Repartee(SCRIPTED, files={"repartee.toml": '[capacity]\nsmall_model = "nobody"\n'})
    try:
        await server.launch()
        assert await server.exit_code() != 0
        assert "capacity.small_model" in server.log_text()
    finally:
        await server.discard()
