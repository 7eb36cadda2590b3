"""The real program: `repartee serve` with settings of its own, in a directory of its own."""

import asyncio
import json
import os
import re
import shutil
import signal
import tempfile
from pathlib import Path

import aiohttp

from .assistant import AssistantClient
from .waiting import PATIENCE, within

ROOT = Path(__file__).resolve().parents[2]

# Every variable the program reads, whatever its case: a developer's own settings must not reach a test.
KNOWN_VARIABLES = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

SANITIZER_REPORT = re.compile(r"(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error:")


def binary():
    return os.environ.get("REPARTEE_BINARY", str(ROOT / "build/dev/repartee"))


def environment(home, **settings):
    """This process's environment without anything that speaks to the program, plus `settings`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() not in KNOWN_VARIABLES and name != "XDG_DATA_HOME"
    }
    return {**kept, "HOME": str(home), **{name: str(value) for name, value in settings.items()}}


class Repartee:
    """One server process. `settings` are environment variables; `files` lie in its directory; `within` stands before its
    command line and becomes it."""

    def __init__(self, settings=None, files=None, arguments=(), within=()):
        self.directory = Path(tempfile.mkdtemp(prefix="repartee-test-"))
        for name, text in (files or {}).items():
            (self.directory / name).write_text(text, encoding="utf-8")
        self.settings = {
            "HOST": "127.0.0.1",
            "PORT": "0",
            "MEDIA_STREAM_PORT": "0",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "DEBUG",
            "REPARTEE_DATA_DIR": str(self.directory / "data"),
            # Nobody is refused anything because the machine is busy with other tests.
            "CAPACITY": "off",
            **(settings or {}),
        }
        # None takes a variable out again, for tests of the other layers.
        self.settings = {name: value for name, value in self.settings.items() if value is not None}
        self.arguments = arguments
        self.within = within
        self.lines = []  # of standard error
        self.events = []  # those of them that are JSON
        self.url = None
        self.process = None
        self._news = asyncio.Condition()
        self._readers = []
        self._http = None
        self._readiness = ""
        self.output = ""

    # --- its life ---

    async def launch(self):
        """Starts the process and no more."""
        self.process = await asyncio.create_subprocess_exec(
            *self.within,
            binary(),
            "serve",
            *self.arguments,
            cwd=self.directory,
            env=environment(self.directory, **self.settings),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=1 << 20,
        )
        self._readers = [asyncio.ensure_future(self._read_log()), asyncio.ensure_future(self._read_output())]
        return self

    async def start(self, ready=True):
        """Starts it and waits until it listens and, unless its engines are to be unusable, is ready."""
        await self.launch()
        self.url = (await self.event("listening"))["url"]
        if ready:
            try:
                await within(self._become_ready(), "the server's /ready")
            except AssertionError as late:
                raise AssertionError(f"{late}\n{self._readiness}\n{self.log_text()}") from None
        return self

    async def _become_ready(self):
        while True:
            async with self.http.get(self.url + "/ready", ssl=False) as response:
                if response.status == 200:
                    return
                self._readiness = await response.text()
            # Engines load in the background, and /ready can only be asked again.
            await asyncio.sleep(0.02)

    async def stop(self):
        """Ends it the polite way; anything but a clean exit fails the test."""
        try:
            if self._http is not None:
                await self._http.close()
            if self.process.returncode is None:
                self.process.send_signal(signal.SIGTERM)
            code = await self.exit_code()
            assert code == 0, f"the server ended with {code}:\n{self.log_text()}"
        finally:
            await self.discard()

    async def exit_code(self):
        """Waits for the end of the process."""
        try:
            code = await within(self.process.wait(), "the server's end")
        except AssertionError as late:
            self.process.kill()
            await self.process.wait()
            raise AssertionError(f"{late}\n{self.log_text()}") from None
        for reader in self._readers:
            await within(reader, "the end of the server's output")
        assert not SANITIZER_REPORT.search(self.log_text()), self.log_text()
        return code

    async def discard(self):
        """Leaves nothing behind, whatever happened."""
        if self._http is not None and not self._http.closed:
            await self._http.close()
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        for reader in self._readers:
            reader.cancel()
        shutil.rmtree(self.directory, ignore_errors=True)

    # --- what it says ---

    async def _read_log(self):
        async for raw in self.process.stderr:
            line = raw.decode(errors="replace").rstrip("\n")
            async with self._news:
                self.lines.append(line)
                try:
                    event = json.loads(line)
                    if isinstance(event, dict):
                        self.events.append(event)
                except ValueError:
                    pass
                self._news.notify_all()
        async with self._news:
            self._news.notify_all()

    async def _read_output(self):
        async for raw in self.process.stdout:
            async with self._news:
                self.output += raw.decode(errors="replace")
                self._news.notify_all()

    async def event(self, name, /, **fields):
        """The first event of that name with these fields, whether it has come already or comes yet."""
        wanted = {"event": name, **fields}

        def found():
            return next((event for event in self.events if wanted.items() <= event.items()), None)

        def settled():
            return found() or self.process.stderr.at_eof()

        async with self._news:
            try:
                await within(self._news.wait_for(settled), f"the event '{name}'")
            except AssertionError as late:
                raise AssertionError(f"{late}\n{self.log_text()}") from None
            event = found()
        assert event, f"the server ended without the event '{name}':\n{self.log_text()}"
        return event

    async def until(self, condition, what):
        """Returns once it is true; looked at with every line of the log."""
        async with self._news:
            try:
                await within(self._news.wait_for(condition), what)
            except AssertionError as late:
                raise AssertionError(f"{late}\n{self.log_text()}") from None

    async def printed(self, words):
        """Returns once standard output has these words."""
        async with self._news:
            await within(self._news.wait_for(lambda: words in self.output), f"'{words}' on standard output")

    def log_text(self):
        return "\n".join(self.lines)

    # --- how to reach it ---

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1])

    @property
    def http(self):
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        return self._http

    async def hang_up(self):
        """Lets go of the connections that are kept for what is asked next."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def get(self, path, **more):
        async with self.http.get(self.url + path, **more) as response:
            await response.read()
            return response

    async def post(self, path, **more):
        async with self.http.post(self.url + path, **more) as response:
            await response.read()
            return response

    def assistant(self, **more):
        """A client of the push-to-talk protocol: `async with server.assistant() as client`."""
        return AssistantClient(self.http, self.url.replace("http", "ws", 1) + "/ws", **more)
