"""A worker may crash, hang or run out of memory: only the turn it had in hand notices."""

import asyncio
import collections
import contextlib
import os
import resource
import signal

import pytest
from conftest import SCRIPTED
from support.containers import CONTAINERS, encoded
from support.processes import children, descriptors, eventually, is_running, workers
from support.server import Repartee
from support.sound import frames, speech_like
from support.waiting import within

TIMES = 20

# So that a worker that hangs is not waited for longer than the test cares.
IMPATIENT = {"repartee.toml": "[engines.decode]\npatience = 300\n[engines.espeak]\npatience = 300\n"}

# More than what fits into the sockets between the worker and a server whose client listens in real time.
LONG_REPLY = "This sentence has quite a few words in it, so that saying it takes a while. " * 60


def kill(pid):
    os.kill(pid, signal.SIGKILL)


def stop(pid):
    os.kill(pid, signal.SIGSTOP)


def starve(pid):
    """The next thing it wants to keep in memory is refused."""
    resource.prlimit(pid, resource.RLIMIT_AS, (1 << 20, 1 << 20))


# A sanitizer cannot live within a limit: its own memory is terabytes of addresses.
HARMS = [kill, stop] if os.environ.get("REPARTEE_SANITIZE") else [kill, stop, starve]


async def process_in_use(server, program):
    """The worker, and the copy of it that serves the one connection that lasts. The server's own
    questions are connections too, of a few milliseconds: what is still there after many looks is none."""
    looks = collections.Counter()
    while True:
        for worker in workers(server, program):
            for pid in children(worker):
                looks[pid] += 1
                if looks[pid] > 10 and is_running(pid):
                    return worker, pid
        await asyncio.sleep(0.02)


async def undisturbed(server, stopped):
    """A conversation beside it all, which must not notice."""
    turns = 0
    async with server.assistant() as client:
        while not stopped.is_set() or turns == 0:
            reply = await client.turn(frames(speech_like(0.5)))
            assert reply.last["type"] == "llm" and reply.last["event"] == "end", reply
            turns += 1
            # As fast as answers come would be a load test.
            await asyncio.wait([asyncio.ensure_future(stopped.wait())], timeout=0.05)


@pytest.mark.parametrize("whom", ["copy", "worker"])
@pytest.mark.parametrize("harm", HARMS)
async def test_the_decoder_may_be_lost(launch, harm, whom):
    server = await launch(files=IMPATIENT)
    webm = encoded(speech_like(1.0), CONTAINERS["webm"])
    (first,) = await eventually(lambda: workers(server, "repartee-decode"), "the decoder")
    before = descriptors(server.process.pid)
    stopped = asyncio.Event()
    beside = asyncio.ensure_future(undisturbed(server, stopped))
    try:
        # A worker that hangs is given two seconds to show that it does not.
        for _ in range(3 if whom == "worker" and harm is stop else TIMES):
            async with server.assistant() as client:
                await client.act("start")
                await client.receive()
                await client.send_audio(webm[: len(webm) // 2])
                await client.receive()
                worker, copy = await within(process_in_use(server, "repartee-decode"), "the decoder at work")
                harm(copy if whom == "copy" else worker)
                await client.send_audio(webm[len(webm) // 2 :])
                await client.receive()
                await client.act("end")
                await client.receive()
                hurt = await client.receive()
                assert hurt["type"] == "stt" and ("error" in hurt or whom == "worker"), hurt
                if "error" not in hurt:
                    await client.until(lambda message: message.get("event") == "end")
            async with server.assistant() as client:
                reply = await client.turn([webm])
                assert "text" in reply.transcript or (whom == "worker" and harm is stop), reply
    finally:
        stopped.set()
    await beside
    await eventually(lambda: descriptors(server.process.pid) <= before, "the descriptors' return")
    await eventually(lambda: len(workers(server, "repartee-decode")) == 1, "one decoder")
    if whom == "copy":
        assert workers(server, "repartee-decode") == [first], "the worker itself was started again"


@pytest.mark.parametrize("whom", ["copy", "worker"])
@pytest.mark.parametrize("harm", HARMS)
async def test_the_voice_may_be_lost(launch, harm, whom):
    server = await launch({"TTS_ENGINE": "espeak", "SCRIPTED_REPLY": LONG_REPLY}, files=IMPATIENT)
    before = descriptors(server.process.pid)
    for _ in range(5 if whom == "worker" else TIMES):
        async with server.assistant() as client:
            if not await hears_the_reply_begin(client):
                continue  # a worker that hangs is given a moment to show that it does not
            worker, copy = await within(process_in_use(server, "repartee-espeak"), "the voice at work")
            harm(copy if whom == "copy" else worker)
            await client.until(lambda message: is_speech(message, "end"))

    async def is_heard_again():
        while True:
            async with server.assistant() as client:
                if await hears_the_reply_begin(client):
                    return

    await within(is_heard_again(), "a reply that can be heard")
    await eventually(lambda: descriptors(server.process.pid) <= before, "the descriptors' return")


def is_speech(message, event):
    return not isinstance(message, bytes) and message["type"] == "speech" and message["event"] == event


async def hears_the_reply_begin(client):
    """Speaks, and listens to the first sound of the reply; False when there is none."""
    await client.send({"action": "options", "speech": True})
    await client.receive()
    for part in frames(speech_like(0.5)):
        await client.send_audio(part)
    await client.act("end")
    seen = await client.until(
        lambda message: isinstance(message, bytes) or "error" in (message.get("event"), message.get("type"))
    )
    return isinstance(seen[-1], bytes)


async def test_a_full_worker_is_not_taken_for_one_that_hangs(launch):
    server = await launch()
    (worker,) = await eventually(lambda: workers(server, "repartee-decode"), "the decoder")
    webm = encoded(speech_like(1.0), CONTAINERS["webm"])
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(server.assistant()) for _ in range(32)]
        for client in clients:
            await client.send_audio(webm[: len(webm) // 2])
            await client.receive()
        await eventually(lambda: len(children(worker)) == 32, "a full worker")
        async with server.assistant() as one_more:
            reply = await one_more.turn([webm])
            assert reply.transcript.get("error") == "The server is busy. Please try again in a moment.", reply
        for client in clients:
            await client.send_audio(webm[len(webm) // 2 :])
            await client.act("end")
            seen = await client.until(lambda message: message["type"] == "stt")
            assert "error" not in seen[-1], seen[-1]
    assert workers(server, "repartee-decode") == [worker]


async def test_workers_end_with_the_server(launch):
    server = await launch({"TTS_ENGINE": "auto"})
    pids = [pid for program in ("repartee-decode", "repartee-espeak") for pid in
            await eventually(lambda program=program: workers(server, program), program)]
    await server.stop()
    assert not any(is_running(pid) for pid in pids)


async def test_workers_end_with_a_server_that_is_killed():
    server = Repartee({**SCRIPTED, "TTS_ENGINE": "auto"})
    try:
        await server.start()
        pids = [pid for program in ("repartee-decode", "repartee-espeak") for pid in
                await eventually(lambda program=program: workers(server, program), program)]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)  # not even one that cannot do anything stays
        server.process.kill()
        await eventually(lambda: not any(is_running(pid) for pid in pids), "the workers' end")
    finally:
        await server.discard()
