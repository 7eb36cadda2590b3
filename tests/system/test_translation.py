"""Who translates what a recogniser does not: a language model on this machine, where there is one."""

import asyncio
import json

import pytest_asyncio
from support.openai import Answer, OpenAi
from support.server import binary, environment
from support.sound import speech_like, wav
from support.waiting import within

SPOKEN = "wie spät ist es"
TRANSLATED = "What time is it?"


@pytest_asyncio.fixture
async def openai():
    simulator = await OpenAi().start()
    simulator.answer = Answer(words=("What time", " is it?"))
    yield simulator
    await simulator.stop()


async def transcribed(folder, openai, **settings):
    (folder / "a.wav").write_bytes(wav(speech_like(1.0)))
    command = [binary(), "transcribe", "--format", "json", "--language", "de", "--translate", "en", folder / "a.wav"]
    scripted = {"STT_ENGINE": "scripted", "SCRIPTED_STT_TEXT": SPOKEN}
    environ = environment(folder, **scripted, **openai.settings(), **settings)
    pipe = asyncio.subprocess.PIPE
    program = await asyncio.create_subprocess_exec(*command, env=environ, stdout=pipe, stderr=pipe)
    words, complaint = await within(program.communicate(), "the transcript")
    return (json.loads(words)["passages"] if words else []), complaint.decode()


async def test_a_model_at_home_translates(openai, tmp_path):
    (line,), _ = await transcribed(tmp_path, openai)
    assert (line["text"], line["language"], line["translated_to"]) == (TRANSLATED, "de", "en")
    prompt = await openai.next_prompt()
    instructions, words = prompt.body["messages"]
    assert "English" in instructions["content"]
    assert words == {"role": "user", "content": SPOKEN}


async def test_what_it_does_not_translate_is_told_as_it_was_spoken(openai, tmp_path):
    openai.answer = Answer(status=500)
    (line,), _ = await transcribed(tmp_path, openai)
    assert (line["text"], line["language"]) == (SPOKEN, "de")
    assert "translated_to" not in line


async def test_nobody_is_asked_where_the_settings_say_so(openai, tmp_path):
    lines, complaint = await transcribed(tmp_path, openai, TRANSLATOR="off")
    assert not lines
    assert "does not translate into 'en'" in complaint
