#!/usr/bin/python3
"""What the language model on this machine costs besides the model itself.

    tests/bench/llama_bench.py first-word --tokens 4000 --speaks 10
    tests/bench/llama_bench.py overhead --requests 200

first-word: how long the first word takes after a long conversation. One of so many tokens is had with a model of random
weights; then its llama-server is killed, so that nothing of it is known any more, and somebody speaks once more: in no
time, and for so many seconds, while which the server reads. For comparison the same with nothing lost.

overhead: the same short question to llama-server itself and to repartee's /api/chat, which asks the same llama-server, by
turns. REPARTEE_BINARY names the program; a release build is meant.
"""

import argparse
import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))

from conftest import SCRIPTED  # noqa: E402
from support.gguf_file import gguf_file  # noqa: E402
from support.server import Repartee  # noqa: E402
from support.sound import frames, speech_like  # noqa: E402
from test_llama import listening_port, llama_of, with_model  # noqa: E402

WORDS = "and then the old robot went up the hill to see what the bird had found there " * 4


def last(server, event):
    return next((one for one in reversed(server.events) if one["event"] == event), None)


# --- the first word ---


async def turn(server, client, seconds):
    """Speaks for that long, and waits for the answer: ms to the first word, and what the server counted."""
    turns = sum(event["event"] == "turn ended" for event in server.events)
    await client.act("start")
    await client.receive()
    pieces = frames(speech_like(0.5))
    for piece in pieces:
        await client.send_audio(piece)
        await client.receive()
        await asyncio.sleep(seconds / len(pieces))
    await client.act("end")
    await client.reply()
    while sum(event["event"] == "turn ended" for event in server.events) == turns:
        await asyncio.sleep(0.01)
    return last(server, "turn ended")["first_token_ms"], last(server, "language model answered")


async def lose_what_was_read(server):
    pid = await llama_of(server)
    os.kill(pid, signal.SIGKILL)
    while (started := last(server, "worker started"))["worker"] != "llama-server" or started["pid"] == pid:
        await asyncio.sleep(0.01)
    await asyncio.sleep(2)  # it loads


async def first_word(arguments, model):
    tokens, seconds = arguments.tokens, arguments.speaks
    settings = with_model(model, LLAMA_CONTEXT=2 * tokens, SCRIPTED_STT_TEXT=WORDS)
    server = Repartee({**SCRIPTED, **settings}, files={"repartee.toml": "[engines.llama]\nslots = 1\n"})
    try:
        await server.start()
        async with server.assistant() as client:
            counts = {"prompt_tokens": 0}
            while counts["prompt_tokens"] < tokens:
                waited, counts = await turn(server, client, 0.5)
            print(f"{counts['prompt_tokens']} tokens, nothing lost: {waited:.0f} ms, {counts['cached_tokens']} were known")
            for spoken in [0, seconds] * 3:
                await lose_what_was_read(server)
                waited, counts = await turn(server, client, spoken)
                print(f"{counts['prompt_tokens']} tokens, all lost, {spoken} s of speech: {waited:.0f} ms")
    finally:
        await server.discard()


# --- what stands between ---


async def timed(http, url, body, headers=None):
    began = time.perf_counter()
    async with http.post(url, json=body, headers=headers) as response:
        assert response.status == 200, await response.text()
        await response.content.readline()
        first = time.perf_counter()
        await response.read()
    return (first - began) * 1000


async def overhead(arguments, model):
    server = Repartee({**SCRIPTED, **with_model(model, LOG_LEVEL="INFO")})
    try:
        await server.start()
        pid = await llama_of(server)
        port = listening_port(pid)
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        key = next(entry.partition(b"=")[2].decode() for entry in environment if entry.startswith(b"LLAMA_API_KEY="))
        messages = [{"role": "user", "content": "hello"}]
        direct, through = [], []
        async with aiohttp.ClientSession() as http:
            for _ in range(arguments.requests):
                body = {"messages": messages, "max_tokens": 4, "stream": True, "id_slot": 1}
                url = f"http://127.0.0.1:{port}/v1/chat/completions"
                direct.append(await timed(http, url, body, {"Authorization": f"Bearer {key}"}))
                body = {"model": "any", "messages": messages, "options": {"num_predict": 4}, "stream": True}
                through.append(await timed(http, server.url + "/api/chat", body))
        for name, times in [("llama-server itself", direct), ("through repartee", through)]:
            cut = statistics.quantiles(times, n=20)
            print(f"{name}: first word after {statistics.median(times):.2f} ms (p95 {cut[18]:.2f} ms)")
    finally:
        await server.discard()


def arguments_of():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("first-word")
    command.add_argument("--tokens", type=int, default=4000)
    command.add_argument("--speaks", type=float, default=10, help="seconds")
    command = commands.add_parser("overhead")
    command.add_argument("--requests", type=int, default=200)
    return parser.parse_args()


async def main(arguments):
    with tempfile.TemporaryDirectory() as folder:
        large = {"width": 256, "layers": 4} if arguments.command == "first-word" else {}
        model = gguf_file(Path(folder) / "random.gguf", **large)
        await (first_word if arguments.command == "first-word" else overhead)(arguments, model)


if __name__ == "__main__":
    asyncio.run(main(arguments_of()))
