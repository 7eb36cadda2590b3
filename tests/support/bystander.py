"""Somebody who only wants to be answered, while others attack the server."""

import asyncio
import contextlib

from support.voice_ai import VoiceAi
from support.waiting import within


async def registered(server):
    return await (await VoiceAi(server).register()).know_oneself()


@contextlib.asynccontextmanager
async def somebody_else_is_answered(server):
    """All the time, whatever is done meanwhile; and the server is the same process afterwards."""
    process = server.process
    bystander = await registered(server)
    stop = asyncio.Event()

    async def talk():
        turns = 0
        while not stop.is_set() or turns == 0:
            turns += 1
            assert (await bystander.said(f"Turn {turns}."))["response"] == f"Turn {turns}."
            await asyncio.sleep(0)
        return turns

    talking = asyncio.ensure_future(talk())
    try:
        yield
    finally:
        stop.set()
        await within(talking, "the bystander's last answer")
    assert server.process is process and process.returncode is None
    assert (await server.get("/health")).status == 200
