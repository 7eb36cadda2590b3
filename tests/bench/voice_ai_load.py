#!/usr/bin/python3
"""Chat and history under load: requests a second at p99, and processor time of a request, of repartee and of FastAPI on
uvicorn (fastapi_voice_ai.py) by the same clients.

    tests/bench/voice_ai_load.py                                  # both servers, both kinds of requests
    tests/bench/voice_ai_load.py --server repartee --kind chat --rates 500,1000,2000
    tests/bench/voice_ai_load.py --log-ins                        # log-ins a second, and calls that go on beside them

The load is open: a request is due by schedule, goes out over the next of the connections, and its time counts from when
it was due, however late the answers before it were. The server runs on core 0, the load on the last core. Processor time
is the server's own, from /proc.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import aiohttp  # noqa: E402
from support.house import UNHURRIED  # noqa: E402
from support.processes import processor_seconds  # noqa: E402
from support.server import ROOT, Repartee, binary, environment  # noqa: E402
from support.voice_ai import API, VoiceAi  # noqa: E402
from support.waiting import within  # noqa: E402

try:
    import uvloop
except ImportError:
    uvloop = None

SERVER_CORE, LOAD_CORE = 0, os.cpu_count() - 1
LATENCY_GOAL = 0.050  # seconds at p99; a server that is slower does not hold the rate
clock = time.perf_counter  # uvloop's own clock knows milliseconds only

WORDS = "What is the weather going to be like in Pune tomorrow morning?"


# --- the two servers ---


class OurServer:
    name = "repartee"

    def __init__(self, database_url=None):
        self.house = None
        settings = {"LLM_ROUTE": "scripted", "STT_ENGINE": "scripted", "TTS_ENGINE": "scripted", "LOG_LEVEL": "WARNING",
                    "LOG_TEXTS": "false", "SCRIPTED_REPLY": "{text}"}  # fmt: skip
        if database_url:
            settings["DATABASE_URL"] = database_url
        self.server = Repartee(settings, files={"repartee.toml": UNHURRIED})

    async def __aenter__(self):
        # It announces itself by a line of the log that WARNING leaves out.
        self.server.settings["LOG_LEVEL"] = "INFO"
        await self.server.start()
        pin(self.server.process.pid, SERVER_CORE)
        return self

    async def __aexit__(self, *_):
        try:
            await self.server.stop()
        finally:
            await self.server.discard()

    @property
    def pid(self):
        return self.server.process.pid

    @property
    def url(self):
        return self.server.url


class TheirServer:
    name = "FastAPI"

    async def __aenter__(self):
        self.directory = tempfile.mkdtemp(prefix="fastapi-bench-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        program = Path(__file__).with_name("fastapi_voice_ai.py")
        database = str(Path(self.directory, "compared.db"))
        self.process = subprocess.Popen(
            ["/usr/bin/python3", str(program), "--port", str(port), "--database", database], cwd=self.directory
        )
        pin(self.process.pid, SERVER_CORE)
        self.url = f"http://127.0.0.1:{port}"
        self.http = aiohttp.ClientSession()
        await within(self._answers(), "FastAPI's first answer")
        return self

    async def _answers(self):
        while True:
            try:
                async with self.http.get(self.url + API + "/openapi.json") as response:
                    await response.read()
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)

    async def __aexit__(self, *_):
        await self.http.close()
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.directory, ignore_errors=True)

    def log_text(self):
        return ""

    @property
    def pid(self):
        return self.process.pid

    @property
    def server(self):
        return self  # as VoiceAi wants it: url, http, log_text


def pin(pid, core):
    for task in os.listdir(f"/proc/{pid}/task"):
        os.sched_setaffinity(int(task), {core})


# --- the load ---


class Line(asyncio.Protocol):
    """One kept connection: questions in turn, each with the time it was due."""

    def __init__(self, answered):
        self.answered = answered
        self.waiting = []  # [(due, request)], the first is on its way
        self.received = b""

    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, due, request):
        self.waiting.append((due, request))
        if len(self.waiting) == 1:
            self.transport.write(request)

    def data_received(self, data):
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.received[:end].lower()
        length = int(re.search(rb"content-length: *(\d+)", head).group(1))
        if len(self.received) < end + 4 + length:
            return
        self.received = self.received[end + 4 + length :]
        due, _ = self.waiting.pop(0)
        self.answered(due, head[9:12])
        if self.waiting:
            self.transport.write(self.waiting[0][1])

    def connection_lost(self, error):
        self.answered(None, b"hung up")


async def load(server, requests, rate, seconds, connections):
    """Goes out by schedule. (latencies, answers other than 200, seconds of processor, lateness of the load)"""
    loop = asyncio.get_running_loop()
    port = int(server.url.rsplit(":", 1)[1])
    latencies, others, lateness = [], {}, []

    def answered(due, status):
        if status in (b"200", b"201"):
            latencies.append(clock() - due)
        else:
            others[status.decode()] = others.get(status.decode(), 0) + 1

    lines = []
    for _ in range(connections):
        _, line = await loop.create_connection(lambda: Line(answered), "127.0.0.1", port)
        lines.append(line)
    before = processor_seconds(server.pid)
    begin, asked, total = clock(), 0, int(rate * seconds)
    while asked < total:
        now = clock()
        while asked < total and begin + asked / rate <= now:
            due = begin + asked / rate
            lateness.append(now - due)
            lines[asked % connections].ask(due, requests[asked % len(requests)])
            asked += 1
        # A millisecond is what the loop can sleep; for less it looks again.
        rest = begin + asked / rate - clock()
        await asyncio.sleep(rest - 0.001 if rest > 0.002 else 0)
    patience = clock() + 5
    while len(latencies) + sum(others.values()) < total and clock() < patience:
        await asyncio.sleep(0.005)
    spent = processor_seconds(server.pid) - before
    answers = dict(others)
    for line in lines:
        line.answered = lambda *_: None
        line.transport.abort()
    return latencies, answers, spent, total, sorted(lateness)


def request_bytes(method, path, token, body=None):
    text = json.dumps(body).encode() if body is not None else b""
    head = f"{method} {API}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n"
    return head.encode() + b"\r\n" + text


async def people(server, count):
    """Registered users with tokens, each with a conversation of twenty messages."""
    found = []
    for _ in range(count):
        person = await (await VoiceAi(server.server).register()).know_oneself()
        for turn in range(10):
            await person.said(f"{WORDS} This is turn {turn}.", "old")
        [conversation] = (await person.good("GET", "/history/conversations"))["conversations"]
        person.conversation = conversation["id"]
        found.append(person)
    return found


def requests_of(kind, people):
    if kind == "chat":
        return [
            request_bytes("POST", "/chat/message", person.token,
                          {"message": WORDS, "session_id": f"session {number}", "user_id": person.user_id})
            for number in range(10)
            for person in people
        ]  # fmt: skip
    if kind == "history":
        return [request_bytes("GET", f"/history/conversations/{person.conversation}", person.token) for person in people]
    return [request_bytes("GET", "/history/conversations", person.token) for person in people]


def percentile(values, part):
    return values[min(len(values) - 1, int(part * len(values)))] if values else float("nan")


async def ramp(server, kind, everybody, arguments):
    """Rate after rate, until one is not held."""
    requests = requests_of(kind, everybody)
    await load(server, requests, 100, 1, arguments.connections)  # warms up
    held = 0
    for rate in arguments.rates[kind]:
        latencies, others, spent, total, lateness = await load(
            server, requests, rate, arguments.seconds, arguments.connections
        )
        latencies.sort()
        p50, p99, p999 = (1000 * percentile(latencies, part) for part in (0.5, 0.99, 0.999))
        holds = len(latencies) == total and p99 < 1000 * LATENCY_GOAL
        print(
            f"{server.name:9} {kind:8} {rate:6} /s: {1e6 * spent / max(1, len(latencies)):6.0f} us CPU, "
            f"p50 {p50:7.2f}, p99 {p99:8.2f}, p99.9 {p999:8.2f} ms, answered {len(latencies)} of {total}"
            f"{' ' + str(others) if others else ''}, load late by {1000 * percentile(lateness, 0.99):.1f} ms (p99)"
            f"{'' if holds else '  <- not held'}",
            flush=True,
        )
        if not holds:
            break
        held = rate
    return held


async def compare(arguments):
    for server_kind in {"repartee": [OurServer], "fastapi": [TheirServer], "both": [OurServer, TheirServer]}[arguments.server]:
        for run in range(arguments.runs):
            async with server_kind() as server:
                everybody = await people(server, arguments.people)
                for kind in arguments.kind:
                    held = await ramp(server, kind, everybody, arguments)
                    print(f"{server.name} {kind}, run {run + 1}: {held} requests a second held", flush=True)


# --- log-ins beside calls ---


async def log_ins(arguments):
    """As many people log in as want to, while others make calls: what the calls feel of it."""
    for flood in (0, arguments.flood):
        async with OurServer() as server:
            person = await VoiceAi(server.server).register()
            calls = await asyncio.create_subprocess_exec(
                binary(), "bench", "calls", "--url", server.url, "--pid", str(server.pid), "--calls", str(arguments.calls),
                "--seconds", str(arguments.seconds), "--runs", "1", "--core", "-1", stdout=asyncio.subprocess.PIPE,
                env=environment(server.server.directory),
            )  # fmt: skip
            counts = {}

            async def log_in_again_and_again():
                while True:
                    answer = await person.ask_token(person.email, person.password)
                    counts[answer.status] = counts.get(answer.status, 0) + 1
                    if answer.status != 200:
                        await asyncio.sleep(0.05)

            began = time.monotonic()
            tasks = [asyncio.ensure_future(log_in_again_and_again()) for _ in range(flood)]
            out, _ = await calls.communicate()
            seconds = time.monotonic() - began
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            print(f"\n--- {arguments.calls} calls beside {flood} who log in again and again")
            print(f"log-ins a second: {counts.get(200, 0) / seconds:.1f}; answers: {counts}")
            print(out.decode(), flush=True)


def numbers(text):
    return [int(one) for one in text.split(",")]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / "build/release/repartee"))
    parser.add_argument("--server", choices=["both", "repartee", "fastapi"], default="both")
    parser.add_argument("--kind", choices=["chat", "history", "list"], action="append")
    parser.add_argument("--rates", type=numbers, help="requests a second, one after the other")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--log-ins", action="store_true")
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--flood", type=int, default=16)
    options = parser.parse_args()
    os.environ["REPARTEE_BINARY"] = options.binary
    options.kind = options.kind or ["chat", "history"]
    usual = [100, 200, 400, 600, 800, 1000, 1500, 2000, 3000, 4000, 6000, 8000, 12000]
    options.rates = {kind: options.rates or usual for kind in options.kind}
    if not options.log_ins:
        os.sched_setaffinity(0, {LOAD_CORE})
    if uvloop is not None:
        uvloop.install()
    asyncio.run(log_ins(options) if options.log_ins else compare(options))
