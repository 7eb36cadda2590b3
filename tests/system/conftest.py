"""The real program, spoken to by genuine clients of its protocols.

    REPARTEE_BINARY=build/dev/repartee /usr/bin/python3 -m pytest tests/system

Most tests use the scripted engines, which say at once what their settings tell. A server lives as long
as a test module where the tests leave no traces in it; every server has to end cleanly.
"""

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from support.controller import Controller  # noqa: E402
from support.house import PostgresRedisHouse, SqliteHouse  # noqa: E402
from support.ollama import Ollama  # noqa: E402
from support.openai import Answer, OpenAi  # noqa: E402
from support.postgres import Postgres  # noqa: E402
from support.robot import Robot  # noqa: E402
from support.server import Repartee, binary  # noqa: E402
from support.voice_ai import AFTERTHOUGHT  # noqa: E402

SCRIPTED = {
    "STT_ENGINE": "scripted",
    "LLM_ROUTE": "scripted",
    "TTS_ENGINE": "scripted",
    "SCRIPTED_STT_TEXT": "what time is it",
    "SCRIPTED_REPLY": "It is half past nine. Shall I remind you?",
}


def pytest_configure():
    if not os.access(binary(), os.X_OK):
        pytest.exit(f"{binary()} is not built; REPARTEE_BINARY names another", 1)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    """A machine that cannot have the engine kit leaves its tests out. CI does not, save under a sanitizer, which does not
    know the kit's libc."""
    report = (yield).get_result()
    must_run = os.environ.get("CI") and not os.environ.get("REPARTEE_SANITIZE")
    if must_run and report.skipped and "without the engine kit" in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = "CI has to run what needs the engine kit, and this was built without it."


@pytest.fixture(scope="session")
def event_loop():
    """One loop for all, so that a server can outlive a test."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@asynccontextmanager
async def running(settings=None, **more):
    server = Repartee({**SCRIPTED, **(settings or {})}, **more)
    try:
        await server.start()
        yield server
        await server.stop()
    finally:
        await server.discard()


@pytest_asyncio.fixture(scope="module")
async def scripted(event_loop):
    """A server for every test that only needs somebody who answers."""
    async with running() as server:
        yield server


@pytest_asyncio.fixture
async def launch():
    """`await launch({...})`: servers with settings of their own, stopped and judged after the test."""
    servers = []

    async def start(settings=None, ready=True, **more):
        server = Repartee({**SCRIPTED, **(settings or {})}, **more)
        servers.append(server)
        return await server.start(ready)

    yield start
    try:
        for server in servers:
            await server.stop()
    finally:
        for server in servers:
            await server.discard()


@pytest_asyncio.fixture
async def ollama():
    simulator = await Ollama().start()
    yield simulator
    await simulator.stop()


@pytest_asyncio.fixture(scope="module")
async def openai(event_loop):
    """A model that says what a test wants, and remembers nothing of people by itself."""
    simulator = await OpenAi(key="sk-simulated").start()
    simulator.asides[AFTERTHOUGHT] = Answer(words=('{"facts": []}',))
    yield simulator
    await simulator.stop()


@pytest_asyncio.fixture
async def controller():
    simulator = await Controller().start()
    yield simulator
    await simulator.stop()


@pytest_asyncio.fixture
async def robot():
    simulator = await Robot().start()
    yield simulator
    await simulator.stop()


@pytest_asyncio.fixture(scope="session")
async def postgres(event_loop):
    """A PostgreSQL for all who want a database in it, and leave it running."""
    async with Postgres() as postgres:
        yield postgres


def houses(*kinds):
    """A fixture `new_house`, once for each kind of stores: `new_house()` makes a place where a server keeps its data."""

    @pytest.fixture(scope="module", params=kinds)
    def new_house(request):
        if request.param == SqliteHouse.name:
            return SqliteHouse
        postgres = request.getfixturevalue("postgres")
        return lambda: PostgresRedisHouse(postgres)

    return new_house


new_house = houses(SqliteHouse.name, PostgresRedisHouse.name)
