"""Runs a test program beside a simulated Milvus, whose address it finds in its environment.

    with_milvus.py PROGRAM [ARGUMENTS]

The program makes it misbehave through /_control (tests/support/milvus.py).
"""

import asyncio
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from support.milvus import Milvus  # noqa: E402


async def main(command):
    milvus = await Milvus(token="root:Milvus").start()
    environment = {**os.environ, "REPARTEE_TEST_MILVUS": milvus.url}
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    code = await process.wait()
    await milvus.stop()
    return code


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
