#!/usr/bin/python3
"""How well somebody is understood who speaks up while the reply plays, with and without an echo of it.

    tests/bench/words_over_a_reply.py [--binary build/release/repartee]

The real server with pocketsphinx and flite on loopback: five sentences, each begun at three moments of a
reply, without an echo and with one that is 20 dB quieter and comes 150 or 300 ms late. Prints how many came
through word by word, beside the same sentences said into silence.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.call import Caller  # noqa: E402
from support.server import Repartee, environment  # noqa: E402
from support.sound import say, silence  # noqa: E402

SENTENCES = [
    "what time is it",
    "where is my mother",
    "please tell me about the weather",
    "what can you do",
    "how much is seven times eight",
]
MOMENTS = (0.5, 0.8, 1.3)  # seconds into the reply
ECHOES = (None, (0.15, 0.1), (0.3, 0.1))  # seconds late, loudness
REPLY = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen."


def caller(server, echo=None):
    url = server.url.replace("http", "ws", 1) + "/api/media-stream?agent_id=repartee"
    return Caller(server.http, url, echo=echo)


async def said_into_silence(server, sound):
    async with caller(server) as call:
        await call.speak(silence(0.3) + sound)
        return (await call.event("user_text")).text


async def said_over_a_reply(server, opening, sound, moment, echo):
    async with caller(server, echo) as call:
        await call.event("start_media_streaming")
        await call.speak(opening)
        await call.event("sound")
        await asyncio.sleep(moment)
        position = len(call.heard)
        await call.speak(sound)
        return (await call.event("user_text", position)).text


def report(what, pairs, verbose):
    through = sum(said == heard for said, heard in pairs)
    print(f"{what:<34} {through:2} of {len(pairs)} word by word")
    for said, heard in pairs:
        if verbose and said != heard:
            print(f"    '{said}' was heard as '{heard}'")


async def measure(arguments):
    os.environ["REPARTEE_BINARY"] = arguments.binary
    server = Repartee({"LOG_LEVEL": "INFO", "STT_ENGINE": "pocketsphinx", "LLM_ROUTE": "scripted",
                       "TTS_ENGINE": "flite", "SCRIPTED_REPLY": REPLY})  # fmt: skip
    try:
        await server.start()
        sounds = {text: say(arguments.binary, environment(server.directory), text) for text in SENTENCES}
        opening = say(arguments.binary, environment(server.directory), "please count")
        pairs = [(text, await said_into_silence(server, sound)) for text, sound in sounds.items()]
        report("into silence", pairs, arguments.verbose)
        for echo in ECHOES:
            pairs = [
                (text, await said_over_a_reply(server, opening, sound, moment, echo))
                for moment in MOMENTS
                for text, sound in sounds.items()
            ]
            what = f"over a reply, echo {echo[0] * 1000:.0f} ms late" if echo else "over a reply, no echo"
            report(what, pairs, arguments.verbose)
        await server.stop()
    finally:
        await server.discard()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=os.path.abspath, default="build/release/repartee")
    parser.add_argument("--verbose", action="store_true", help="show what was heard instead")
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
