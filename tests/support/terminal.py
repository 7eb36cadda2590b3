"""The program on a terminal of its own, as somebody in front of it sees it."""

import asyncio
import os
import pty
import re
import shutil
import tempfile
from pathlib import Path

from .server import binary, environment
from .waiting import within


class Terminal:
    """`terminal = await Terminal("serve", {...}).start()`; keys go in, `text` comes out."""

    def __init__(self, *arguments, settings=None, files=None):
        self.arguments = arguments
        self.directory = Path(tempfile.mkdtemp(prefix="repartee-terminal-"))
        for name, text in (files or {}).items():
            (self.directory / name).write_text(text, encoding="utf-8")
        self.settings = {
            "CI": "",  # which tests may run under, and this one is about somebody who is there
            "HOST": "127.0.0.1",
            "PORT": "0",
            "MEDIA_STREAM_PORT": "0",
            "REPARTEE_DATA_DIR": str(self.directory / "data"),
            **(settings or {}),
        }
        self.text = ""
        self._news = asyncio.Condition()

    async def start(self):
        self._ours, theirs = pty.openpty()
        self.process = await asyncio.create_subprocess_exec(
            binary(),
            *self.arguments,
            cwd=self.directory,
            env=environment(self.directory, **self.settings),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        os.set_blocking(self._ours, False)
        asyncio.get_running_loop().add_reader(self._ours, self._read)
        return self

    def _read(self):
        try:
            piece = os.read(self._ours, 65536)
        except OSError:  # the other end is closed
            piece = b""
        if not piece:
            asyncio.get_running_loop().remove_reader(self._ours)
        self.text += piece.decode(errors="replace").replace("\r\n", "\n")
        asyncio.ensure_future(self._tell())

    async def _tell(self):
        async with self._news:
            self._news.notify_all()

    def press(self, keys):
        os.write(self._ours, keys.encode())

    async def shows(self, words):
        async with self._news:
            try:
                await within(self._news.wait_for(lambda: words in self.text), f"'{words}' on the terminal")
            except AssertionError as late:
                raise AssertionError(f"{late}\n{self.text}") from None

    def plain(self):
        """What it shows without the commands that move its cursor."""
        return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", self.text)

    async def ended(self):
        return await within(self.process.wait(), "the end of the program")

    async def discard(self):
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        asyncio.get_running_loop().remove_reader(self._ours)
        os.close(self._ours)
        shutil.rmtree(self.directory, ignore_errors=True)
