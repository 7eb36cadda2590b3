"""The opt-in extension: {"action":"options","speech":true,"timeline":true}."""

from support.sound import frames, speech_like

REPLY = "It is half past nine. Shall I remind you?"
HEARING = {"speech_end", "final_text"}
THINKING = {"model_start", "first_token", "first_clause", "reply_end"}
SPEAKING = {"first_audio", "first_played"}


async def ask(client, **options):
    await client.send({"action": "options", **options})
    await client.expect(
        {
            "type": "ack",
            "event": "options",
            "speech": options.get("speech", False),
            "timeline": options.get("timeline", False),
        }
    )


async def turn(client, last):
    """Everything from `end` to the message that `last` is true of; binary messages are bytes."""
    await client.act("start")
    await client.expect({"type": "ack", "event": "start"})
    await client.send_recording(frames(speech_like()))
    await client.act("end")
    return await client.until(lambda message: isinstance(message, dict) and last(message))


def of_type(messages, kind):
    return [message for message in messages if isinstance(message, dict) and message["type"] == kind]


async def test_the_reply_is_spoken_and_timed(scripted):
    async with scripted.assistant() as client:
        await ask(client, speech=True, timeline=True)
        messages = await turn(client, lambda message: message["type"] == "timeline")

        words = of_type(messages, "llm")
        assert words[0]["event"] == "start"
        assert words[-1] == {"type": "llm", "event": "end", "text": REPLY}
        assert "".join(word.get("delta", "") for word in words) == REPLY

        speech = of_type(messages, "speech")
        assert speech == [
            {"type": "speech", "event": "start", "format": "pcm_s16le", "sample_rate": 16000},
            {"type": "speech", "event": "end"},
        ]
        began, ended = messages.index(speech[0]), messages.index(speech[1])
        places = [index for index, message in enumerate(messages) if isinstance(message, bytes)]
        assert places and began < places[0] and places[-1] < ended
        sound = b"".join(messages[place] for place in places)
        assert len(sound) % 2 == 0
        # Nine words take longer than a second, and not ten.
        assert 16000 < len(sound) / 2 < 160000

        timeline = messages[-1]
        assert messages[-2] == speech[1] or messages[-2] == words[-1]
        moments = timeline["moments"]
        assert set(moments) == HEARING | THINKING | SPEAKING
        assert min(moments.values()) == 0
        order = ["speech_end", "final_text", "model_start", "first_token", "first_clause", "first_audio", "first_played"]
        times = [moments[name] for name in order]
        assert times == sorted(times)
        assert timeline["outcome"] == "complete"
        await client.expect_quiet()


async def test_a_client_that_does_not_ask_gets_neither(scripted):
    async with scripted.assistant() as client:
        reply = await client.turn(frames(speech_like()))
        assert reply.last["event"] == "end"
        await client.expect_quiet()


async def test_a_timeline_without_speech(scripted):
    async with scripted.assistant() as client:
        await ask(client, timeline=True)
        messages = await turn(client, lambda message: message["type"] == "timeline")
        assert not of_type(messages, "speech")
        assert "first_audio" not in messages[-1]["moments"]


async def test_options_can_be_taken_back(scripted):
    async with scripted.assistant() as client:
        await ask(client, speech=True, timeline=True)
        await ask(client)
        assert (await client.turn(frames(speech_like()))).text == REPLY
        await client.expect_quiet()


async def test_start_silences_a_reply_that_is_being_spoken(launch):
    # 2000 words, one every 20 ms: forty seconds, unless somebody interrupts.
    server = await launch({"SCRIPTED_REPLY_WORDS": 2000, "SCRIPTED_LLM_TOKEN_MS": 20, "SCRIPTED_TTS_SPEED": 10})
    async with server.assistant() as client:
        await ask(client, speech=True, timeline=True)
        await client.act("start")
        await client.expect({"type": "ack", "event": "start"})
        await client.send_recording(frames(speech_like()))
        await client.act("end")
        while not isinstance(await client.receive(), bytes):
            pass
        await client.act("start")
        messages = await client.until(lambda message: isinstance(message, dict) and message["type"] == "timeline")
        assert messages[-1]["outcome"] == "interrupted"
        assert {"type": "ack", "event": "start"} in messages
        assert {"type": "speech", "event": "end"} in messages
        await client.expect_quiet()
