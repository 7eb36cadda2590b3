"""Who says what in the room, heard for real: two voices that take turns in a PulseAudio room."""

import asyncio
import json

import pytest_asyncio
from conftest import running
from support.pulse import sound_system
from support.server import binary, environment
from support.sound import say, silence
from support.waiting import within

# One voice of flite and one of eSpeak.
WHO = {"first": {"TTS_ENGINE": "flite"}, "second": {"TTS_ENGINE": "espeak"}}
SAID = (
    ("first", "please tell me about the weather in the mountains"),
    ("second", "the first train to the coast leaves at seven in the morning"),
    ("first", "and what about the long way home by the river"),
    ("second", "nobody takes the long way home at this time of the year"),
)


@pytest_asyncio.fixture(scope="module")
async def room(event_loop):
    async with sound_system() as pulse:
        yield pulse


async def read(ws, messages):
    async for message in ws:
        messages.append(json.loads(message.data))


async def until(condition, what):
    async def looked():
        while not condition():
            await asyncio.sleep(0.05)

    await within(looked(), what)


async def test_two_who_take_turns_have_two_labels(room):
    sounds = [
        await asyncio.to_thread(say, binary(), environment("/nonexistent", **WHO[who]), text) for who, text in SAID
    ]
    async with running({**room.settings, "SCRIPTED_STT_TEXT": "somebody spoke"}) as server:
        url = server.url.replace("http", "ws", 1) + "/captions"
        asking = await server.http.ws_connect(url + "?speakers=1")
        plain = await server.http.ws_connect(url)
        messages, plain_messages = [], []
        readers = [asyncio.ensure_future(read(asking, messages)), asyncio.ensure_future(read(plain, plain_messages))]
        await room.until_listeners(1)
        await asyncio.sleep(0.5)
        for count, sound in enumerate(sounds, 1):
            await room.play(sound + silence(1.0))
            await until(lambda: sum(m["event"] == "transcript" for m in messages) == count, f"line {count}: {messages}")
        await asyncio.sleep(0.5)
        labels = {}
        for message in messages:
            if message["event"] == "transcript":
                labels[message["line"]] = message["speaker"]
                assert message["speaker"] is None or isinstance(message["speaker_sure"], bool)
            else:
                assert message["event"] == "speakers", message
                for change in message["changes"]:
                    labels[change["line"]] = change["speaker"]
        assert [labels[line] for line in sorted(labels)] == [1, 2, 1, 2], messages
        assert plain_messages == [{"event": "transcript", "text": "somebody spoke", "is_final": True}] * 4

        exported = json.loads(await (await server.get("/captions/transcript?format=json")).text())["lines"]
        assert [line["speaker"] for line in exported] == [1, 2, 1, 2]
        assert [line["line"] for line in exported] == sorted(labels)
        text = await (await server.get("/captions/transcript?format=text")).text()
        assert text.splitlines() == [f"Speaker {number}: somebody spoke" for number in (1, 2, 1, 2)]
        await asking.close()
        await plain.close()
        await asyncio.gather(*readers)
