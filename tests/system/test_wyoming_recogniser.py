"""Whisper's worker, for other people's Wyoming clients: Home Assistant, and whoever else speaks its language."""

import array
import asyncio
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import pytest_asyncio
from support.server import binary
from support.sound import frames, speech_like
from support.waiting import within
from support.whisper_file import whisper_file
from support.wyoming import Client, listening, required_keys_of

WHISPER = Path(binary()).parent / "repartee-whisper"
pytestmark = pytest.mark.skipif(not WHISPER.exists(), reason="built without the engine kit")

SENTENCE = "turn on the light"
SOUND = {"rate": 16000, "width": 2, "channels": 1}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return whisper_file(tmp_path_factory.mktemp("models") / "ggml-base.en.bin", SENTENCE)


@asynccontextmanager
async def worker(model, folder, *options):
    door = folder / "whisper.sock"
    uri = f"unix://{door}"
    program = await asyncio.create_subprocess_exec(
        WHISPER, "--model", str(model), "--uri", uri, *options, stderr=asyncio.subprocess.PIPE
    )
    try:
        await listening(uri)
        program.uri = uri
        yield program
    finally:
        if program.returncode is None:
            program.terminate()
        await program.wait()


@pytest_asyncio.fixture
async def uri(model, tmp_path):
    async with worker(model, tmp_path) as program:
        yield program.uri


def speak(client, sound=None, form=SOUND):
    client.say("audio-start", {**form, "timestamp": None})
    for frame in frames(sound or speech_like(1.0)):
        client.say("audio-chunk", {**form, "timestamp": None}, frame)
    client.say("audio-stop", {"timestamp": None})


async def test_it_describes_itself(uri):
    async with Client(uri) as client:
        client.send(b'{"type": "describe", "version": "1.7.1"}\n')
        info = await client.event()
        assert info.type == "info"
        required_keys_of(info.data)
        (program,) = info.data["asr"]
        assert program["models"][0]["languages"] == ["en"]


async def test_it_hears_as_home_assistant_asks(uri):
    """Byte for byte, twice on one connection."""
    async with Client(uri) as client:
        for _ in range(2):
            client.send(b'{"type": "transcribe", "version": "1.7.1", "data_length": 18}\n{"language": "en"}')
            client.send(
                b'{"type": "audio-start", "version": "1.7.1", "data_length": 61}\n'
                b'{"rate": 16000, "width": 2, "channels": 1, "timestamp": null}'
            )
            sound = speech_like(1.0)
            for at in range(0, len(sound), 2048):
                piece = sound[at : at + 2048]
                client.send(
                    b'{"type": "audio-chunk", "version": "1.7.1", "data_length": 42, "payload_length": %d}\n' % len(piece)
                    + b'{"rate": 16000, "width": 2, "channels": 1}'
                    + piece
                )
            client.send(b'{"type": "audio-stop", "version": "1.7.1"}\n')
            events = await client.until("transcript")
            assert events[-1].data["text"] == SENTENCE
            assert {event.type for event in events[:-1]} <= {"transcript-start", "transcript-chunk"}
            await client.until("transcript-stop")


async def test_who_joins_its_chunks_has_the_transcript(uri):
    async with Client(uri) as client:
        client.say("transcribe", {"name": None, "language": None})
        speak(client)
        events = await client.until("transcript-stop")
        kinds = [event.type for event in events if event.type != "transcript-chunk"]
        assert kinds == ["transcript-start", "transcript", "transcript-stop"]
        joined = "".join(event.data["text"] for event in events if event.type == "transcript-chunk")
        assert joined.strip() == SENTENCE
        assert events[-2].type == "transcript", "the chunks come before it"


async def test_who_wants_no_chunks_gets_none(uri):
    async with Client(uri) as client:
        client.say("transcribe", {"partials": False})
        speak(client)
        assert [event.type for event in await client.until("transcript")] == ["transcript"]


async def test_it_answers_questions_while_it_listens(uri):
    async with Client(uri) as client:
        client.say("transcribe", {"partials": False})
        client.say("audio-start", SOUND)
        client.say("audio-chunk", SOUND, speech_like(1.0))
        client.say("describe")
        assert (await client.event()).type == "info"
        client.say("ping", {"text": "who is there"})
        assert (await client.event()).data == {"text": "who is there"}
        client.say("run-satellite")  # none of its business
        client.say("audio-stop")
        client.say("describe")
        assert {(await client.event()).type, (await client.event()).type} == {"info", "transcript"}


async def test_who_leaves_out_transcribe_is_heard(uri):
    async with Client(uri) as client:
        for _ in range(2):
            speak(client)
            assert (await client.until("transcript"))[-1].data["text"] == SENTENCE


@pytest.mark.parametrize("rate, width, channels", [(48000, 2, 2), (8000, 2, 1), (44100, 4, 1), (16000, 3, 1), (16000, 1, 1)])
async def test_it_takes_sound_of_any_kind(uri, rate, width, channels):
    samples = array.array("h", speech_like(1.0))
    sound = bytearray()
    for at in range(rate):
        sample = samples[at * 16000 // rate] & 0xFFFF
        little = (sample << 16).to_bytes(4, "little")[4 - width :]
        sound += little * channels
    async with Client(uri) as client:
        client.say("transcribe", {"partials": False})
        speak(client, bytes(sound), {"rate": rate, "width": width, "channels": channels})
        assert (await client.event()).data["text"] == SENTENCE


async def test_sound_that_is_none_is_refused_and_the_connection_closed(uri):
    async with Client(uri) as client:
        client.say("transcribe", {"partials": False})
        speak(client, form={"rate": 16000, "width": 8, "channels": 1})
        error = await client.event()
        assert error.type == "error" and error.data["code"] == "unsupported"
        assert await client.event() is None


async def admitted(uri):
    """A client that is served. Who is turned away is told so at once, and may try again."""
    while True:
        client = await Client(uri).__aenter__()
        with suppress(ConnectionError):
            client.say("ping")
            if (await client.event()).type == "pong":
                return client
        client.writer.close()
        await asyncio.sleep(0.005)


async def test_who_goes_away_gives_the_place_back(model, tmp_path):
    async with worker(model, tmp_path, "--connections", "1") as program:
        for _ in range(4):
            client = await within(admitted(program.uri), "a place")
            client.say("transcribe")
            client.say("audio-start", SOUND)
            client.say("audio-chunk", SOUND, speech_like(1.0))
            await client.until("transcript-start")
            client.writer.close()


async def test_it_ends_rather_than_take_more_memory_than_it_may(model, tmp_path):
    """Half an hour of one utterance is more than this one has room for; a sentence is not."""
    async with worker(model, tmp_path, "--memory", "32") as program:
        async with Client(program.uri) as client:
            client.say("transcribe")
            speak(client)
            assert (await client.until("transcript"))[-1].data["text"] == SENTENCE
        async with Client(program.uri) as client:
            client.say("transcribe", {"partials": False})
            client.say("audio-start", SOUND)
            half_a_minute = speech_like(1.0) * 30
            with pytest.raises(ConnectionError):
                for _ in range(60):
                    client.say("audio-chunk", SOUND, half_a_minute)
                    await within(client.writer.drain(), "the worker, or its end")
        assert await within(program.wait(), "its end") == 1
        assert b"more memory than it may have" in await program.stderr.read()
