#!/usr/bin/python3
"""How long after its words a line of the room is there, the silence that ends it included.

    tests/bench/room_delay.py --binary build/release/repartee --sentences 20

A real server with the embedded recogniser, which hears sentences through PulseAudio, ALSA and PortAudio as a
microphone's. Two figures of each line: what the server says of it (`lag_ms`, from the end of the voice), and what
a viewer sees (from the moment when paplay has played it to its end).
"""

import argparse
import asyncio
import json
import math
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from support.pulse import sound_system  # noqa: E402
from support.server import Repartee, binary, environment  # noqa: E402
from support.sound import say  # noqa: E402

THINGS = ("weather", "garden", "kitchen", "river", "music", "window", "money", "table", "summer", "paper")


def in_words(name, figures):
    figures = sorted(figures)
    return (
        f"{name}: median {statistics.median(figures):.0f} ms, p90 {figures[math.ceil(len(figures) * 0.9) - 1]:.0f}, "
        f"most {figures[-1]:.0f}, least {figures[0]:.0f}"
    )


async def measure(sentences):
    async with sound_system() as room:
        server = Repartee({"STT_ENGINE": "pocketsphinx", "LLM_ROUTE": "rules", "LOG_LEVEL": "INFO", **room.settings})
        try:
            await server.start()
            viewer = await server.http.ws_connect(server.url.replace("http", "ws", 1) + "/captions?words=1")
            await room.until_listeners(1)
            await asyncio.sleep(1)
            told, seen, loads = [], [], []
            for number in range(sentences):
                text = f"please tell me about the {THINGS[number % len(THINGS)]}"
                sound = await asyncio.to_thread(say, binary(), environment("/nonexistent"), text)
                await room.play(sound)
                ended = time.monotonic()
                line = json.loads((await asyncio.wait_for(viewer.receive(), 30)).data)
                seen.append(1000 * (time.monotonic() - ended))
                told.append(line["lag_ms"])
                loads.append(os.getloadavg()[0])
                print(f"{told[-1]:5} ms  {seen[-1]:5.0f} ms seen  {line['text']}", flush=True)
            await viewer.close()
            await server.stop()
        finally:
            await server.discard()
    print(in_words("from the end of the voice to the line", told))
    print(in_words("from the end of the sound to the viewer", seen))
    print(f"load of the machine meanwhile {min(loads):.1f} to {max(loads):.1f}, {os.cpu_count()} cores")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", help="default: REPARTEE_BINARY, or the development build")
    parser.add_argument("--sentences", type=int, default=20)
    options = parser.parse_args()
    if options.binary:
        os.environ["REPARTEE_BINARY"] = str(Path(options.binary).resolve())
    asyncio.run(measure(options.sentences))


if __name__ == "__main__":
    main()
