"""Whatever a browser or a phone records is understood, and whatever is none is refused in words."""

import asyncio
import subprocess

import pytest
import pytest_asyncio
from conftest import SCRIPTED, running
from support.containers import CONTAINERS, encoded, encoded_to_file, with_unknown_sizes
from support.processes import descriptors, eventually
from support.server import binary, environment
from support.sound import RATE, frames, say, speech_like

SECONDS = 2.5


@pytest.fixture(scope="module")
def speech():
    return speech_like(SECONDS)


async def audio_ms(server, parts):
    """How much sound the server found in a recording sent over /ws."""
    async with server.assistant() as client:
        reply = await client.turn(parts)
        assert reply.transcript == {"type": "stt", "text": SCRIPTED["SCRIPTED_STT_TEXT"]}, reply
    return (await server.event("transcript"))["audio_ms"]


@pytest.mark.parametrize("name", CONTAINERS)
async def test_containers_are_opened(launch, speech, name):
    server = await launch()
    found = await audio_ms(server, frames(encoded(speech, CONTAINERS[name]), 3000))
    assert abs(found - 1000 * SECONDS) < 100, f"{found} ms of {1000 * SECONDS}"


async def test_webm_of_either_flavour_is_opened(launch, speech, tmp_path):
    sized = encoded_to_file(speech, tmp_path / "sized.webm", CONTAINERS["webm"])
    for webm in (sized, with_unknown_sizes(sized)):
        server = await launch()
        assert abs(await audio_ms(server, [webm]) - 1000 * SECONDS) < 100


async def test_an_index_at_the_end_is_found(launch, speech, tmp_path):
    mp4 = encoded_to_file(speech, tmp_path / "phone.m4a", ["-c:a", "aac", "-f", "mp4"])
    assert mp4.index(b"mdat") < mp4.index(b"moov")
    server = await launch()
    assert abs(await audio_ms(server, frames(mp4, 5000)) - 1000 * SECONDS) < 100


async def test_a_recording_that_breaks_off_is_heard_as_far_as_it_goes(launch, speech):
    webm = encoded(speech, CONTAINERS["webm"])
    server = await launch()
    found = await audio_ms(server, [webm[: len(webm) // 2]])
    assert 200 < found < 1000 * SECONDS


async def test_words_survive_the_container(launch, tmp_path):
    pcm = say(binary(), environment(tmp_path), "what time is it")
    server = await launch({"STT_ENGINE": "pocketsphinx"})
    async with server.assistant() as client:
        reply = await client.turn(frames(with_unknown_sizes(encoded(pcm, CONTAINERS["webm"]))))
        assert reply.transcript == {"type": "stt", "text": "what time is it"}


# --- what is no recording ---


@pytest_asyncio.fixture(scope="module")
async def server(event_loop):
    async with running() as server:
        yield server


def bomb():
    """A few kilobytes that say hours: silence as FLAC, which stores it as next to nothing."""
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"anullsrc=r={RATE}:cl=mono", "-t", "7200"]
    return subprocess.run(
        [*command, "-f", "flac", "-"], capture_output=True, check=True, timeout=120
    ).stdout


def broken(name, speech):
    webm = encoded(speech, CONTAINERS["webm"])
    return {
        "damaged_everywhere": webm[:40] + bytes(byte ^ 0xA5 for byte in webm[40:]),
        "magic_and_noise": bytes.fromhex("1a45dfa3") + bytes((7 * i * i) % 251 for i in range(50_000)),
        "ogg_without_sound": b"OggS" + bytes(5000),
        "mp4_of_nothing": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(5000),
        "flac_of_nothing": b"fLaC" + b"\xff" * 5000,
        "mp3_of_nothing": b"ID3\4\0\0\0\0\0\0" + bytes(5000),
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        "damaged_everywhere",
        "magic_and_noise",
        "ogg_without_sound",
        "mp4_of_nothing",
        "flac_of_nothing",
        "mp3_of_nothing",
    ],
)
async def test_what_cannot_be_read_is_refused_in_words(server, speech, name):
    async with server.assistant() as client:
        reply = await client.turn([broken(name, speech)])
        assert reply.transcript["type"] == "stt" and reply.transcript["error"], reply
        # The socket and everything behind it are well.
        good = await client.turn([encoded(speech, CONTAINERS["webm"])])
        assert good.transcript == {"type": "stt", "text": SCRIPTED["SCRIPTED_STT_TEXT"]}


async def test_a_bomb_is_stopped_while_it_is_decoded(launch):
    server = await launch(files={"repartee.toml": '[engines.decode]\nlongest_recording = 60000\n'})
    async with server.assistant() as client:
        reply = await client.turn(frames(bomb(), 1 << 20))
        assert reply.transcript == {"type": "stt", "text": "", "error": "The recording is too long."}


async def test_nothing_is_left_of_twenty_at_once(server, speech):
    webm = encoded(speech, CONTAINERS["webm"])
    before = descriptors(server.process.pid)

    async def one():
        async with server.assistant() as client:
            reply = await client.turn(frames(webm, 4000))
            assert reply.transcript == {"type": "stt", "text": SCRIPTED["SCRIPTED_STT_TEXT"]}

    await asyncio.gather(*(one() for _ in range(20)))
    await eventually(lambda: descriptors(server.process.pid) <= before, "the descriptors' return")
