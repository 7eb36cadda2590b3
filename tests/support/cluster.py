"""Several nodes behind one address: HAProxy with the settings of deploy/haproxy, PostgreSQL, Redis and three servers, each on a
host of its own as far as the network goes (a network namespace behind a cable), so that each can lose its cable.

    enter_a_network_of_ones_own()               # first of all, before there is any thread
    async with Cluster({...}) as cluster:
        person = VoiceAi(cluster.front)         # whoever is asked there
        await cluster.nodes[0].kill()
        cluster.nodes[1].host.cut()             # nothing comes, nothing goes, and nobody is told
        cluster.nodes[1].host.mend()

All of it is in namespaces of this process: they end with it, whatever happens, and the machine's own network never sees any of
it. The addresses are those of haproxy.cfg, which is used as it lies there.
"""

import asyncio
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import aiohttp

from .house import PARROT, UNHURRIED
from .postgres import Postgres
from .redis import Redis
from .server import ROOT, Repartee
from .succession import Succession, kill
from .waiting import PATIENCE, within

HAPROXY_SETTINGS = ROOT / "deploy/haproxy/haproxy.cfg"

# The test itself, and whatever simulators it runs.
HOME = "10.0.0.1"
FRONT = "10.0.0.2"
POSTGRES = "10.0.0.3"
REDIS = "10.0.0.4"
NODES = ["10.0.0.11", "10.0.0.12", "10.0.0.13"]

BRIDGE = "switch"

# Where haproxy.cfg says.
ADMIN_SOCKET = Path("/run/haproxy/admin.sock")

_NEW_MOUNTS, _NEW_USERS, _NEW_NETWORK = 0x00020000, 0x10000000, 0x40000000
_RECURSIVELY_PRIVATE = 0x4000 | 0x40000


class NoNetwork(Exception):
    """This machine does not let us have one."""


def enter_a_network_of_ones_own():
    """From here on this process and its children have a network that has nothing but them, and a /run of their own, in which
    `ip netns` and HAProxy keep what they keep. Root gets it; others where the kernel lets them be root among themselves."""
    library = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0:
        if library.unshare(_NEW_MOUNTS | _NEW_NETWORK) != 0:
            raise NoNetwork(f"unshare: {os.strerror(ctypes.get_errno())}")
    else:
        user, group = os.geteuid(), os.getegid()
        if library.unshare(_NEW_USERS | _NEW_MOUNTS | _NEW_NETWORK) != 0:
            raise NoNetwork(f"unshare: {os.strerror(ctypes.get_errno())}")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    for what, arguments in (
        ("keep mounts to ourselves", (b"none", b"/", None, _RECURSIVELY_PRIVATE, None)),
        ("mount /run", (b"tmpfs", b"/run", b"tmpfs", 0, None)),
    ):
        if library.mount(*arguments) != 0:
            raise NoNetwork(f"cannot {what}: {os.strerror(ctypes.get_errno())}")
    ADMIN_SOCKET.parent.mkdir()
    try:
        ip("link", "set", "lo", "up")
        ip("link", "add", BRIDGE, "type", "bridge")
        ip("address", "add", f"{HOME}/24", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        Host("trial", "10.0.0.254").remove()
    except (FileNotFoundError, subprocess.CalledProcessError) as failure:
        raise NoNetwork(f"{failure} {getattr(failure, 'stderr', '')}") from None


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True, timeout=PATIENCE)


class Host:
    """A machine of its own as far as the network goes. `within` stands before what shall run there."""

    def __init__(self, name, address):
        self.name = name
        self.address = address
        self.within = ["nsenter", f"--net=/run/netns/{name}", "--"]
        ip("netns", "add", name)
        ip("link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("link", "set", self._cable, "master", BRIDGE, "up")
        ip("-n", name, "link", "set", "lo", "up")
        ip("-n", name, "address", "add", f"{address}/24", "dev", "eth0")
        ip("-n", name, "link", "set", "eth0", "up")

    def cut(self):
        """Pulls the cable: what is sent is lost, and no connection ends by that."""
        ip("link", "set", self._cable, "down")

    def mend(self):
        ip("link", "set", self._cable, "up")

    def remove(self):
        ip("link", "delete", self._cable)
        ip("netns", "delete", self.name)

    @property
    def _cable(self):
        return f"to-{self.name}"


class Front:
    """HAProxy, and what is behind it, to clients: to be used like a server."""

    def __init__(self, cluster, host):
        self.cluster = cluster
        self.host = host
        self.url = f"http://{host.address}:8000"
        self.directory = Path(tempfile.mkdtemp(prefix="repartee-front-"))
        self.process = None
        self._http = None

    async def start(self):
        with open(self.directory / "log", "ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.host.within,
                *("haproxy", "-db", "-n", "4000", "-f", HAPROXY_SETTINGS),  # its own limit needs more files than a test may open
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

        async def answers():
            while not ADMIN_SOCKET.exists():
                assert self.process.returncode is None, f"HAProxy ended at its start:\n{self.log_text()}"
                await asyncio.sleep(0.01)

        await within(answers(), "HAProxy's start")
        return self

    async def discard(self):
        if self._http is not None:
            await self._http.close()
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def http(self):
        """One for all: it takes no cookies from addresses, so that no client is bound to a node."""
        if self._http is None:
            connector = aiohttp.TCPConnector(limit=0)
            self._http = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=PATIENCE))
        return self._http

    def log_text(self):
        nodes = [f"--- {node.name}\n{node.log_text()[-3000:]}" for node in self.cluster.nodes]
        return "\n".join([(self.directory / "log").read_text(errors="replace")[-3000:], *nodes])

    # --- what it thinks of the nodes ---

    async def command(self, words):
        """What it answers to an operator."""
        return await asyncio.get_running_loop().run_in_executor(None, self._command, words)

    def _command(self, words):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(str(ADMIN_SOCKET))
            connection.sendall(f"{words}\n".encode())
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode()

    async def states(self):
        """By node: UP, DOWN, DRAIN, and some in between."""
        lines = [line.split(",") for line in (await self.command("show stat")).splitlines()]
        return {line[1]: line[17] for line in lines if len(line) > 17 and line[0] == "nodes" and line[1] != "BACKEND"}

    async def until(self, **states):
        """Returns once it thinks so."""

        async def look():
            while True:
                found = await self.states()
                if all(found[name].startswith(state) for name, state in states.items()):
                    return
                await asyncio.sleep(0.05)

        await within(look(), f"HAProxy to see {states}")


class Node:
    """One server of the cluster, and its successors at the same place."""

    def __init__(self, cluster, number, host):
        self.cluster = cluster
        self.name = f"node{number}"
        self.host = host
        self.directory = Path(tempfile.mkdtemp(prefix=f"repartee-{self.name}-"))
        self.server = None
        self._line = None  # of those who have followed the server
        self._log = ""

    async def start(self):
        self.server = Repartee(
            {
                **PARROT,
                "HOST": self.host.address,
                "PORT": "8000",
                "MEDIA_STREAM_PORT": "5050",
                "REPARTEE_DATA_DIR": str(self.directory / "data"),
                "DATABASE_URL": self.cluster.database_url,
                "REDIS_URL": self.cluster.redis.url,
                **self.cluster.settings,
            },
            files={"repartee.toml": UNHURRIED + self.cluster.toml},
            within=self.host.within,
        )
        await self.server.start()
        return self

    async def kill(self):
        """kill -9: it has no chance to say goodbye."""
        for pid in self._successors():
            kill(pid)
        if self.server.process.returncode is None:
            self.server.process.send_signal(signal.SIGKILL)
        await within(self.server.process.wait(), "the end of a process that was killed")
        await self._forget()

    async def hand_over(self):
        """A new process takes the place of the one that is there, which goes on with its calls."""
        if self._line is None:
            self._line = await Succession(self.server).__aenter__()
        await self._line.hand_over()

    async def stop(self):
        """The polite way, which has to succeed; without waiting for calls."""
        self.ask_to_leave()
        await self.server.event("stopping")
        if self._line is not None:
            await self._line.__aexit__(None)
        await self.server.stop()
        await self._forget()

    def ask_to_leave(self):
        """The same without waiting for its end: it may have calls."""
        os.kill([self.server.process.pid, *self._successors()][-1], signal.SIGTERM)

    async def ended(self):
        """Returns when it has left, which has to end well."""
        if self._line is not None:
            for pid in self._successors():
                assert await self._line.exit_code(pid) == 0, self.server.log_text()
        assert await self.server.exit_code() == 0, self.server.log_text()
        await self._forget()

    def _successors(self):
        return self._line.pids[1:] if self._line else []

    async def ensure_up(self):
        if self.server is None:
            await self.start()

    async def discard(self):
        for pid in self._successors():
            kill(pid)
        if self.server is not None:
            await self.server.discard()
        shutil.rmtree(self.directory, ignore_errors=True)

    async def _forget(self):
        self._log += self.server.log_text() + "\n"
        await self.server.discard()
        self.server = self._line = None

    def log_text(self):
        """Of all servers that have been here."""
        return self._log + (self.server.log_text() if self.server else "")

    def events(self, name):
        lines = [line for line in self.log_text().splitlines() if f'"event":"{name}"' in line]
        return [json.loads(line) for line in lines]

    # Like a server, to clients that want this one and no other.

    @property
    def url(self):
        return f"http://{self.host.address}:8000"

    @property
    def http(self):
        return self.cluster.front.http


class Cluster:
    """`settings`: more environment variables of all nodes; `toml`: more of their settings file."""

    def __init__(self, settings=None, toml=""):
        self.settings = settings or {}
        self.toml = toml
        self._hosts = []
        self.front = Front(self, self._host("front", FRONT))
        self.postgres = Postgres(host=self._host("postgres", POSTGRES))
        self.redis = Redis(host=self._host("redis", REDIS))
        self.nodes = [
            Node(self, number, self._host(f"node{number}", address)) for number, address in enumerate(NODES, 1)
        ]
        self.database_url = None

    def _host(self, name, address):
        host = Host(name, address)
        self._hosts.append(host)
        return host

    async def __aenter__(self):
        try:
            await self.postgres.create_cluster()
            await asyncio.gather(self.postgres.start(), self.redis.start())
            self.database_url = await self.postgres.create_database()
            await asyncio.gather(self.front.start(), *(node.start() for node in self.nodes))
            await self.all_up()
            return self
        except BaseException:
            await self.discard()
            raise

    async def __aexit__(self, error, *_):
        try:
            if error is None:
                await asyncio.gather(*(node.stop() for node in self.nodes if node.server is not None))
        finally:
            await self.discard()

    async def all_up(self):
        """Everything runs and HAProxy knows it, whatever has happened before."""
        for host in self._hosts:
            host.mend()
        await asyncio.gather(*(node.ensure_up() for node in self.nodes))
        await self.front.until(**{node.name: "UP" for node in self.nodes})

    async def discard(self):
        for node in self.nodes:
            await node.discard()
        await self.front.discard()
        await self.redis.discard()
        await self.postgres.discard()
        for host in self._hosts:
            host.remove()
