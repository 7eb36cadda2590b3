"""A real Redis of a test's own, on loopback or on a host of a cluster's, which keeps nothing on disk and can be stopped, killed and paused.

    async with Redis() as redis:
        redis.url                                   # redis://127.0.0.1:…/0
        await redis.execute("SCRIPT", "FLUSH")
"""

import asyncio
import os
import shutil
import signal
import tempfile
from pathlib import Path

from .postgres import free_port
from .waiting import within


class Redis:
    """`tls`: the paths of a certificate and its key. `options`: as in redis.conf, {"requirepass": "secret"}.
    `host`: of a cluster's, where it runs."""

    def __init__(self, tls=None, host=None, **options):
        self.tls = tls
        self.options = options
        self.address = host.address if host else "127.0.0.1"
        self.port = 6379 if host else free_port()
        self._within = host.within if host else []
        self.directory = Path(tempfile.mkdtemp(prefix="repartee-redis-"))
        self.process = None

    async def __aenter__(self):
        try:
            return await self.start()
        except BaseException:
            await self.discard()
            raise

    async def __aexit__(self, *_):
        await self.discard()

    @property
    def url(self):
        password = self.options.get("requirepass")
        scheme = "rediss" if self.tls else "redis"
        return f"{scheme}://{f':{password}@' if password else ''}{self.address}:{self.port}/0"

    # --- its life ---

    async def start(self):
        """Returns once it answers. It has forgotten everything."""
        options = {
            "port": self.port,
            "bind": self.address,
            # Who comes from elsewhere without a password would be refused.
            "protected-mode": "no",
            "save": "",
            "appendonly": "no",
            "dir": self.directory,
            "logfile": self.directory / "log",
            **self.options,
        }
        if self.tls:
            certificate, key = self.tls
            options |= {"port": 0, "tls-port": self.port, "tls-cert-file": certificate, "tls-key-file": key}
            options |= {"tls-auth-clients": "no", "tls-ca-cert-file": certificate}
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        self.process = await asyncio.create_subprocess_exec(
            *self._within, "redis-server", *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            await within(self._answers(), "Redis to answer")
        except AssertionError as late:
            raise AssertionError(f"{late}\n{self.log_text()}") from None
        return self

    async def stop(self):
        self.resume()
        self.process.send_signal(signal.SIGTERM)
        await within(self.process.wait(), "the end of Redis")

    async def kill(self):
        self.process.kill()
        await within(self.process.wait(), "the end of Redis")

    async def restart(self):
        await self.stop()
        await self.start()

    def pause(self):
        """It takes connections, and nobody answers there."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self.process.pid, signal.SIGCONT)

    async def discard(self):
        if self.process is not None and self.process.returncode is None:
            await self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def log_text(self):
        log = self.directory / "log"
        return log.read_text(errors="replace") if log.exists() else ""

    # --- what is in it ---

    async def execute(self, *words):
        """What redis-cli prints."""
        command = ["redis-cli", "-h", self.address, "-p", str(self.port)]
        if self.tls:
            command += ["--tls", "--cacert", self.tls[0]]
        if password := self.options.get("requirepass"):
            command += ["--no-auth-warning", "-a", password]
        process = await asyncio.create_subprocess_exec(
            *command, *map(str, words), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        output, _ = await within(process.communicate(), "redis-cli")
        assert process.returncode == 0, output.decode(errors="replace")
        return output.decode(errors="replace").strip()

    async def _answers(self):
        while self.process.returncode is None:
            try:
                if await self.execute("PING") == "PONG":
                    return
            except AssertionError:
                pass
            await asyncio.sleep(0.01)
        raise AssertionError("Redis ended at its start")
