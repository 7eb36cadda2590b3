#!/usr/bin/python3
"""Whether the web app's first paint keeps its budget: first_paint.mjs against a server of its own.

    tests/bench/paint_budget.py --binary build/dev/repartee

Fails when it does not. For a machine that does nothing else meanwhile: after the tests, not among them.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from support.server import Repartee  # noqa: E402
from support.waiting import within  # noqa: E402


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="build/dev/repartee")
    parser.add_argument("--loads", default="20")
    arguments = parser.parse_args()
    binary = Path(arguments.binary).resolve()
    os.environ["REPARTEE_BINARY"] = str(binary)
    server = Repartee({"STT_ENGINE": "scripted", "LLM_ROUTE": "scripted", "TTS_ENGINE": "scripted"})
    await server.start()
    try:
        browser = await asyncio.create_subprocess_exec(
            "node",
            str(Path(__file__).with_name("first_paint.mjs")),
            server.url,
            arguments.loads,
            env={**os.environ, "REPARTEE_BUILD": str(binary.parent)},
        )
        await within(browser.wait(), "the browser's loads", seconds=120)
    finally:
        await server.stop()
    return browser.returncode


sys.exit(asyncio.run(main()))
