"""A place where a server keeps what it must not lose, which outlives the server: it can be stopped, killed and started
again over the same data.

    async with SqliteHouse() as house:            # its server has to end cleanly
        server = await house.start({"SCRIPTED_REPLY": "{text}"})
        server = await house.restart()
"""

import shutil
import signal
import tempfile
from pathlib import Path

from .postgres import Postgres
from .redis import Redis
from .server import Repartee
from .waiting import within

# Everything that is scripted answers at once, and the model says again what it was told: so a test decides what the
# model writes by saying it.
PARROT = {
    "STT_ENGINE": "scripted",
    "LLM_ROUTE": "scripted",
    "TTS_ENGINE": "scripted",
    "SCRIPTED_STT_TEXT": "what time is it",
    "SCRIPTED_REPLY": "{text}",
    "SECRET_KEY": "a key that only these tests know, long enough for anybody",
    "LOG_LEVEL": "INFO",
}
SECRET_KEY = PARROT["SECRET_KEY"]

# Tests are many people at one address.
UNHURRIED = """
[accounts]
attempts_per_minute = 0
registrations_per_hour = 0
"""


class House:
    name = None

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="repartee-house-"))
        self.server = None
        self._how = {}

    async def __aenter__(self):
        try:
            await self.open()
            return self
        except BaseException:
            await self.discard()
            raise

    async def __aexit__(self, error, *_):
        try:
            if self.server is not None and error is None:
                await self.server.stop()
        finally:
            await self.discard()

    async def open(self):
        pass

    async def discard(self):
        """Leaves nothing behind, whatever happened."""
        if self.server is not None:
            await self.server.discard()
            self.server = None
        shutil.rmtree(self.directory, ignore_errors=True)

    def settings(self):
        """The environment that leads a server here."""
        return {"REPARTEE_DATA_DIR": str(self.directory / "data")}

    # --- its server ---

    async def start(self, settings=None, toml="", ready=True, **more):
        self._how = {"settings": settings, "toml": toml, "ready": ready, **more}
        files = {"repartee.toml": UNHURRIED + toml, **more.pop("files", {})}
        server = Repartee({**PARROT, **self.settings(), **(settings or {})}, files=files, **more)
        self.server = server
        return await server.start(ready)

    async def end(self):
        """Ends the server politely; what it kept stays."""
        server, self.server = self.server, None
        await server.stop()

    async def kill(self):
        """The server has no chance to say goodbye."""
        server, self.server = self.server, None
        server.process.send_signal(signal.SIGKILL)
        await within(server.process.wait(), "the end of a process that was killed")
        await server.discard()

    async def restart(self, **change):
        """The same server anew, over the same data."""
        if self.server is not None:
            await self.end()
        return await self.start(**{**self._how, **change})


class SqliteHouse(House):
    name = "sqlite"


class PostgresRedisHouse(House):
    """`postgres`: one that runs, in which it gets a database of its own; None: a whole one of its own."""

    name = "postgres_redis"

    def __init__(self, postgres=None):
        super().__init__()
        self.owns_postgres = postgres is None
        self.postgres = postgres or Postgres()
        # Sessions are kept by the numbers of users, and every database has a first one.
        self.redis = Redis()
        self.database_url = None

    async def open(self):
        if self.owns_postgres:
            await self.postgres.create_cluster()
            await self.postgres.start()
        self.database_url = await self.postgres.create_database()
        await self.redis.start()

    def settings(self):
        return {**super().settings(), "DATABASE_URL": self.database_url, "REDIS_URL": self.redis.url}

    async def discard(self):
        await super().discard()
        await self.redis.discard()
        if self.owns_postgres:
            await self.postgres.discard()
