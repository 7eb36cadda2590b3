"""Whatever becomes of a recogniser in the middle of an utterance, twenty times in a row: the conversation goes on, and
the recogniser comes back.

Whisper in its worker is the real one, with the tiny model of tests/models. Behind it stands pocketsphinx, which understands
the sentence as well, or the scripted recogniser, which costs nothing. Each kind of harm has a server of its own, and they
run side by side, because most of what they do is to wait."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from pathlib import Path

import pytest
from conftest import SCRIPTED, running
from support.processes import eventually, workers
from support.server import ROOT, Repartee, binary, environment
from support.sound import frames, say
from support.waiting import within
from support.wyoming import Event, Hearing, Service

WHISPER = Path(binary()).parent / "repartee-whisper"
pytestmark = pytest.mark.skipif(not WHISPER.exists(), reason="built without the engine kit")

TIMES = 20
SENTENCE = "play the music"
MODEL = ROOT / "tests/models/tiny-words.bin"

# Short, so that a worker that hangs is not waited for longer than the test cares.
SETTINGS = """
[engines]
check_interval = 300
[engines.whisper]
patience = 250
memory = 64
[engines.wyoming]
patience = 250
"""


def recording(folder):
    return say(binary(), environment(folder, TTS_ENGINE="flite"), SENTENCE)


def settings_for(recognisers, **more):
    scripted = {"SCRIPTED_STT_TEXT": SENTENCE, "LOG_LEVEL": "INFO"}
    return {"STT_ENGINE": recognisers, "WHISPER_MODEL": str(MODEL), **scripted, **more}


@contextlib.asynccontextmanager
async def server_with(recogniser, following, **more):
    settings = settings_for(f"{recogniser}, {following}", **more)
    async with running(settings, files={"repartee.toml": SETTINGS}) as server:
        try:
            await in_use(server, recogniser)
            yield server
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{server.log_text()}") from failure


async def in_use(server, recogniser):
    """Waits until the server hears with it, for the first time or again."""

    def chosen():
        choices = [event for event in server.events if event["event"] == "engine chosen"]
        hearing = [event["engine"] for event in choices if event["trade"] == "recogniser"]
        return hearing[-1:] == [recogniser]

    await server.until(chosen, f"the use of {recogniser}")


def the_worker(server):
    return (workers(server, "repartee-whisper") or [None])[0]


async def another_worker(server, than):
    return await eventually(lambda: the_worker(server) not in (None, than) and the_worker(server), "a new worker")


# --- where a worker listens, which has no name in the file system ---


def sockets():
    """[(state, inode, path)] of all that have a path, or an abstract name."""
    rows = (line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:])
    return [(row[5], row[6], row[7]) for row in rows if len(row) > 7]


def door_of(worker):
    inode = os.readlink(f"/proc/{worker}/fd/3")[len("socket:[") : -1]
    return next(path for _, number, path in sockets() if number == inode)


async def at_work(worker):
    """It has a connection that lasts: the server's own questions take a few milliseconds."""
    door, looks = door_of(worker), 0

    def in_a_row():
        nonlocal looks
        looks = looks + 1 if any(path == door and state == "03" for state, _, path in sockets()) else 0
        return looks > 5

    await eventually(in_a_row, "the worker at work")


async def connected_to(worker):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect("\0" + door_of(worker)[1:])
    connection.setblocking(False)
    return await asyncio.open_unix_connection(sock=connection)


# --- what is said meanwhile ---


async def turn(client, sound, harm):
    """Says the sentence, of which the harm is done in the middle, and listens to the answer: what was understood."""
    await client.act("start")
    await client.receive()
    half = len(sound) // 4 * 2
    await client.send_recording(frames(sound[:half]))
    await harm()
    for part in frames(sound[half:]):
        await client.send_audio(part)
    await client.act("end")
    seen = await client.until(lambda one: one["type"] == "stt")
    assert "error" not in seen[-1], seen[-1]
    answer = await client.until(lambda one: one["type"] == "llm" and one.get("event") not in (None, "start"))
    assert answer[-1]["event"] == "end" and any("delta" in one for one in answer), answer
    return seen[-1]["text"]


async def many_turns(server, sound, harm, mend):
    """One conversation. `harm` is done in the middle of each utterance, `mend` waits for the recogniser's return."""
    async with server.assistant() as client:
        for _ in range(TIMES):
            assert await turn(client, sound, harm) == SENTENCE
            await mend()
    taken_over = sum(event["event"] == "recogniser failed, the next takes over" for event in server.events)
    assert taken_over == TIMES, "it was harmed in its work, every time"


async def harmed(sound, harm_to, mended, following="scripted"):
    """Whisper's worker is harmed while it works for a turn."""
    async with server_with("whisper", following) as server:
        worker = None

        async def harm():
            nonlocal worker
            worker = await another_worker(server, None)
            await at_work(worker)
            await harm_to(worker)

        async def mend():
            await mended(server, worker)
            await in_use(server, "whisper")

        await many_turns(server, sound, harm, mend)


# --- the harms ---


async def killed(sound):
    async def harm(worker):
        os.kill(worker, signal.SIGKILL)

    await harmed(sound, harm, another_worker, following="pocketsphinx")


async def stopped(sound):
    """It hangs, and is ended by the server when it does not answer."""

    async def harm(worker):
        os.kill(worker, signal.SIGSTOP)

    await harmed(sound, harm, another_worker)


async def stopped_for_a_moment(sound):
    """It hangs, and has recovered before anybody can be sure of that."""

    async def harm(worker):
        os.kill(worker, signal.SIGSTOP)

    async def mended(_, worker):
        with contextlib.suppress(ProcessLookupError):  # on a slow machine somebody was sure
            os.kill(worker, signal.SIGCONT)

    await harmed(sound, harm, mended)


async def devoured(sound):
    """Somebody else whom it serves makes it take all the memory that it may have."""

    async def harm(worker):
        _, writer = await connected_to(worker)
        writer.write(Event("transcribe", {"partials": False}).encode())
        form = {"rate": 16000, "width": 2, "channels": 1}
        writer.write(Event("audio-start", form).encode())
        minute_of_noise = os.urandom(2 * 16000 * 30) * 2
        try:
            while True:
                writer.write(Event("audio-chunk", form, minute_of_noise).encode())
                await within(writer.drain(), "the worker, or its end")
        except ConnectionError:
            pass
        writer.close()

    await harmed(sound, harm, another_worker)


async def silent_for_ten_seconds(sound):
    """Somebody else's service, which has a long think about everything."""
    service = await Service().start()
    service.hearing = Hearing(final=SENTENCE, delay=10.0)
    try:
        async with server_with("wyoming", "scripted", WYOMING_STT_URI=service.uri) as server:

            async def harm():
                await service.next_talk("audio-chunk")

            async def mend():
                await in_use(server, "wyoming")

            await many_turns(server, sound, harm, mend)
    finally:
        await service.stop()


async def test_whatever_happens_twenty_times_in_a_row_the_conversation_goes_on(tmp_path):
    sound = recording(tmp_path)

    async def timed(harm):
        began = time.monotonic()
        try:
            await harm(sound)
        except Exception as failure:
            raise AssertionError(f"{harm.__name__}: {failure}") from failure
        print(f"{harm.__name__}: {TIMES} turns in {time.monotonic() - began:.1f} s")

    harms = [killed, stopped, stopped_for_a_moment, devoured, silent_for_ten_seconds]
    failures = await asyncio.gather(*(timed(harm) for harm in harms), return_exceptions=True)
    for failure in failures:
        if failure is not None:
            raise failure


async def test_a_worker_that_is_stopped_while_it_loads_keeps_nobody_waiting(tmp_path):
    sound = recording(tmp_path)
    server = Repartee({**SCRIPTED, **settings_for("whisper, pocketsphinx")}, files={"repartee.toml": SETTINGS})
    try:
        await server.launch()
        worker = await another_worker(server, None)
        os.kill(worker, signal.SIGSTOP)
        server.url = (await server.event("listening"))["url"]
        async with server.assistant() as client:
            assert await turn(client, sound, nothing) == SENTENCE
            os.kill(worker, signal.SIGCONT)
            await in_use(server, "whisper")
            for _ in range(3):  # and at every start after that
                os.kill(worker, signal.SIGKILL)
                worker = await another_worker(server, worker)
                os.kill(worker, signal.SIGSTOP)
                assert await turn(client, sound, nothing) == SENTENCE
                os.kill(worker, signal.SIGCONT)
                await in_use(server, "whisper")
        await server.stop()
    finally:
        await server.discard()


async def nothing():
    pass
