"""The question that the first start on somebody's terminal asks, and that no other start does."""

import os
import signal
from pathlib import Path

import pytest
import pytest_asyncio
from support.hub import Hub, Manner
from support.processes import eventually
from support.server import ROOT, binary
from support.terminal import Terminal

pytestmark = pytest.mark.skipif(
    not (Path(binary()).parent / "repartee-whisper").exists(), reason="built without the engine kit"
)

TINY_WORDS = (ROOT / "tests/models/tiny-words.bin").read_bytes()
SILERO = ROOT / "../shared/models/for-tests-silero-v6.2.0-ggml.bin"

# One that nobody publishes a sum of, so that another can stand for it.
NAME, FILE = "base.en-q5_1", "ggml-base.en-q5_1.bin"

QUESTION = "Enter or y: yes. n or Escape: no"
LISTENING = "repartee is listening"


@pytest_asyncio.fixture
async def hub():
    hub = Hub()
    hub.files = {FILE: TINY_WORDS}
    if SILERO.exists():
        hub.files["ggml-silero-v6.2.0.bin"] = SILERO.read_bytes()
    await hub.start()
    yield hub
    await hub.stop()


@pytest_asyncio.fixture
async def terminal(hub):
    """`await terminal(...)`: a server on a terminal."""
    terminals = []

    async def start(*arguments, data=None, **settings):
        settings = {"MODELS_URL": hub.url, "WHISPER_MODEL": NAME, "LLM_ROUTE": "rules", **settings}
        if data is not None:
            settings["REPARTEE_DATA_DIR"] = str(data)
        terminals.append(Terminal("serve", *arguments, settings=settings))
        return await terminals[-1].start()

    yield start
    for each in terminals:
        await each.discard()


async def stop(terminal):
    terminal.process.send_signal(signal.SIGTERM)
    assert await terminal.ended() == 0, terminal.text


def models_in(data):
    folder = data / "models"
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".bin") if folder.is_dir() else []


@pytest.mark.parametrize("key", ["\r", "y"])
async def test_a_yes_fetches_and_the_server_starts_with_it(terminal, hub, key):
    somebody = await terminal()
    await somebody.shows(QUESTION)
    for words in (NAME, "57 MiB", "licence MIT", "everyday speech", "silero", hub.url):
        assert words in somebody.text, somebody.text
    assert not hub.calls and LISTENING not in somebody.text
    somebody.press(key)
    await somebody.shows(LISTENING)
    await somebody.shows("in a worker, English")
    data = somebody.directory / "data"
    assert FILE in models_in(data)
    assert "57 MiB" in somebody.plain() and "100 %" in somebody.plain(), somebody.plain()
    await stop(somebody)


@pytest.mark.parametrize("key", ["n", "\x1b"])
async def test_a_no_is_taken_once_and_for_all(terminal, hub, tmp_path, key):
    somebody = await terminal(data=tmp_path)
    await somebody.shows(QUESTION)
    somebody.press(key)
    await somebody.shows(LISTENING)
    await stop(somebody)
    again = await terminal(data=tmp_path)
    await again.shows(LISTENING)
    assert QUESTION not in again.text
    assert not hub.calls and models_in(tmp_path) == []
    await stop(again)


async def test_other_keys_are_no_answer(terminal, hub):
    somebody = await terminal()
    await somebody.shows(QUESTION)
    somebody.press("x")
    somebody.press("\x1b[A")
    somebody.press("n")
    await somebody.shows("No.\n")
    await somebody.shows(LISTENING)
    await stop(somebody)


async def test_ctrl_c_ends_it_and_is_no_answer(terminal, tmp_path):
    somebody = await terminal(data=tmp_path)
    await somebody.shows(QUESTION)
    somebody.press("\x03")
    assert await somebody.ended() == 1
    assert LISTENING not in somebody.text
    again = await terminal(data=tmp_path)
    await again.shows(QUESTION)


async def test_ctrl_c_while_it_fetches_keeps_what_has_come(terminal, hub, tmp_path):
    hub.manners = [Manner(stall_after=2_000_000)]
    somebody = await terminal(data=tmp_path)
    await somebody.shows(QUESTION)
    somebody.press("y")
    part = tmp_path / "models" / f"{FILE}.part"
    await eventually(lambda: part.exists() and part.stat().st_size > 1_000_000, "the first megabytes")
    somebody.process.send_signal(signal.SIGINT)  # which the terminal would send
    assert await somebody.ended() == 1
    assert f"repartee models pull {NAME}" in somebody.text and part.stat().st_size > 1_000_000
    again = await terminal(data=tmp_path)
    await again.shows(LISTENING)
    assert QUESTION not in again.text
    await stop(again)


async def test_a_hub_that_is_away_keeps_no_server_from_starting(terminal):
    somebody = await terminal(MODELS_URL="http://127.0.0.1:9")
    await somebody.shows(QUESTION)
    somebody.press("\r")
    await somebody.shows("put it into")
    await somebody.shows(LISTENING)
    await somebody.shows("pocketsphinx")
    await stop(somebody)


@pytest.mark.parametrize(
    "arguments, settings",
    [
        (["--no-offer"], {}),
        ([], {"CI": "true"}),
        ([], {"STT_ENGINE": "pocketsphinx"}),
        ([], {"WHISPER_MODEL": "somewhere/my-own.bin"}),
    ],
)
async def test_there_is_no_question_where_the_answer_is_known(terminal, hub, arguments, settings):
    somebody = await terminal(*arguments, **settings)
    await somebody.shows(LISTENING)
    assert QUESTION not in somebody.text and not hub.calls
    await stop(somebody)


async def test_there_is_no_question_where_a_model_is(terminal, hub, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / FILE).write_bytes(TINY_WORDS)
    somebody = await terminal(data=tmp_path)
    await somebody.shows(LISTENING)
    assert QUESTION not in somebody.text
    await stop(somebody)


async def test_without_a_terminal_nothing_is_asked_and_nothing_fetched(launch, hub):
    server = await launch({"MODELS_URL": hub.url, "STT_ENGINE": None, "CI": ""})
    assert QUESTION not in server.output and not hub.calls
    assert not os.path.exists(server.directory / "data" / "speech_model_offer")
