"""Runs a test program beside a real PostgreSQL and a real Redis, which it may stop, kill and pause.

    with_servers.py PROGRAM [ARGUMENTS]

The program finds their addresses in its environment, and a socket at which it says what shall happen to them, a line at a
time (servers.h): "postgres kill". Each line is answered when it is done.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from support.certificate import make_certificate  # noqa: E402
from support.postgres import Postgres  # noqa: E402
from support.redis import Redis  # noqa: E402


async def happen(server, action):
    """What a line says. It may have happened to the server already."""
    is_up = server.process.returncode is None
    if action == "durable":
        server.durable = True
        await server.restart()
    elif action == "start" and not is_up:
        await server.start()
    elif action in ("stop", "kill", "restart") and is_up:
        await getattr(server, action)()
    elif action in ("pause", "resume") and is_up:
        getattr(server, action)()


def control(servers):
    async def serve(reader, writer):
        while line := await reader.readline():
            name, action = line.decode().split()
            try:
                await happen(servers[name], action)
                answer = "done"
            except Exception as failure:  # the test fails with these words
                answer = repr(failure).replace("\n", " ")
            writer.write(answer.encode() + b"\n")
            await writer.drain()
        writer.close()

    return serve


async def main(command):
    with tempfile.TemporaryDirectory(prefix="repartee-servers-") as folder:
        tls = make_certificate(Path(folder))
        async with Postgres(tls=tls) as postgres, Redis() as redis, Redis(tls=tls) as redis_tls:
            place = Path(folder) / "control"
            server = await asyncio.start_unix_server(control({"postgres": postgres, "redis": redis}), place)
            environment = {
                **os.environ,
                "REPARTEE_TEST_POSTGRES": postgres.url(),
                "REPARTEE_TEST_REDIS": redis.url,
                "REPARTEE_TEST_REDIS_TLS": redis_tls.url,
                "REPARTEE_TEST_AUTHORITY": tls[0],
                "REPARTEE_TEST_CONTROL": str(place),
            }
            process = await asyncio.create_subprocess_exec(*command, env=environment)
            code = await process.wait()
            server.close()
            return code


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
