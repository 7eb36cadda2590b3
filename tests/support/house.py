"""A place where a server keeps what it must not lose, which outlives the server: it can be stopped, killed and started
again over the same data.

    house = await SqliteHouse().open()
    server = await house.start({"SCRIPTED_REPLY": "{text}"})
    server = await house.restart()
    await house.close()                       # every server of it has to end cleanly
"""

import shutil
import signal
import tempfile
from pathlib import Path

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

    async def open(self):
        return self

    async def close(self):
        try:
            if self.server is not None:
                await self.server.stop()
        finally:
            await self.discard()

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
