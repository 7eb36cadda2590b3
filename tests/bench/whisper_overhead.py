"""What repartee-whisper costs beside the library that it hosts, and beside whisper.cpp's own server over HTTP.

    tests/bench/whisper_overhead.py --worker build/release/repartee-whisper --size base --runs 20
                                    [--whisper-server "COMMAND"]

The same utterances, all of their sound at once, one after the other and in turn. The worker says how long the library
took (`computing`): what is more than that, from the first byte sent to the transcript received, is its own; behind
somebody who has hung up while the library computed, it has the time in it that stopping the library takes. The model is
made by hand, of the size of a real one, and says the same four words whatever it hears (tests/support/whisper_file.py).

COMMAND starts a whisper-server (Debian's package whisper.cpp-tools) without model and address; both get the same number
of threads.
"""

import argparse
import asyncio
import json
import shlex
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.sound import speech_like, wav
from support.whisper_file import BASE, SMALL, SMALLEST, TINY, whisper_file

SIZES = {"smallest": SMALLEST, "tiny": TINY, "base": BASE, "small": SMALL}
SOUND = {"rate": 16000, "width": 2, "channels": 1}


def encoded(kind, data=None, payload=b""):
    block = json.dumps(data or {}).encode()
    header = {"type": kind, "data_length": len(block), "payload_length": len(payload)}
    return json.dumps(header).encode() + b"\n" + block + payload


async def ask_worker(socket, sound):
    """Milliseconds to the transcript, and those of the library in them."""
    reader, writer = await asyncio.open_unix_connection(socket)
    began = time.monotonic()
    writer.write(encoded("transcribe", {"language": "en", "partials": False}) + encoded("audio-start", SOUND))
    for at in range(0, len(sound), 32000):
        writer.write(encoded("audio-chunk", SOUND, sound[at : at + 32000]))
    writer.write(encoded("audio-stop"))
    kind = None
    while kind != "transcript":
        header = json.loads(await reader.readline())
        kind, data = header["type"], json.loads(await reader.readexactly(header.get("data_length", 0)) or b"{}")
        assert kind != "error", data
    took = (time.monotonic() - began) * 1000
    writer.close()
    assert data["text"] == "turn on the light", data
    return took, data["computing"]


async def hang_up(socket, sound):
    """Somebody whose utterance is being decoded goes."""
    reader, writer = await asyncio.open_unix_connection(socket)
    writer.write(encoded("transcribe", {"language": "en", "partials": False}) + encoded("audio-start", SOUND))
    writer.write(encoded("audio-chunk", SOUND, sound) + encoded("audio-stop"))
    await asyncio.sleep(0.2)  # by then it computes
    writer.close()


async def ask_server(http, url, sound):
    form = aiohttp.FormData()
    form.add_field("file", wav(sound), filename="sound.wav", content_type="audio/wav")
    form.add_field("response_format", "json")
    form.add_field("temperature_inc", "0")
    began = time.monotonic()
    async with http.post(url + "/inference", data=form) as response:
        answer = await response.json(content_type=None)
    took = (time.monotonic() - began) * 1000
    assert "turn on the light" in answer["text"], answer
    return took


def shown(name, values):
    values = sorted(values)
    at = lambda share: values[min(int(len(values) * share), len(values) - 1)]  # noqa: E731
    print(f"{name:34} {values[0]:8.1f} {statistics.median(values):8.1f} {at(0.95):8.1f}")


async def until(condition):
    while not await condition():
        await asyncio.sleep(0.1)


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worker", default="build/release/repartee-whisper")
    parser.add_argument("--whisper-server")
    parser.add_argument("--size", choices=SIZES, default="base")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    sound = speech_like(options.seconds)
    programs = []
    with tempfile.TemporaryDirectory() as folder:
        model = str(whisper_file(Path(folder) / "ggml-model.en.bin", "turn on the light", SIZES[options.size]))
        socket, url = Path(folder) / "worker.sock", "http://127.0.0.1:18080"
        threads = ["--threads", str(options.threads)]
        worker = [options.worker, "--model", model, "--uri", f"unix://{socket}", "--device", "cpu", *threads]
        programs.append(await asyncio.create_subprocess_exec(*worker))
        if options.whisper_server:
            server = [*shlex.split(options.whisper_server), "-m", model, "--host", "127.0.0.1", "--port", "18080", *threads]
            quiet = {"stdout": asyncio.subprocess.DEVNULL, "stderr": asyncio.subprocess.DEVNULL}
            programs.append(await asyncio.create_subprocess_exec(*server, **quiet))
        async with aiohttp.ClientSession() as http:
            try:

                async def listens():
                    try:
                        await ask_worker(socket, sound)
                        return not options.whisper_server or await ask_server(http, url, sound)
                    except (OSError, aiohttp.ClientError):
                        return False

                await asyncio.wait_for(until(listens), 60)
                taken, computed, served, waited = [], [], [], []
                for _ in range(options.runs):
                    took, library = await ask_worker(socket, sound)
                    taken.append(took)
                    computed.append(library)
                    if options.whisper_server:
                        served.append(await ask_server(http, url, sound))
                for _ in range(options.runs):
                    await hang_up(socket, sound)
                    took, library = await ask_worker(socket, sound)
                    waited.append(took - library)
            finally:
                for program in programs:
                    program.terminate()
                    await program.wait()
    print(f"{options.size}, {options.seconds:g} s of sound, {options.threads} threads, {options.runs} runs, ms")
    print(f"{'':34} {'least':>8} {'median':>8} {'p95':>8}")
    shown("the library", computed)
    shown("repartee-whisper", taken)
    shown("... more than the library", [took - library for took, library in zip(taken, computed)])
    shown("... behind one that hung up", waited)
    if served:
        shown("whisper-server over HTTP", served)


asyncio.run(main())
