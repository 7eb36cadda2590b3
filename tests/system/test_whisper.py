"""Whisper in its worker, by the real library, with a model that says one sentence whatever it hears."""

import asyncio
import json
import os
import signal
import time
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from support.parakeet_file import EUROPEAN, PIECE_MS, SLOW, parakeet_file
from support.processes import children, eventually, processor_seconds, program_of, workers
from support.server import ROOT, binary, environment
from support.sound import frames, silence, speech_like, wav
from support.waiting import within
from support.whisper_file import MANY_LANGUAGES, whisper_file
from support.wyoming import Client, listening

WHISPER = Path(binary()).parent / "repartee-whisper"
pytestmark = pytest.mark.skipif(not WHISPER.exists(), reason="built without the engine kit")

SENTENCE = "turn on the light"


def with_model(model, **more):
    return {"STT_ENGINE": "whisper", "WHISPER_MODEL": str(model), **more}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return whisper_file(tmp_path_factory.mktemp("models") / "ggml-base.en.bin", SENTENCE)


# Trained on flite's voice by tools/tiny_whisper. It is right about these with whatever else is asked of it.
TRAINED = ROOT / "tests/models/tiny-words.bin"
KNOWN_SENTENCES = [
    "play the music",
    "open the green door",
    "close the red door",
    "turn off the blue light",
    "please turn left eight",
    "close the door in the bedroom",
    "hello robot turn on the light",
    "hello robot is the light green",
]


async def heard_by(server):
    async with server.assistant() as client:
        return (await client.turn(frames(speech_like(1.0)))).transcript


async def test_it_is_used_as_soon_as_a_model_is_there(launch, model):
    server = await launch(with_model(model))
    assert (await heard_by(server))["text"] == SENTENCE


async def test_a_card_that_is_not_there_is_told_of(launch, model):
    server = await launch(with_model(model, WHISPER_DEVICE="cuda"))
    await server.printed("on the processor, for there is no such card or no back end for it")


async def test_auto_prefers_it(launch, model):
    server = await launch(with_model(model, STT_ENGINE=None))
    await eventually(lambda: "in a worker, English" in server.output, "the choice of the recogniser")
    assert (await heard_by(server))["text"] == SENTENCE


async def spoken(sentence, folder):
    file = folder / "sentence.wav"
    program = await asyncio.create_subprocess_exec(binary(), "say", sentence, "-o", file, env={"HOME": str(folder), "TTS_ENGINE": "flite"})
    assert await program.wait() == 0
    return file.read_bytes()


async def test_it_understands_speech_word_for_word(launch, tmp_path):
    """With a model that knows forty words: the right ones in the right order, each with its time and how sure it is."""
    server = await launch(with_model(TRAINED))
    async with server.assistant() as client:
        for sentence in KNOWN_SENTENCES:
            reply = await client.turn([await spoken(sentence, tmp_path)])
            assert reply.transcript["text"] == sentence


async def test_without_a_model_it_says_what_to_do(launch):
    server = await launch({"STT_ENGINE": "whisper"}, ready=False)
    answer = await heard_by(server)
    assert answer["text"] == "" and "no model for Whisper" in answer["error"], answer


async def test_a_file_that_is_cut_off_is_refused_before_the_library_sees_it(launch, model, tmp_path):
    short = tmp_path / "ggml-small.bin"
    short.write_bytes(model.read_bytes()[:-1000])
    server = await launch(with_model(short), ready=False)
    assert (await heard_by(server))["error"]
    assert not workers(server, "repartee-whisper"), "started for a file that is none"
    await eventually(lambda: "cut off" in server.output, "the reason")


async def test_many_who_speak_at_once_share_the_weights(launch, model):
    server = await launch(with_model(model))
    answers = await within(asyncio.gather(*(heard_by(server) for _ in range(8))), "eight transcripts")
    assert [answer["text"] for answer in answers] == [SENTENCE] * 8
    assert len(workers(server, "repartee-whisper")) == 1


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_conversation_goes_on_without_it(launch, model, harm):
    """Under `auto` the next recogniser hears the utterance that it was hearing."""
    impatient = {"repartee.toml": "[engines.whisper]\npatience = 500\n"}
    server = await launch(with_model(model, STT_ENGINE=None), files=impatient)
    await heard_by(server)
    for _ in range(3):
        (worker,) = await eventually(lambda: workers(server, "repartee-whisper"), "the worker")
        async with server.assistant() as client:
            await client.act("start")
            await client.receive()
            for frame in frames(speech_like(0.5)):
                await client.send_audio(frame)
            os.kill(worker, harm)
            for frame in frames(speech_like(0.5)):
                await client.send_audio(frame)
            await client.act("end")
            answer = await client.receive()
            while answer.get("type") != "stt":
                answer = await client.receive()
            assert not answer.get("error"), answer


@asynccontextmanager
async def alone(model, folder, *options):
    """The worker by itself, as a Wyoming service for anybody."""
    socket = folder / "whisper.sock"
    program = await asyncio.create_subprocess_exec(WHISPER, "--model", str(model), "--uri", f"unix://{socket}", *options)
    try:
        await listening(f"unix://{socket}")
        yield socket
    finally:
        program.terminate()
        await program.wait()


async def test_a_service_of_somebody_elses_is_used_by_its_address(launch, model, tmp_path):
    async with alone(model, tmp_path) as socket:
        server = await launch({"STT_ENGINE": "wyoming", "WYOMING_STT_URI": f"unix://{socket}"})
        assert (await heard_by(server))["text"] == SENTENCE


async def test_a_service_that_is_not_there_is_told_of(launch, tmp_path):
    server = await launch({"STT_ENGINE": "wyoming", "WYOMING_STT_URI": f"unix://{tmp_path}/nobody"}, ready=False)
    assert (await heard_by(server))["error"]
    await eventually(lambda: "Nobody answers there" in server.output, "the reason")


async def test_recordings_are_transcribed_with_it(model, tmp_path):
    (tmp_path / "a.wav").write_bytes(wav(speech_like(1.0)))
    settings = environment(tmp_path, **with_model(model))
    command = [binary(), "transcribe", tmp_path / "a.wav"]
    program = await asyncio.create_subprocess_exec(*command, env=settings, stdout=asyncio.subprocess.PIPE)
    words, _ = await within(program.communicate(), "the transcript")
    assert words.decode().strip() == SENTENCE


async def transcribed(model, folder, *options):
    (folder / "a.wav").write_bytes(wav(speech_like(1.0)))
    command = [binary(), "transcribe", folder / "a.wav", "--format", "json", *options]
    pipe = asyncio.subprocess.PIPE
    environ = environment(folder, **with_model(model))
    program = await asyncio.create_subprocess_exec(*command, env=environ, stdout=pipe, stderr=pipe)
    return await within(program.communicate(), "the transcript")


async def test_a_model_for_several_languages_translates_into_english(tmp_path):
    model = whisper_file(tmp_path / "ggml-small.bin", SENTENCE, vocabulary=MANY_LANGUAGES)
    words, _ = await transcribed(model, tmp_path, "--language", "de", "--translate", "en")
    (line,) = json.loads(words)["passages"]
    assert (line["text"], line["language"], line["translated_to"]) == (SENTENCE, "de", "en")
    words, _ = await transcribed(model, tmp_path, "--language", "de")
    (line,) = json.loads(words)["passages"]
    assert line["language"] == "de"
    assert "translated_to" not in line
    _, complaint = await transcribed(model, tmp_path, "--translate", "fr")
    assert b"does not translate into 'fr'" in complaint


async def test_a_model_for_english_alone_says_that_it_does_not_translate(model, tmp_path):
    _, complaint = await transcribed(model, tmp_path, "--translate", "en")
    assert b"does not translate into 'en'" in complaint


# --- Parakeet, by the library beside whisper.cpp ---

# As SentencePiece has it: words begin with a low line of their own, and may come in pieces.
PIECES = ["▁turn", "▁on", "▁the", "▁li", "ght", "."]
SAID_BY_PARAKEET = "turn on the light."
SOUND = {"rate": 16000, "width": 2, "channels": 1}


@pytest.fixture(scope="module")
def parakeet(tmp_path_factory):
    return parakeet_file(tmp_path_factory.mktemp("models") / "ggml-parakeet-tdt-0.6b-v2.bin", PIECES)


async def recognised(client, sound, **wishes):
    """All that is told about one utterance, up to its transcript."""
    client.say("transcribe", wishes)
    client.say("audio-start", SOUND)
    for frame in frames(sound):
        client.say("audio-chunk", SOUND, frame)
    client.say("audio-stop")
    return await client.until("transcript")


async def test_parakeet_is_used_by_its_file(launch, parakeet):
    server = await launch(with_model(parakeet))
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like(2.5)))
        assert reply.transcript["text"] == SAID_BY_PARAKEET
    assert "in a worker, English, f32" in server.output


async def test_a_parakeet_file_that_is_cut_off_is_refused_before_the_library_sees_it(launch, parakeet, tmp_path):
    short = tmp_path / parakeet.name
    short.write_bytes(parakeet.read_bytes()[:-1000])
    server = await launch(with_model(short), ready=False)
    assert (await heard_by(server))["error"]
    assert not workers(server, "repartee-whisper"), "started for a file that is none"
    await eventually(lambda: "cut off" in server.output, "the reason")


async def test_parakeets_words_have_their_times(parakeet, tmp_path):
    """A word is all of its pieces, and the full stop behind it takes no time."""
    async with alone(parakeet, tmp_path) as socket, Client(f"unix://{socket}") as client:
        transcript = (await recognised(client, speech_like(2.5)))[-1].data
        assert transcript["text"] == SAID_BY_PARAKEET and transcript["language"] == "en"
        times = [(word["text"], word["start"] / PIECE_MS, word["end"] / PIECE_MS) for word in transcript["words"]]
        assert times == [("turn", 0, 1), ("on", 1, 2), ("the", 2, 3), ("light.", 3, 5)]
        assert all(word["confidence"] == pytest.approx(1, abs=1e-3) for word in transcript["words"])


async def test_parakeets_partial_texts_grow_and_are_never_taken_back(parakeet, tmp_path):
    """Which word is the last one may still change, so it is certain only in the final text."""
    async with alone(parakeet, tmp_path) as socket, Client(f"unix://{socket}") as client:
        client.say("transcribe", {"partials": True})
        client.say("audio-start", SOUND)
        certain, text = "", ""
        while (certain, text) != ("turn on the ", SAID_BY_PARAKEET):
            chunk = asyncio.create_task(client.until("transcript-chunk"))
            while not chunk.done():
                client.say("audio-chunk", SOUND, speech_like(0.1))
                await asyncio.wait({chunk}, timeout=0.1)  # as a microphone does
            partial = chunk.result()[-1].data
            certain += partial["text"]
            assert (certain + partial["uncertain"]).startswith(text), "it grows"
            text = certain + partial["uncertain"]
        client.say("audio-stop")
        assert (await client.until("transcript"))[-1].data["text"] == SAID_BY_PARAKEET


async def test_long_sound_is_given_to_parakeet_window_by_window(parakeet, tmp_path):
    """Two windows of at most twenty seconds: each says the sentence once, at its time."""
    async with alone(parakeet, tmp_path) as socket, Client(f"unix://{socket}") as client:
        transcript = (await recognised(client, silence(30)))[-1].data
        assert transcript["text"] == f"{SAID_BY_PARAKEET} {SAID_BY_PARAKEET}"
        first, second = (word["start"] for word in transcript["words"] if word["text"] == "turn")
        assert first == 0 and 15_000 <= second <= 20_000


async def test_parakeets_third_version_knows_the_languages_of_europe(tmp_path):
    model = parakeet_file(tmp_path / "ggml-parakeet-tdt-0.6b-v3.bin", ["▁wie", "▁sp", "ät", "▁ist", "▁es", "?"], EUROPEAN)
    async with alone(model, tmp_path) as socket, Client(f"unix://{socket}") as client:
        client.say("describe")
        ((offer,),) = (program["models"] for program in (await client.event()).data["asr"])
        assert len(offer["languages"]) == 25 and {"de", "en", "mt", "uk"} < set(offer["languages"])
        transcript = (await recognised(client, speech_like(2.5), language="de-AT"))[-1].data
        assert (transcript["text"], transcript["language"]) == ("wie spät ist es?", "de")
        transcript = (await recognised(client, speech_like(2.5)))[-1].data
        assert (transcript["text"], transcript["language"]) == ("wie spät ist es?", ""), "nobody said which"


async def test_a_language_that_parakeet_lacks_is_refused(parakeet, tmp_path):
    async with alone(parakeet, tmp_path) as socket, Client(f"unix://{socket}") as client:
        client.say("transcribe", {"language": "ja"})
        client.say("audio-chunk", SOUND, speech_like(1.0))
        client.say("audio-stop")
        error = (await client.until("error"))[-1].data
        assert error["code"] == "unsupported" and "'ja'" in error["text"]


async def test_who_hangs_up_while_parakeet_computes_stops_it(tmp_path):
    """The next one waits for far less than what that would have taken."""
    model = parakeet_file(tmp_path / "ggml-parakeet.bin", PIECES, size=SLOW)
    sound = speech_like(1.0) * 60
    async with alone(model, tmp_path, "--decoders", "1") as socket:
        (worker,) = [pid for pid in children(os.getpid()) if program_of(pid) == WHISPER.name]
        async with Client(f"unix://{socket}") as client:
            whole = (await recognised(client, sound))[-1].data["computing"]
        before = processor_seconds(worker)
        async with Client(f"unix://{socket}") as client:
            client.say("transcribe")
            client.say("audio-chunk", SOUND, sound)
            client.say("audio-stop")
            await eventually(lambda: processor_seconds(worker) > before + 0.1, "that it computes")
        began = time.monotonic()
        async with Client(f"unix://{socket}") as client:
            transcript = (await recognised(client, speech_like(2.5)))[-1].data
        waited = (time.monotonic() - began) * 1000 - transcript["computing"]
        assert transcript["text"] == SAID_BY_PARAKEET
        assert waited < whole / 2, f"{waited:.0f} ms behind a decoding of {whole:.0f} ms"
