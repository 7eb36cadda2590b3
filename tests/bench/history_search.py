#!/usr/bin/python3
"""Searching a long history by words: one person's million messages in SQLite, how long a search takes, and what whoever
asks for something else meanwhile has to wait.

    tests/bench/history_search.py                    # REPARTEE_BINARY, or the development build's
    tests/bench/history_search.py --messages 100000 --runs 5
"""

import argparse
import asyncio
import random
import sqlite3
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.house import UNHURRIED  # noqa: E402
from support.server import Repartee  # noqa: E402
from support.voice_ai import VoiceAi  # noqa: E402

MESSAGES_OF_A_CONVERSATION = 200
SYLLABLES = "ka lo mi ren to sha vel dor in pa que tri ul zen bo".split()
NOWHERE = "zzzzqqq"  # so that all has to be looked through


def fill(database, user, messages):
    chance = random.Random(1)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 3))) for _ in range(5000)]
    for number in range(messages // MESSAGES_OF_A_CONVERSATION):
        conversation, at = f"filled{number}", 1_700_000_000_000 + number * 1000
        database.execute(
            "INSERT INTO conversations (id, user_id, session_key, title, summary, summarised, messages, created_at_ms, "
            "updated_at_ms) VALUES (?, ?, ?, ?, '', 0, ?, ?, ?)",
            (conversation, user, conversation, f"title {number}", MESSAGES_OF_A_CONVERSATION, at, at),
        )
        database.executemany(
            "INSERT INTO messages (conversation_id, position, id, role, text, action, created_at_ms) "
            "VALUES (?, ?, ?, ?, ?, '', ?)",
            (
                (conversation, at_place + 1, f"{number}-{at_place}", role, " ".join(chance.choices(words, k=length)), at)
                for at_place in range(MESSAGES_OF_A_CONVERSATION)
                for role, length in [(("user", 10), ("assistant", 30))[at_place % 2]]
            ),
        )
    database.commit()


async def timed(coroutine):
    begin = time.perf_counter()
    answer = await coroutine
    assert answer.status == 200, answer
    return time.perf_counter() - begin


def search(person, words):
    return timed(person.get("/history/conversations", params={"q": words}))


async def main(arguments):
    settings = {"LLM_ROUTE": "scripted", "STT_ENGINE": "scripted", "TTS_ENGINE": "scripted"}
    server = Repartee(settings, files={"repartee.toml": UNHURRIED})
    await server.start()
    try:
        person = await (await VoiceAi(server).register()).know_oneself()
        with sqlite3.connect(server.directory / "data" / "repartee.db", timeout=30) as database:
            fill(database, person.user_id, arguments.messages)
        for what, words in (("a word", NOWHERE), ("a word beyond ASCII", "ZÉZÉ"), ("two words", f"{NOWHERE} qqqz")):
            seconds = [await search(person, words) for _ in range(arguments.runs)]
            print(f"{what}: {', '.join(f'{each:.2f}' for each in seconds)} s")
        searches = [asyncio.create_task(search(person, NOWHERE)) for _ in range(4)]
        others = []
        while not all(one.done() for one in searches):
            others.append(await timed(person.get("/history/conversations", params={"limit": "5"})))
            await asyncio.sleep(0.01)
        ends = ", ".join([f"{await one:.2f}" for one in searches])
        print(f"four at once: {ends} s; {len(others)} that ask for something else wait {max(others) * 1000:.0f} ms at most")
    finally:
        await server.stop()
        await server.discard()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    asyncio.run(main(parser.parse_args()))
