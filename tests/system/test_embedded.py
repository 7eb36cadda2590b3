"""With nothing but what is built in: speech is recognised, answered and spoken for real."""

import asyncio
import difflib
import random
import re

import pytest_asyncio
from conftest import running
from support.server import binary, environment
from support.sound import frames, say

EMBEDDED = {"STT_ENGINE": "pocketsphinx", "TTS_ENGINE": "flite", "OLLAMA_BASE_URL": "http://127.0.0.1:9"}

SENTENCES = [
    f"please tell me about the {thing}"
    for thing in (
        "weather", "garden", "kitchen", "river", "music", "morning", "window", "doctor", "money", "table",
        "summer", "winter", "paper", "mountain", "bridge", "children", "teacher", "market", "system", "camera",
    )
]


@pytest_asyncio.fixture(scope="module")
async def embedded(event_loop):
    # Twenty utterances at once are a load; how long each may wait its turn is not what is tested here.
    files = {"repartee.toml": '[engines.pocketsphinx]\nlongest_wait = "10min"\n'}
    scripted = {"LLM_ROUTE": "scripted", "SCRIPTED_REPLY": "You said: {text}"}
    async with running({**EMBEDDED, **scripted}, files=files) as server:
        yield server


def spoken(text):
    return say(binary(), environment("/nonexistent"), text)


def words(text):
    return re.findall(r"[a-z]+", text.lower())


def alike(said, heard):
    """How much of the words came through, from 0 to 1."""
    return difflib.SequenceMatcher(None, words(said), words(heard)).ratio()


async def test_a_spoken_question_is_answered_without_any_download(launch):
    server = await launch({**EMBEDDED, "STT_ENGINE": "auto", "LLM_ROUTE": "auto"})
    question = await asyncio.to_thread(spoken, "What time is it?")
    async with server.assistant() as client:
        reply = await client.turn(frames(question))
    assert "time" in words(reply.transcript["text"])
    assert reply.start["prompt"] == reply.transcript["text"]
    assert reply.last["event"] == "end"
    assert re.search(r"\d|clock|past|midnight|noon", reply.text), reply.text


async def test_twenty_sockets_hear_their_own_words(embedded):
    recordings = [await asyncio.to_thread(spoken, sentence) for sentence in SENTENCES]

    async def visit(sentence, recording):
        async with embedded.assistant() as client:
            reply = await client.turn(frames(recording))
        assert "error" not in reply.transcript, reply.transcript
        heard = reply.transcript["text"]
        closest = max(SENTENCES, key=lambda other: alike(other, heard))
        assert closest == sentence, f"'{sentence}' was heard as '{heard}'"
        assert reply.start["prompt"] == heard
        assert reply.text == f"You said: {heard}"

    await asyncio.gather(*(visit(*pair) for pair in zip(SENTENCES, recordings)))


async def test_silence_and_noise_are_no_words(embedded):
    noise = random.Random(7)
    hiss = b"".join(noise.randint(-150, 150).to_bytes(2, "little", signed=True) for _ in range(32000))
    for sound in (bytes(64000), hiss):
        async with embedded.assistant() as client:
            reply = await client.turn(frames(sound))
        assert reply.transcript == {"type": "stt", "text": ""}
        assert reply.last == {"type": "llm", "event": "skipped"}
