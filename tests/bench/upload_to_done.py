#!/usr/bin/python3
"""How long the robot's page waits: from the upload of a question to the job's `done`.

    tests/bench/upload_to_done.py [--runs 50] [--format webm] [--binary build/release/repartee]

The real server with the embedded engines on loopback, one question at a time, polled every 5 ms. Prints
median, spread and the processor time of the server and its workers for each question.
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import aiohttp  # noqa: E402
from support.containers import CONTAINERS, encoded  # noqa: E402
from support.processes import children  # noqa: E402
from support.server import Repartee, environment  # noqa: E402
from support.sound import RATE, say, silence, wav  # noqa: E402

QUESTION = "what time is it"
SECONDS = 3


def processor_seconds(pid):
    """Of a process and of all its children, those that have ended included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return own + sum(processor_seconds(child) for child in children(pid))


async def ask(http, url, name, recording):
    form = aiohttp.FormData()
    form.add_field("file", recording, filename=name, content_type="audio/wav")
    began = time.perf_counter()
    async with http.post(url + "/upload", data=form) as response:
        job = (await response.json())["job_id"]
    while True:
        async with http.get(f"{url}/status/{job}") as response:
            record = await response.json()
        if record["status"] in ("done", "error"):
            break
        await asyncio.sleep(0.005)
    assert record["status"] == "done" and record["text"] == QUESTION, record
    return time.perf_counter() - began


async def measure(arguments):
    os.environ["REPARTEE_BINARY"] = arguments.binary
    server = Repartee({"LOG_LEVEL": "INFO", "LLM_ROUTE": "rules"})
    try:
        await server.start()
        pcm = say(arguments.binary, environment(server.directory), QUESTION)
        pcm += silence(SECONDS)[: 2 * RATE * SECONDS - len(pcm)]
        if arguments.format == "wav":
            recording = wav(pcm)
        else:
            recording = encoded(pcm, CONTAINERS[arguments.format])
        async with aiohttp.ClientSession() as http:
            await ask(http, server.url, "recording.wav", recording)  # the first loads a decoder
            before = processor_seconds(server.process.pid)
            times = sorted([await ask(http, server.url, "recording.wav", recording) for _ in range(arguments.runs)])
            spent = processor_seconds(server.process.pid) - before
        milliseconds = [1000 * value for value in times]
        twentieths = statistics.quantiles(milliseconds, n=20)
        print(
            f"{arguments.format}, {len(recording)} bytes, {SECONDS} s of sound, {arguments.runs} questions: "
            f"median {statistics.median(milliseconds):.0f} ms, p5 {twentieths[0]:.0f}, p95 {twentieths[-1]:.0f}, "
            f"worst {milliseconds[-1]:.0f} ms; processor {1000 * spent / arguments.runs:.0f} ms a question"
        )
        await server.stop()
    finally:
        await server.discard()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--format", choices=["wav", *CONTAINERS], default="webm")
    parser.add_argument("--binary", default=str(Path(__file__).resolve().parents[2] / "build/release/repartee"))
    asyncio.run(measure(parser.parse_args()))
