"""Silero in its worker, with its real weights: voices are heard, other loud sounds are not, and nobody becomes deaf when
the worker goes."""

import array
import os
import random
import shutil
import signal
from pathlib import Path

import pytest
from support.call import Caller
from support.processes import eventually, workers
from support.server import ROOT, binary, environment
from support.sound import RATE, frames, say, silence
from support.whisper_file import whisper_file

WEIGHTS = ROOT.parent / "shared/models/for-tests-silero-v6.2.0-ggml.bin"
pytestmark = [
    pytest.mark.skipif(
        not (Path(binary()).parent / "repartee-whisper").exists(), reason="built without the engine kit"
    ),
    pytest.mark.skipif(not WEIGHTS.exists(), reason=f"there is no {WEIGHTS}"),
]


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    """Somebody who asks something."""
    return say(binary(), environment(tmp_path_factory.mktemp("voice"), TTS_ENGINE="flite"), "what time is it now please")


def crash(seconds=1.0):
    """Dishes: as loud as a voice, and none."""
    noise = random.Random(5)
    return array.array("h", (int(noise.gauss(0, 4000)) for _ in range(int(seconds * RATE)))).tobytes()


@pytest.fixture
def house(launch, tmp_path):
    """A server in whose folder of models the weights lie."""

    async def start(settings=None, **more):
        (tmp_path / "models").mkdir()
        shutil.copy(WEIGHTS, tmp_path / "models/ggml-silero-v6.2.0.bin")
        server = await launch({"REPARTEE_DATA_DIR": str(tmp_path), **(settings or {})}, **more)
        await eventually(lambda: workers(server, "repartee-whisper"), "the worker")
        return server

    return start


def call(server):
    return Caller(server.http, server.url.replace("http", "ws", 1) + "/api/media-stream")


async def test_a_call_hears_a_voice_and_no_dishes(house, voice):
    server = await house()
    await server.printed("silero")
    async with call(server) as caller:
        await caller.speak(silence(0.5))
        await caller.speak(crash())
        await caller.speak(silence(1.5))
        assert not [heard for heard in caller.heard if heard.kind == "user_text"]
        await caller.speak(voice)
        await caller.event("user_text")


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGSTOP])
async def test_nobody_is_deaf_without_its_worker(house, voice, harm):
    server = await house()
    await server.printed("silero")
    async with call(server) as caller:
        for _ in range(2):
            begun = len(caller.heard)
            (worker,) = await eventually(lambda: workers(server, "repartee-whisper"), "the worker")
            half = len(voice) // 4 * 2
            await caller.speak(voice[:half])
            os.kill(worker, harm)
            await caller.speak(voice[half:])
            await caller.event("user_text", begun)
            await caller.quiet_for(0.5)
            await eventually(lambda: workers(server, "repartee-whisper") not in ([worker], []), "another worker")


async def test_push_to_talk_is_judged_too(house, voice):
    server = await house()
    await server.printed("silero")
    async with server.assistant() as client:
        assert (await client.turn(frames(crash()))).transcript["text"] == ""
        assert (await client.turn(frames(voice))).transcript["text"] == "what time is it"


async def test_whisper_is_not_believed_where_nobody_spoke(house, voice, tmp_path):
    """It says the same whatever it hears: so what keeps its words back is that there was no voice."""
    model = whisper_file(tmp_path / "ggml-base.en.bin", "turn on the light")
    loudness = "[engines]\ndetector = \"energy\"\n"
    server = await house({"STT_ENGINE": "whisper", "WHISPER_MODEL": str(model)}, files={"repartee.toml": loudness})
    async with server.assistant() as client:
        assert (await client.turn(frames(voice))).transcript["text"] == "turn on the light"
        assert (await client.turn(frames(crash()))).transcript["text"] == ""
    await server.event("whisper heard words that nobody said", reason="no voice in the sound")
