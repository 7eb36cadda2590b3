"""Who has the floor, when both speak: in every phase of a reply, and with sounds that are no words."""

import asyncio

import pytest
from support.call import Caller
from support.sound import speech_like

LONG_REPLY = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen."


def call(server, query="", **more):
    return Caller(server.http, server.url.replace("http", "ws", 1) + "/api/media-stream" + query, **more)


def kinds(caller, since=0):
    return [heard.kind for heard in caller.heard[since:]]


# --- in every phase ---


@pytest.mark.parametrize(
    "settings, phase",
    [
        ({"SCRIPTED_LLM_FIRST_MS": "3000"}, "thinking"),
        ({"SCRIPTED_TTS_FIRST_MS": "3000"}, "the first clause"),
    ],
)
async def test_what_follows_before_the_answer_is_heard_continues_the_question(launch, settings, phase):
    server = await launch({"SCRIPTED_STT_TEXT": "please count", "SCRIPTED_REPLY": "I heard: {text}.", **settings})
    async with call(server) as caller:
        await caller.speak(speech_like(1.0))
        question = await caller.event("user_text")
        if phase == "the first clause":
            await caller.event("llm_text")
        await caller.speak(speech_like(1.0))
        both = await caller.event("user_text", caller.heard.index(question) + 1)
        assert both.text == "please count please count"
        await caller.event("sound")
        # The first words are spoken as soon as they are there, while the rest is still being thought of.
        await caller.until(lambda heard: heard.kind == "llm_text" and heard.text.endswith("."), "the whole reply")
        assert caller.reply() == "I heard: please count please count."
        await caller.quiet_for(1.0)
        # One answer to both, and the first of them was never heard.
        assert kinds(caller).count("user_text") == 2
        sounds = [index for index, kind in enumerate(kinds(caller)) if kind == "sound"]
        assert min(sounds) > caller.heard.index(both)


async def test_the_tail_at_the_callers_end_can_be_stopped(launch):
    # All of the reply has left, and most of it is still to be played.
    table = "[agents.shinchan.turn_taking]\nlead = 3000\n"
    server = await launch({"SCRIPTED_REPLY": "One two three four five six."}, files={"repartee.toml": table})
    async with call(server) as caller:
        await caller.speak(speech_like(0.6))
        await caller.event("sound")
        position = await caller.quiet_for(0.15)
        assert caller.seconds_of_sound() > 1.0
        await caller.speak(speech_like(0.6))
        await caller.event("stop", position)


async def test_the_history_keeps_what_was_heard(launch):
    server = await launch({"SCRIPTED_REPLY": LONG_REPLY})
    async with call(server, "?timeline=1") as caller:
        await caller.speak(speech_like(1.0))
        await caller.event("sound")
        await asyncio.sleep(1.0)
        await caller.speak(speech_like(1.0))
        await caller.event("stop")
    (first, *_) = [event for event in server.events if event.get("event") == "turn ended"]
    assert first["outcome"] == "interrupted"


# --- what is no interruption ---


async def test_an_acknowledgment_does_not_stop_the_reply(launch):
    server = await launch({"SCRIPTED_STT_TEXT": "mhm", "SCRIPTED_REPLY": LONG_REPLY})
    async with call(server) as caller:
        await caller.speak(speech_like(0.5))
        await caller.event("sound")
        await asyncio.sleep(0.5)
        await caller.speak(speech_like(0.4))
        await caller.quiet_for(1.5)
        assert "stop" not in kinds(caller)
        assert kinds(caller).count("user_text") == 1
        assert caller.reply() == LONG_REPLY
        # Held while it was said, and taken up at the start of a word: nothing is missing.
        assert caller.seconds_of_sound() > 4


async def test_our_own_voice_does_not_interrupt_us(launch):
    server = await launch({"TTS_ENGINE": "flite", "SCRIPTED_REPLY": LONG_REPLY})

    async def hold_a_call(delay):
        async with call(server, "?agent_id=repartee", echo=(delay, 0.1)) as caller:
            await caller.speak(speech_like(1.0))
            await caller.event("sound")
            position = await caller.quiet_for(1.5)
            assert "stop" not in kinds(caller), delay
            assert kinds(caller).count("user_text") == 1, delay
            # And through the echo somebody is heard.
            await caller.speak(speech_like(1.0))
            await caller.event("sound", position)
            await caller.speak(speech_like(1.0))
            await caller.event("stop", position)

    await asyncio.gather(*(hold_a_call(delay) for delay in (0.05, 0.2, 0.4)))
