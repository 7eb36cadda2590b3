"""What a service manager and the server tell each other, by systemd's protocols: sockets that were opened before, who is
ready, who is the main process now."""

import asyncio
import os
import signal
import socket
import sys

import pytest
from conftest import SCRIPTED
from support.server import Repartee, binary
from support.succession import Succession
from support.waiting import within

# Opens a socket, as systemd does for a .socket unit, and becomes the server.
ACTIVATING = """#!{python}
import os, socket, sys
opened = socket.create_server(("127.0.0.2", 0))
os.dup2(opened.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update({words})
os.execv({binary!r}, [{binary!r}, *sys.argv[1:]])
"""


class Manager:
    """Hears what the service says."""

    def __init__(self, path):
        self.address = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.setblocking(False)

    async def hears(self):
        """The next message, as a dict of its lines."""
        text = await within(asyncio.get_running_loop().sock_recv(self._socket, 4096), "word from the service")
        return dict(line.split("=", 1) for line in text.decode().splitlines())


@pytest.fixture
def manager(tmp_path):
    return Manager(tmp_path / "notify")


@pytest.fixture
def activated(tmp_path, monkeypatch):
    """`activated(words)`: servers are started by somebody who has opened a socket, with these words about it."""

    def become(words):
        program = tmp_path / "activating"
        program.write_text(ACTIVATING.format(python=sys.executable, words=words, binary=binary()))
        program.chmod(0o755)
        monkeypatch.setenv("REPARTEE_BINARY", str(program))

    return become


async def test_it_is_told_when_the_server_is_ready_reads_its_agents_again_and_stops(launch, manager):
    server = await launch({"NOTIFY_SOCKET": manager.address})
    assert await manager.hears() == {"READY": "1", "STATUS": "Listening"}
    server.process.send_signal(signal.SIGHUP)
    assert await manager.hears() == {"RELOADING": "1"}
    assert await manager.hears() == {"READY": "1"}
    server.process.send_signal(signal.SIGTERM)
    stopping = await manager.hears()
    assert stopping["STOPPING"] == "1"
    # The time to drain, and some for the goodbye.
    assert int(stopping["EXTEND_TIMEOUT_USEC"]) == 25_000_000
    assert await server.exit_code() == 0


async def test_it_is_told_who_is_the_main_process_now(launch, manager):
    server = await launch({"NOTIFY_SOCKET": manager.address})
    await manager.hears()
    async with Succession(server) as line:
        (server.directory / "repartee.toml").write_text("nonsense")
        await line.fail()
        assert (await manager.hears())["STATUS"].startswith("Handing over to process ")
        assert (await manager.hears())["STATUS"].startswith("Not handed over: The new process ended before it was ready")
        (server.directory / "repartee.toml").unlink()
        successor = await line.hand_over()
        assert await manager.hears() == {"STATUS": f"Handing over to process {successor}"}
        # In this order: only the main process is listened to.
        assert await manager.hears() == {"MAINPID": str(successor)}
        assert await manager.hears() == {"READY": "1", "STATUS": "Listening"}
        assert await line.exit_code(server.process.pid) == 0
    assert (await manager.hears())["STOPPING"] == "1"


async def test_a_socket_that_is_open_already_is_used_and_handed_on(launch, activated):
    activated('LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="repartee.socket"')
    server = await launch()
    assert server.url.startswith("http://127.0.0.2:")
    async with Succession(server) as line:
        await line.hand_over()
        assert await line.exit_code(server.process.pid) == 0
        assert (await server.get("/ready")).status == 200


async def test_words_that_make_no_sense_are_told(activated):
    activated('LISTEN_PID=str(os.getpid()), LISTEN_FDS="two"')
    server = Repartee(SCRIPTED)
    try:
        await server.launch()
        assert await server.exit_code() == 1
        assert server.log_text() == "repartee: LISTEN_FDS is 'two', which is no number from 0 to 64"
    finally:
        await server.discard()


async def test_nobody_takes_the_place_where_systemd_would_end_them(launch, activated):
    activated("SYSTEMD_EXEC_PID=str(os.getpid())")
    server = await launch()
    os.kill(server.process.pid, signal.SIGUSR2)
    assert "Type=notify" in (await server.event("not handed over"))["reason"]
    assert (await server.get("/ready")).status == 200
