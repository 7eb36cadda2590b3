"""A real PostgreSQL of a test's own, on loopback or on a host of a cluster's, which can be stopped, killed and paused.

    async with Postgres() as postgres:
        url = await postgres.create_database()      # postgresql://…, empty, as often as one is wanted
        await postgres.kill()                       # as if the power had gone
        await postgres.start()                      # the same data at the same address

Making the cluster takes seconds, so one server serves many tests, each with a database of its own.
"""

import asyncio
import itertools
import os
import pwd
import shutil
import signal
import socket
import tempfile
from pathlib import Path

from .processes import children, is_running
from .waiting import within

USER = "repartee"
PASSWORD = "pass@word"  # has to be percent-encoded in a URL, which is the point
ENCODED_PASSWORD = "pass%40word"


def programs():
    """Where Debian has initdb and postgres: the newest version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise AssertionError("there is no PostgreSQL here (Debian's package `postgresql`)")
    return found[-1].parent


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def unprivileged():
    """PostgreSQL refuses to run as root: (what stands before its commands, the user it runs as)."""
    if os.geteuid() != 0:
        return [], None
    if not _is_real_root():
        return ["unshare", "--user", "--map-user=65534", "--"], None
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
        return prefix, user
    raise AssertionError("nobody here may run PostgreSQL")


def _is_real_root():
    """Or somebody who calls himself so in a namespace of users that has nobody else (cluster.py)."""
    ranges = [line.split() for line in Path("/proc/self/uid_map").read_text().splitlines()]
    return sum(int(count) for _, _, count in ranges) > 1


class Postgres:
    """`durable`: it writes to a disk and waits for it, as a real one does; else it keeps all in memory and is fast.
    `tls`: the paths of a certificate and its key; clients may do without. `host`: of a cluster's, where it runs."""

    def __init__(self, durable=False, tls=None, host=None):
        self.durable = durable
        self.tls = tls
        self.host = host
        self.address = host.address if host else "127.0.0.1"
        self.port = 5432 if host else free_port()
        memory = Path("/dev/shm")
        place = memory if not durable and os.access(memory, os.W_OK) else None
        self.directory = Path(tempfile.mkdtemp(prefix="repartee-postgres-", dir=place))
        self.log = self.directory / "log"
        self.process = None
        self._prefix, self._user = unprivileged()
        if host:
            self._prefix = [*host.within, *self._prefix]
        self._count = itertools.count(1)

    async def __aenter__(self):
        try:
            await self.create_cluster()
            return await self.start()
        except BaseException:
            await self.discard()
            raise

    async def __aexit__(self, *_):
        await self.discard()

    # --- its life ---

    async def create_cluster(self):
        secret = self.directory / "password"
        secret.write_text(PASSWORD)
        files = [self.directory, secret]
        if self.tls:
            for name, path in zip(("certificate", "key"), self.tls):
                files.append(shutil.copy(path, self.directory / name))
                os.chmod(files[-1], 0o600)
        if self._user:
            for path in files:
                os.chown(path, self._user.pw_uid, self._user.pw_gid)
        await self._run(
            programs() / "initdb",
            *("-D", self.directory / "data", "-U", USER, "--pwfile", secret, "--auth=scram-sha-256"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
        )
        if self.address != "127.0.0.1":
            with open(self.directory / "data" / "pg_hba.conf", "a") as rules:
                rules.write("host all all samenet scram-sha-256\n")

    async def start(self):
        """Returns once it lets people in."""
        options = {
            "listen_addresses": self.address,
            "port": self.port,
            "unix_socket_directories": self.directory,
            "max_connections": 50,
            "shared_buffers": "16MB",
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on",
            "autovacuum": "off",
            "dynamic_shared_memory_type": "mmap",  # in the data directory, so that it goes with it
        }
        if self.tls:
            options |= {
                "ssl": "on",
                "ssl_cert_file": self.directory / "certificate",
                "ssl_key_file": self.directory / "key",
            }
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with open(self.log, "ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self._prefix,
                programs() / "postgres",
                *("-D", self.directory / "data"),
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
            )
        try:
            await within(self._answers(), "PostgreSQL to answer")
        except AssertionError as late:
            raise AssertionError(f"{late}\n{self.log_text()}") from None
        return self

    async def stop(self):
        """The polite way: open transactions are rolled back."""
        self.resume()
        self.process.send_signal(signal.SIGINT)
        await within(self.process.wait(), "the end of PostgreSQL")

    async def kill(self):
        """kill -9, all of it at once. What was committed is there at the next start."""
        family = self._family()
        for pid in family:
            _signal(pid, signal.SIGKILL)
        await within(self.process.wait(), "the end of PostgreSQL")
        while any(is_running(pid) for pid in family):
            await asyncio.sleep(0.001)  # the kernel tells only a parent, which is gone

    async def restart(self):
        await self.stop()
        await self.start()

    def pause(self):
        """It takes connections, and nobody answers there."""
        for pid in self._family():
            _signal(pid, signal.SIGSTOP)

    def resume(self):
        for pid in self._family():
            _signal(pid, signal.SIGCONT)

    async def discard(self):
        if self.process is not None and self.process.returncode is None:
            self.resume()
            self.process.send_signal(signal.SIGQUIT)  # at once; killed, it would leave its shared memory behind
            await within(self.process.wait(), "the end of PostgreSQL")
        shutil.rmtree(self.directory, ignore_errors=True)

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    # --- what is in it ---

    def url(self, database="postgres", port=None):
        """`port`: of a proxy in between."""
        return f"postgresql://{USER}:{ENCODED_PASSWORD}@{self.address}:{port or self.port}/{database}"

    async def create_database(self):
        """The URL of a new, empty one."""
        name = f"test_{next(self._count)}"
        await self.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url(name)

    async def execute(self, statement, database="postgres"):
        """What psql prints: rows in lines, columns with | between."""
        return await self._run(
            programs() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", statement
        )

    # --- below ---

    async def _answers(self):
        while self.process.returncode is None:
            ready = await asyncio.create_subprocess_exec(
                programs() / "pg_isready",
                *("-q", "-h", self.address, "-p", str(self.port)),
            )
            if await ready.wait() == 0:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("PostgreSQL ended at its start")

    async def _run(self, *command):
        process = await asyncio.create_subprocess_exec(
            *self._prefix,
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd="/",
        )
        output, errors = await within(process.communicate(), f"the end of {Path(command[0]).name}")
        assert process.returncode == 0, f"{Path(command[0]).name}: {errors.decode(errors='replace')}"
        return output.decode().strip()

    def _family(self):
        if self.process is None or self.process.returncode is not None:
            return []
        return [self.process.pid, *children(self.process.pid)]


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
