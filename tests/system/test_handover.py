"""SIGUSR2: a new process takes the server's place, and nobody notices. Calls end where they began."""

import asyncio
import os
import signal
import socket
from dataclasses import replace

import aiohttp
import pytest
from conftest import SCRIPTED
from support.assistant import Closed
from support.call import Caller
from support.certificate import make_certificate
from support.misty import NEWER_PAGE
from support.raw import Connection, unverified
from support.sound import frames, speech_like, wav
from support.succession import Succession
from support.waiting import within

CALLS = 50

# Some seconds of sound: the place is given while they are spoken.
REPLY = "One two three four five six seven."
TALKER = {"SCRIPTED_REPLY": REPLY, "SCRIPTED_STT_TEXT": "please count"}


def call(server, port=None):
    return Caller(server.http, f"ws://127.0.0.1:{port or server.port}/api/media-stream")


class Visitors:
    """One after the other they come on connections of their own, and ask for the time of day. Who answered?"""

    def __init__(self, server):
        self.url = server.url
        self.answered_by = []

    async def __aenter__(self):
        self._coming = asyncio.ensure_future(self._come())
        return self

    async def __aexit__(self, *_):
        self._coming.cancel()
        try:
            await self._coming
        except asyncio.CancelledError:
            pass

    async def _come(self):
        while True:
            # Whatever goes wrong ends it, and the test.
            async with aiohttp.ClientSession() as client, client.get(self.url + "/health", ssl=False) as response:
                assert response.status == 200
                # Each process numbers its answers in a way of its own.
                self.answered_by.append(response.headers["X-Request-Id"].split("-")[0])
            await asyncio.sleep(0.01)

    async def met(self, count):
        """Returns when so many servers have answered."""

        async def look():
            while len(set(self.answered_by)) < count:
                if self._coming.done():
                    self._coming.result()
                await asyncio.sleep(0.01)

        await within(look(), f"an answer of server {count}")


async def test_fifty_calls_go_on_and_nobody_is_turned_away(launch):
    server = await launch(TALKER)
    async with Succession(server) as line, Visitors(server) as visitors:
        callers = [call(server) for _ in range(CALLS)]
        await asyncio.gather(*(caller.__aenter__() for caller in callers))
        try:
            await asyncio.gather(*(caller.speak(speech_like(0.6)) for caller in callers))
            await asyncio.gather(*(caller.event("sound") for caller in callers))
            await line.hand_over()
            await visitors.met(2)
            # The replies that were under way, and then each caller's next one.
            ends = await asyncio.gather(*(caller.quiet_for(0.8) for caller in callers))
            await asyncio.gather(*(caller.speak(speech_like(0.6)) for caller in callers))
            await asyncio.gather(*(caller.event("sound", end) for caller, end in zip(callers, ends)))
            await asyncio.gather(*(caller.quiet_for(0.8) for caller in callers))
            whole = callers[0].seconds_of_sound() / 2
            assert whole > 1
            for caller, end in zip(callers, ends):
                kinds = [heard.kind for heard in caller.heard]
                assert "closed" not in kinds and "stop" not in kinds
                for since in (0, end):
                    assert caller.reply(since) == REPLY
                assert caller.seconds_of_sound(end) == pytest.approx(whole)
                assert caller.seconds_of_sound() == pytest.approx(2 * whole)
            assert server.process.returncode is None
        finally:
            await asyncio.gather(*(caller.__aexit__() for caller in callers))
        # The last call has ended, and the old server with it; the new one has been there all along.
        assert await line.exit_code(server.process.pid) == 0
        first, second = dict.fromkeys(visitors.answered_by)
        assert visitors.answered_by == sorted(visitors.answered_by, key=[first, second].index)
        assert (await server.get("/ready")).status == 200


async def test_a_connection_that_is_kept_gets_one_more_answer(launch):
    server = await launch()
    async with Succession(server) as line, Connection(server) as connection:
        for ending in (False, True):
            await connection.send(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = await connection.head()
            await connection.exactly(int(answer.headers["content-length"]))
            assert (answer.headers.get("connection") == "close") is ending
            if not ending:
                await line.hand_over()
        assert await connection.rest() == b""


async def test_one_that_cannot_start_changes_nothing(launch):
    server = await launch({"PORT": None}, files={"repartee.toml": "[server]\nport = 0\n"})
    settings = server.directory / "repartee.toml"
    async with Succession(server) as line, server.assistant() as client:
        settings.write_text("[server]\nprot = 0\n")
        assert "ended before it was ready" in await line.fail()
        assert "prot" in server.log_text()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            settings.write_text(f"[server]\nport = {port}\n")
            assert "ended before it was ready" in await line.fail()
        assert f"cannot listen on 127.0.0.1 port {port}" in server.log_text()
        assert (await client.turn(frames(speech_like()))).last["event"] == "end"
        assert (await server.get("/ready")).status == 200
        settings.write_text("[server]\nport = 0\n")
        await line.hand_over()
        assert (await client.turn(frames(speech_like()))).last["event"] == "end"
        assert (await server.get("/ready")).status == 200


async def test_a_second_signal_meanwhile_is_refused(launch):
    server = await launch()
    async with Succession(server) as line, server.assistant() as client:
        await client.turn(frames(speech_like()))
        await line.begin()
        server.process.send_signal(signal.SIGUSR2)
        await line.once_more("handing over refused", 0)
        await line.once_more("handed over", 0)
        server.process.send_signal(signal.SIGUSR2)
        refused = await line.once_more("handing over refused", 1)
        assert "already" in refused["reason"]
        assert line.count("handing over") == 1
        assert (await client.turn(frames(speech_like()))).last["event"] == "end"


async def test_each_generation_keeps_its_calls_and_all_stop_together(launch):
    server = await launch()
    clients = []
    async with Succession(server) as line:
        for generation in range(3):
            if generation:
                await line.hand_over()
            clients.append(await server.assistant().__aenter__())
            await clients[-1].turn(frames(speech_like()))
        for client in clients:
            assert (await client.turn(frames(speech_like()))).last["event"] == "end"
        os.kill(line.pids[-1], signal.SIGTERM)
        for client in clients:
            assert await client.receive() == Closed(1012)
        # All in good order: the last one to end is the newest, since systemd kills who is left then.
        while line.pids:
            assert await line.exit_code(line.pids.pop(0)) == 0
        stopped = [event["event"] for event in server.events if event["event"].startswith("stop")]
        assert stopped[-3:] == 3 * ["stopped"]


async def test_the_old_one_can_be_stopped_by_itself(launch):
    server = await launch()
    async with Succession(server) as line, server.assistant() as client:
        await client.turn(frames(speech_like()))
        await line.hand_over()
        server.process.send_signal(signal.SIGTERM)
        assert await client.receive() == Closed(1012)
        assert await line.exit_code(server.process.pid) == 0
        assert (await server.get("/ready")).status == 200


async def test_who_has_said_nothing_yet_may_stay_as_well(launch):
    server = await launch(files={"repartee.toml": "[surfaces.captions]\non_shared_socket = false\n"})
    async with Succession(server) as line, server.assistant() as client:
        await line.hand_over()
        assert (await client.turn(frames(speech_like()))).last["event"] == "end"
        assert server.process.returncode is None


async def test_whoever_is_just_starting_ends_with_a_server_that_stops(launch):
    settings = {"LLM_ROUTE": None, "OLLAMA_BASE_URL": "http://127.0.0.1:9"}
    server = await launch(settings, files={"repartee.toml": '[engines]\nmodel = "scripted"\n'})
    async with Succession(server) as line:
        # Nobody is there: the new process waits for its model, and the old one for the new one.
        (server.directory / "repartee.toml").write_text('[engines]\nmodel = "ollama"\n')
        pid = await line.begin()
        await line.once_more("listening", 1)
        assert (await server.get("/ready")).status == 200
        server.process.send_signal(signal.SIGTERM)
        assert await line.exit_code(server.process.pid) == 0
        assert await line.exit_code(pid) == 1
        line.pids.remove(pid)


async def test_who_watches_the_room_is_asked_to_come_again(launch):
    server = await launch()
    async with Succession(server) as line:
        async with server.http.ws_connect(server.url.replace("http", "ws", 1) + "/captions") as viewer:
            await line.hand_over()
            # There may be something to see before, or a word about the microphone.
            async for _ in viewer:
                pass
            assert viewer.close_code == 1012


async def test_who_asks_about_a_recording_goes_on_asking(launch):
    # It takes a moment to understand: the place is given meanwhile.
    server = await launch({"SCRIPTED_STT_FINAL_MS": 1500})
    async with Succession(server) as line:
        page = replace(NEWER_PAGE, server=server)
        job = (await page.upload(wav(speech_like())))["job_id"]
        other = (await page.upload(wav(speech_like())))["job_id"]
        await server.hang_up()
        await line.hand_over()
        for each in (job, other):
            # On a connection of its own, to the new process, which has never heard of it.
            shown = await page.poll(each)
            assert shown.status == "done" and shown.response == SCRIPTED["SCRIPTED_REPLY"]
        assert (await page.status("unknown"))["detail"] == "Job not found"
        assert server.process.returncode is None


async def test_tls_and_the_port_of_the_calls_are_handed_over(launch, tmp_path):
    certificate, key = make_certificate(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = await launch({"CERT_FILE": certificate, "KEY_FILE": key, "MEDIA_STREAM_PORT": port, **TALKER})
    url = f"wss://127.0.0.1:{port}/api/media-stream"
    async with Succession(server) as line, Visitors(server) as visitors:
        trusting = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=unverified()))
        async with trusting, Caller(trusting, url) as before:
            await before.event("start_media_streaming")
            await line.hand_over()
            await visitors.met(2)
            async with Caller(trusting, url) as after:
                await after.event("start_media_streaming")
                for caller in (before, after):
                    await caller.speak(speech_like(0.6))
                    await caller.event("sound")
