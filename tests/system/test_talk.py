"""`repartee talk`: what a person at a terminal sees of a call."""

import asyncio
import re
import wave

import pytest
import pytest_asyncio
from conftest import running
from support.server import binary, environment
from support.sound import speech_like, wav
from support.waiting import within

REPLY = "One two three four five six seven eight nine ten eleven twelve."


@pytest_asyncio.fixture(scope="module")
async def talker(event_loop):
    async with running({"SCRIPTED_STT_TEXT": "please count", "SCRIPTED_REPLY": REPLY}) as server:
        yield server


async def talk(directory, *arguments):
    """Exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        binary(), "talk", *arguments, cwd=directory, env=environment(directory),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await within(process.communicate(), "the end of talk", 60)
    return process.returncode, output.decode()


@pytest.fixture
def question(tmp_path):
    (tmp_path / "question.wav").write_bytes(wav(speech_like(1.0)))
    return "question.wav"


async def test_a_call_shows_what_was_said_and_when(talker, tmp_path, question):
    code, shown = await talk(tmp_path, question, "--url", talker.url)
    assert code == 0, shown
    assert "you:      please count\n" in shown
    assert f"repartee: {REPLY}\n" in shown
    assert re.search(r"speech end +0\.0 ms", shown) and "first audio" in shown
    assert re.search(r"At this end: first sound -?\d+ ms after the recording's end, longest gap \d+ ms", shown)
    assert "reply.wav" in shown
    with wave.open(str(tmp_path / "reply.wav"), "rb") as reply:
        assert reply.getframerate() == 16000 and reply.getnframes() > 16000 * 2


async def test_the_second_speech_may_interrupt_the_first_reply(talker, tmp_path, question):
    code, shown = await talk(tmp_path, question, question, "--url", talker.url, "--interrupt-after", "700")
    assert code == 0, shown
    assert re.search(r"\(stopped \d+ ms after you began to speak\)", shown), shown
    assert shown.count("you:      please count") == 2
    assert f"repartee: {REPLY} (interrupted)" in shown
    assert f"repartee: {REPLY}\n" in shown


async def test_push_to_talk_is_one_after_the_other(talker, tmp_path, question):
    code, shown = await talk(tmp_path, question, question, "--url", talker.url, "--push-to-talk", "--fast")
    assert code == 0, shown
    assert shown.count(f"repartee: {REPLY}\n") == 2


async def test_an_agent_who_is_not_there(talker, tmp_path, question):
    code, shown = await talk(tmp_path, question, "--url", talker.url, "--agent", "nobody")
    assert code == 1
    assert "There is no agent 'nobody' at ws://127.0.0.1" in shown


async def test_nobody_is_listening(tmp_path, question):
    code, shown = await talk(tmp_path, question, "--url", "http://127.0.0.1:9")
    assert code == 1
    assert "127.0.0.1:9" in shown
