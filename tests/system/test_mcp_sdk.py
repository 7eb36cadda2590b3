"""The server of the Model Context Protocol, used by the official SDK's own clients (tests/mcp): over HTTP and through
`repartee mcp`, in both eras. The second line of the SDK wants Node.js 20; where there is an older one, test_mcp.py is all there is
of the modern era."""

import asyncio
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import pytest_asyncio
from support.house import SqliteHouse
from support.openai import Answer, Ending
from support.server import ROOT, binary, environment
from support.voice_ai import VoiceAi, new_email
from support.waiting import within
from test_mcp_tools import QUOTED, StockServer, calls, says, seen_in, told, with_tools

PACKAGES = Path(binary()).resolve().parent / "tests/mcp/node_modules"

NODE = int(re.search(r"\d+", subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout)[0])
needs_node_20 = pytest.mark.skipif(NODE < 20, reason="the second line of the SDK wants Node.js 20")

FINE = Answer(words=("It", " is", " fine."))
# The SDK passes over a notice that it reads at once with the answer behind it.
SLOWER = Answer(words=FINE.words, delay=0.3)
ENDLESS = Answer(words=("Let", " me", " see"), ending=Ending.STALLS)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """The stock clients beside their packages: Node.js looks for those where the files are."""
    directory = tmp_path_factory.mktemp("mcp")
    for file in (ROOT / "tests/mcp").glob("*.mjs"):
        shutil.copy(file, directory)
    assert PACKAGES.is_dir(), f"{PACKAGES} is not there: build the target test_mcp"
    (directory / "node_modules").symlink_to(PACKAGES)
    return directory


@pytest_asyncio.fixture(scope="module")
async def server(event_loop, openai):
    async with SqliteHouse() as house:
        yield await house.start(openai.settings())


async def play(workshop, openai, *command, **variables):
    """The story of a client, which has to end well; the model notices that the second question was given up."""
    openai.answers = [SLOWER, ENDLESS, FINE]
    before = len(openai.calls)
    process = await asyncio.create_subprocess_exec(
        "node",
        *map(str, command),
        cwd=workshop,
        env=environment(workshop, **variables),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        printed, _ = await within(process.communicate(), "the end of the story", 60)
    finally:
        if process.returncode is None:
            process.kill()
    text = printed.decode(errors="replace")
    assert process.returncode == 0 and "10 steps" in text, text
    endless = next(call for call in openai.calls[before:] if "How deep is the sea?" in str(call.body))
    await within(endless.gone.wait(), "the model's being told that nobody wants the answer")


async def test_over_http(server, workshop, openai):
    await play(workshop, openai, "stock_client.mjs", "http", f"{server.url}/mcp")


async def test_as_a_program(server, workshop, openai):
    await play(workshop, openai, "stock_client.mjs", "stdio", binary(), "mcp", "--url", server.url)


@needs_node_20
async def test_over_http_in_the_modern_era(server, workshop, openai):
    await play(workshop, openai, "stock_client_modern.mjs", "http", f"{server.url}/mcp")


@needs_node_20
async def test_as_a_program_in_the_modern_era(server, workshop, openai):
    await play(workshop, openai, "stock_client_modern.mjs", "stdio", binary(), "mcp", "--url", server.url)


async def test_for_somebody_with_a_key(server, workshop, openai):
    person = await VoiceAi(server).register(new_email())
    key = (await person.good("POST", "/account/keys", {"name": "desktop", "scopes": ["chat", "memory"]}))["key"]
    await play(workshop, openai, "stock_client.mjs", "stdio", binary(), "mcp", "--url", server.url, REPARTEE_TOKEN=key)
    # What was said is theirs, and in their history.
    conversations = await person.conversations()
    assert "the galley" in {one["session_id"] for one in conversations}


async def test_a_stock_server_that_answers_as_json(workshop, openai):
    """The other way round, as in test_mcp_tools.py, but without streams."""
    stock = await StockServer(workshop, "stock_server.mjs", "http", "--json").start()
    try:
        async with SqliteHouse() as house:
            server = await with_tools(await house.start(openai.settings(), toml=stock.settings()))
            openai.answers = [calls("logbook_write", line="Fair wind"), says("It is written.")]
            answer = await VoiceAi(server).said("Write into the log book that the wind is fair.")
            assert answer["response"] == "It is written." and told(openai) == [QUOTED + "Written: Fair wind"]
    finally:
        await stock.stop()
    assert [one["outcome"] for one in seen_in(stock.file)] == ["begun", "done"]
