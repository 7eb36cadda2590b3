"""Full-duplex calls against the real binary, with a client written from the protocol."""

import asyncio
import os

import aiohttp
import pytest
import pytest_asyncio
from conftest import running
from support.call import Caller
from support.server import binary, environment
from support.sound import RATE, say, silence, speech_like
from support.waiting import within

LONG_REPLY = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen."


def call(server, query="", frame=1024):
    return Caller(server.http, server.url.replace("http", "ws", 1) + "/api/media-stream" + query, frame)


@pytest_asyncio.fixture(scope="module")
async def talker(event_loop):
    """Answers everything at length."""
    async with running({"SCRIPTED_REPLY": LONG_REPLY, "SCRIPTED_STT_TEXT": "please count"}) as server:
        yield server


# --- connecting ---


async def test_the_microphone_is_asked_for_at_once(talker):
    async with call(talker) as caller:
        await caller.event("start_media_streaming")
        assert len(caller.heard) == 1


async def test_an_unknown_agent_is_refused_before_the_handshake(talker):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with call(talker, "?agent_id=nobody"):
            pass
    assert refused.value.status == 403


async def test_the_address_describes_itself(talker):
    async with talker.http.get(talker.url + "/") as response:
        assert await response.json() == {
            "message": "Toy Backend API",
            "version": "1.0.0",
            "endpoints": {"websocket": "/api/media-stream?agent_id=..."},
        }


async def test_a_greeting_comes_before_the_microphone():
    settings = {"repartee.toml": '[agents.shinchan]\nfirst_response_message = "Hello, here I am."\n'}
    async with running(files=settings) as server, call(server) as caller:
        await caller.event("start_media_streaming")
        kinds = [heard.kind for heard in caller.heard]
        assert kinds[0] == "llm_text" and kinds[-1] == "start_media_streaming" and "sound" in kinds
        assert caller.reply() == "Hello, here I am."


async def test_a_call_ends_when_its_time_is_over():
    async with running(files={"repartee.toml": "[agents.shinchan]\nsession_timeout = 1000\n"}) as server:
        async with call(server) as caller:
            closed = await caller.event("closed")
            assert closed.text == "1000" and 0.9 < closed.at < 3


# --- a conversation ---


@pytest.mark.parametrize("frame", [256, 1024])
async def test_a_question_is_answered_in_text_and_sound(talker, frame):
    async with call(talker, frame=frame) as caller:
        await caller.event("start_media_streaming")
        await caller.speak(speech_like(1.0))
        question = await caller.event("user_text")
        assert question.text == "please count"
        await caller.event("sound")
        texts = [heard.text for heard in caller.heard if heard.kind == "llm_text"]
        assert all(later.startswith(earlier) for earlier, later in zip(texts, texts[1:]))
        await caller.quiet_for(1.0)
        assert caller.reply() == LONG_REPLY
        assert caller.seconds_of_sound() > 4
        assert sum(heard.bytes for heard in caller.heard) % 256 == 0, "the client plays in quanta"
        assert not [heard for heard in caller.heard if heard.kind == "stop"]


async def test_sound_is_never_far_ahead_of_the_ear(talker):
    async with call(talker) as caller:
        await caller.speak(speech_like(1.0))
        first = await caller.event("sound")
        await caller.quiet_for(1.0)
        total = 0
        for heard in caller.heard:
            if heard.kind == "sound":
                total += heard.bytes / 2 / RATE
                assert total - (heard.at - first.at) < 0.5, "more than the lead and a busy machine's delay"


@pytest.mark.parametrize("frame", [256, 1024])
async def test_whole_calls_with_the_embedded_engines(launch, tmp_path, frame):
    first, second = (say(binary(), environment(tmp_path), words) for words in ("what time is it", "what can you do"))
    server = await launch(
        {"STT_ENGINE": "pocketsphinx", "LLM_ROUTE": "rules", "TTS_ENGINE": "flite"},
        files={"repartee.toml": '[agents.repartee]\nfirst_response_message = "Hello, who is there?"\n'},
    )
    async with call(server, "?agent_id=repartee", frame) as caller:
        await caller.event("start_media_streaming")
        assert caller.reply() == "Hello, who is there?" and caller.seconds_of_sound() > 0.5
        position = await caller.quiet_for(0.3)
        await caller.speak(first)
        assert (await caller.event("user_text")).text == "what time is it"
        await caller.event("sound", position)
        assert caller.reply().startswith("It is ")
        position = await caller.quiet_for(1.0)
        await caller.speak(second)
        assert (await caller.event("user_text", position)).text == "what can you do"
        await caller.event("sound", position)
    assert (await server.event("session closed"))["surface"] == "media_stream"


# --- interruptions ---


async def test_speaking_up_stops_the_reply(talker):
    async with call(talker) as caller:
        await caller.speak(speech_like(1.0))
        await caller.event("sound")
        await asyncio.sleep(1.0)
        position = len(caller.heard)
        began = caller.now()
        speaking = asyncio.ensure_future(caller.speak(speech_like(1.0)))
        stop = await caller.event("stop", position)
        assert stop.at - began < 1.0
        # Nothing of the cancelled reply follows; the next thing is the next question.
        await speaking
        question = await caller.event("user_text", position)
        between = [heard.kind for heard in caller.heard if stop.at < heard.at < question.at]
        assert "sound" not in between and "llm_text" not in between
        await caller.event("sound", caller.heard.index(question))


async def test_the_client_may_ask_for_silence(talker):
    async with call(talker) as caller:
        await caller.speak(speech_like(1.0))
        await caller.event("sound")
        position = len(caller.heard)
        await caller.send_text("stop")
        await caller.event("stop", position)
        after = len(caller.heard)
        await caller.quiet_for(1.0)
        assert caller.seconds_of_sound(after) == 0


async def test_a_click_does_not_stop_the_reply(launch):
    talker = await launch({"SCRIPTED_REPLY": LONG_REPLY, "SCRIPTED_STT_PARTIALS": "0"})
    async with call(talker) as caller:
        await caller.speak(speech_like(1.0))
        await caller.event("sound")
        await asyncio.sleep(0.5)
        await caller.speak(os.urandom(640) * 2)  # 40 ms
        await caller.quiet_for(1.5)
        assert not [heard for heard in caller.heard if heard.kind == "stop"]
        assert caller.reply() == LONG_REPLY


async def test_silence_and_hiss_say_nothing(talker):
    async with call(talker) as caller:
        await caller.speak(silence(1.0))
        await caller.speak(bytes(byte % 4 for byte in os.urandom(RATE * 2)))
        await caller.event("start_media_streaming")
        assert [heard.kind for heard in caller.heard] == ["start_media_streaming"]


# --- bad input ---


async def test_frames_of_any_length_are_taken(talker):
    async with call(talker, frame=1023) as caller:
        await caller.speak(speech_like(1.0))
        await caller.event("user_text")


async def test_other_text_is_passed_over(talker):
    async with call(talker) as caller:
        for text in ("hello", "{}", "[1,", "STOP", "\u0000"):
            await caller.send_text(text)
        await caller.speak(speech_like(1.0))
        await caller.event("user_text")


async def test_a_flood_of_sound_hurts_nobody(talker):
    async with call(talker) as flood, call(talker) as caller:
        for _ in range(60):
            await flood.socket.send_bytes(bytes(1_000_000))
        await caller.speak(speech_like(1.0))
        await caller.event("user_text")


async def test_a_frame_too_large_ends_the_call(talker):
    # Without a microphone that goes on sending: what it sends after the goodbye would tear it off.
    url = talker.url.replace("http", "ws", 1) + "/api/media-stream"
    async with talker.http.ws_connect(url, max_msg_size=0) as socket:
        await within(socket.receive(), "start_media_streaming")
        await socket.send_bytes(bytes((1 << 20) + 2))
        await within(socket.receive(), "the goodbye")
        assert socket.close_code == 1009


async def test_callers_who_vanish_leave_nothing_behind(talker):
    async def connect_and_drop():
        session = aiohttp.ClientSession()
        await session.ws_connect(talker.url.replace("http", "ws", 1) + "/api/media-stream")
        # Without a goodbye: the connection and not the socket is closed.
        await session.close()

    for _ in range(10):
        await asyncio.gather(*(connect_and_drop() for _ in range(20)))

    async def all_gone():
        while True:
            async with talker.http.get(talker.url + "/metrics") as response:
                text = await response.text()
            if 'repartee_sessions_open{surface="media_stream"} 0' in text:
                return
            await asyncio.sleep(0.02)

    await within(all_gone(), "the end of all calls")
