"""Calls that are come back to after their line was lost, or their server: at one server. At another:
test_resume_elsewhere.py."""

import asyncio
import json
import sqlite3
from contextlib import closing

import aiohttp
import pytest
import pytest_asyncio
from conftest import SCRIPTED, running
from support.call import ResumableCaller
from support.house import UNHURRIED
from support.openai import Answer, OpenAi
from support.server import Repartee
from support.sound import speech_like
from support.voice_ai import VoiceAi
from support.waiting import within

GREETING = "Hello."
# All of it is heard and said in real time: as short as it can be.
QUICK = """[agents.repartee.turn_taking]
min_silence = "200ms"
"""
AGENT = f"""[agents.repartee]
first_response_message = "{GREETING}"
{QUICK}"""
QUESTION = "what time is it"


class Resumable(ResumableCaller):
    async def ask(self):
        """Returns once the question was understood, with the position of what follows."""
        since = len(self.heard)
        await self.speak(speech_like(0.3))
        await self.event("user_text", since)
        return len(self.heard)


def prompts(openai):
    """What the model was asked, without what is asked behind conversations."""
    bodies = [call.body for call in openai.calls if call.path == "/v1/chat/completions"]
    return [body["messages"] for body in bodies if body.get("stream")]


@pytest_asyncio.fixture
async def openai():
    simulator = await OpenAi().start()
    yield simulator
    await simulator.stop()


def heard_by(openai, **more):
    """Settings of a server that hears the question in any speech, and has it answered there."""
    return {**SCRIPTED, "SCRIPTED_STT_TEXT": QUESTION, **openai.settings(), **more}


def kept_until(server):
    """When the only call expires, in milliseconds."""
    with closing(sqlite3.connect(server.directory / "data" / "repartee.db")) as database:
        [(expires,)] = database.execute("SELECT expires_at_ms FROM parked_calls").fetchall()
    return expires


async def kill(server):
    server.process.kill()
    await server.process.wait()


# --- what other clients see ---


async def test_who_does_not_ask_for_it_sees_nothing_of_it():
    settings = {"SCRIPTED_STT_TEXT": QUESTION, "SCRIPTED_REPLY": "It is nine."}
    async with running(settings, files={"repartee.toml": QUICK}) as server:
        async with Resumable(server, resume="") as caller:
            await caller.ask()
            await caller.event("sound")
            await caller.quiet_for(0.5)
            assert {message["event_type"] for message in caller.messages()} <= {
                "start_media_streaming",
                "user_text",
                "llm_text",
            }
            assert caller.frames[0] == '{"event_type":"start_media_streaming"}'
            assert f'{{"event_type":"user_text","text":"{QUESTION}"}}' in caller.frames
            assert not any("seq" in frame for frame in caller.frames)


# --- one server ---


async def test_a_call_goes_on_after_its_line_was_cut(openai):
    openai.answer = Answer(words=("It", " is", " nine", " o'clock."))
    async with running(heard_by(openai), files={"repartee.toml": AGENT}) as server:
        async with Resumable(server, "&timeline=1") as first:
            await first.event("start_media_streaming")
            assert first.messages()[0]["event_type"] == "session" and first.messages()[0]["resumable"] is True
            numbers = [message["seq"] for message in first.messages()[1:]]
            assert numbers == list(range(1, len(numbers) + 1))
            await first.event("timeline", await first.ask())
            until = kept_until(server)
            first.cut()
            await first.event("closed")
        async with first.again(server) as second:
            await second.event("start_media_streaming")
            assert kept_until(server) == until, "and not for the two minutes that it is waited for"
            assert [message["event_type"] for message in second.messages()] == ["resumed", "start_media_streaming"]
            assert second.messages()[0]["continues"] == "nothing"
            assert second.messages()[1]["seq"] == first.seen + 1
            await second.ask()
            await second.answered("It is nine o'clock.")
        asked = prompts(openai)
        assert len(asked) == 2
        said = [(message["role"], message["content"]) for message in asked[1]]
        assert ("assistant", GREETING) in said and ("user", QUESTION) in said
        assert ("assistant", "It is nine o'clock.") in said
        assert [text for role, text in said].count(GREETING) == 1


async def test_what_was_not_heard_is_said_and_the_model_is_not_asked_again(openai):
    openai.answer = Answer(words=tuple(f" number {number}" for number in range(1, 6)))
    whole = "".join(openai.answer.words)
    async with running(heard_by(openai), files={"repartee.toml": QUICK}) as server:
        async with Resumable(server) as first:
            await first.event("start_media_streaming")
            await first.event("sound", await first.ask())
            await asyncio.sleep(0.7)  # some of it is heard
            first.cut()
            await first.event("closed")
        async with first.again(server) as second:
            await second.event("start_media_streaming")
            assert second.messages("resumed")[0]["continues"] == "rest"
            await second.answered(whole)
            await second.quiet_for(0.5)
            rest = second.seconds_of_sound()
        assert len(prompts(openai)) == 1
        assert rest > 0.5 and first.seconds_of_sound() > 0.5


async def test_a_line_that_only_seems_to_be_there_is_taken_over(openai):
    async with running(heard_by(openai), files={"repartee.toml": QUICK}) as server:
        async with Resumable(server, "&timeline=1") as first:
            await first.event("start_media_streaming")
            await first.event("timeline", await first.ask())
            async with first.again(server) as second:
                await second.event("start_media_streaming")
                assert second.messages()[0]["event_type"] == "resumed"
                assert (await first.event("closed")).text == "1008"
                await second.ask()
                await second.answered("Hello there.")
            assert len(prompts(openai)) == 2


async def test_what_cannot_be_come_back_to_is_said_to_be_so(openai):
    async with running(heard_by(openai), files={"repartee.toml": AGENT}) as server:
        async with Resumable(server, resume="f" * 64, seen=7) as stranger:
            await stranger.event("start_media_streaming")
            first = stranger.messages()[0]
            assert first["resumed"] is False and first["reason"] == "unknown" and first["resumable"] is True
            assert first["token"] != "f" * 64
            await stranger.answered(GREETING)
        for nonsense in ("2", "%00", "x" * 4000):
            async with Resumable(server, resume=nonsense) as stranger:
                await stranger.event("session")
                assert stranger.messages()[0]["reason"] == "unknown"
        async with Resumable(server) as first:
            await first.event("start_media_streaming")
        # Hung up in order: it is over.
        async with first.again(server) as second:
            await second.event("start_media_streaming")
            assert second.messages()[0]["reason"] == "unknown"
        assert first.token not in server.log_text()


async def test_acknowledged_events_are_not_sent_again_and_others_are(openai):
    async with running(heard_by(openai), files={"repartee.toml": QUICK}) as server:
        async with Resumable(server, "&timeline=1") as first:
            await first.event("start_media_streaming")
            await first.event("timeline", await first.ask())
            first.cut()
            await first.event("closed")
        told = {message["seq"]: message for message in first.messages() if "seq" in message}
        question = next(number for number, message in told.items() if message["event_type"] == "user_text")
        async with Resumable(server, resume=first.token, seen=question) as second:
            await second.event("start_media_streaming")
            again = second.messages()[1:-1]
            assert [message["event_type"] for message in again] == ["llm_text", "timeline"]
            assert all(told[message["seq"]] == message for message in again)
            await second.send_text(json.dumps({"event_type": "ack", "seq": again[-1]["seq"]}))
            await second.send_text('{"event_type":"ack","seq":1000000}')
            await second.send_text("}{")
            await asyncio.sleep(0.2)
            second.cut()
            await second.event("closed")
        async with Resumable(server, resume=first.token, seen=0) as third:
            await third.event("start_media_streaming")
            assert [message["event_type"] for message in third.messages()] == ["resumed", "start_media_streaming"]


async def test_a_server_that_was_killed_and_is_back_goes_on(openai):
    server = Repartee(heard_by(openai), {"repartee.toml": AGENT})
    try:
        await server.start()
        async with Resumable(server, "&timeline=1") as first:
            await first.event("start_media_streaming")
            await first.event("timeline", await first.ask())
            await kill(server)
            await first.event("closed")
        server.settings["PORT"] = str(server.port)
        server.events.clear()
        await server.start()
        async with first.again(server) as second:
            await second.event("start_media_streaming")
            assert second.messages()[0]["event_type"] == "resumed"
            await second.ask()
            await second.answered("Hello there.")
        asked = prompts(openai)
        assert len(asked) == 2 and "Hello there." in [message["content"] for message in asked[1]]
        await server.stop()
    finally:
        await server.discard()


# --- accounts ---


async def test_a_call_with_an_account_is_that_persons(openai):
    async with running(heard_by(openai), files={"repartee.toml": QUICK + UNHURRIED}) as server:
        guide = await VoiceAi(server).register(full_name="Ink")
        other = await VoiceAi(server).register(full_name="Quill")
        async with Resumable(server, f"&timeline=1&token={guide.token}") as first:
            await first.event("start_media_streaming")
            await first.event("timeline", await first.ask())
            first.cut()
            await first.event("closed")
        # Come back to by the token of the call alone.
        async with first.again(server) as second:
            await second.event("start_media_streaming")
            assert second.messages()[0]["event_type"] == "resumed"
            await second.ask()
            await second.answered("Hello there.")
            await second.quiet_for(0.5)
        asked = prompts(openai)
        assert "You are talking to Ink." in asked[0][0]["content"]
        [conversation] = await guide.conversations()
        assert conversation["session_id"].startswith("call-")
        texts = [message["text"] for message in await guide.messages(conversation["id"])]
        assert texts.count(QUESTION) == 2
        assert await other.conversations() == []
        for secret in (guide.token, first.token):
            assert secret not in server.log_text()


async def test_a_token_that_is_good_for_nothing_is_refused_before_the_handshake(openai):
    async with running(heard_by(openai), files={"repartee.toml": UNHURRIED}) as server:
        for query in ("&token=nonsense", "&token="):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                async with Resumable(server, query):
                    pass
            assert refused.value.status == 401
        person = await VoiceAi(server).register()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await within(
                server.http.ws_connect(
                    server.url.replace("http", "ws", 1) + "/api/media-stream",
                    headers={"Authorization": "Bearer nonsense"},
                ),
                "the refusal",
            )
        assert refused.value.status == 401
        connecting = server.http.ws_connect(
            server.url.replace("http", "ws", 1) + "/api/media-stream",
            headers={"Authorization": f"Bearer {person.token}"},
        )
        socket = await within(connecting, "the handshake")
        await socket.close()


async def test_nobody_else_goes_on_with_somebodys_call(openai):
    async with running(heard_by(openai), files={"repartee.toml": QUICK + UNHURRIED}) as server:
        guide = await VoiceAi(server).register(full_name="Ink")
        other = await VoiceAi(server).register(full_name="Quill")
        async with Resumable(server, f"&token={guide.token}") as first:
            await first.event("start_media_streaming")
            first.cut()
            await first.event("closed")
        async with Resumable(server, f"&token={other.token}", resume=first.token) as second:
            await second.event("start_media_streaming")
            assert second.messages()[0]["reason"] == "not_yours"
        async with Resumable(server, f"&token={guide.token}") as third:
            await third.event("start_media_streaming")
            third.cut()
            await third.event("closed")
        await guide.good("POST", "/account/logout", {})
        async with third.again(server) as fourth:
            await fourth.event("start_media_streaming")
            assert fourth.messages()[0]["reason"] == "signed_out"
