"""One run of the program that comes to an end by itself: `doctor`, `models` ..."""

import asyncio

from .server import binary, environment
from .waiting import within


class Command:
    """`await Command("doctor", directory=...).run()`; then `code`, `out` and `err`."""

    def __init__(self, *arguments, directory, **settings):
        self.arguments = arguments
        self.directory = directory
        self.settings = settings
        self.process = None

    async def begin(self, words=None):
        """`words`: its standard input, which else is empty."""
        self.words = None if words is None else words.encode()
        self.process = await asyncio.create_subprocess_exec(
            binary(),
            *self.arguments,
            cwd=self.directory,
            env=environment(self.directory, **self.settings),
            stdin=asyncio.subprocess.DEVNULL if words is None else asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        return self

    async def end(self):
        out, err = await within(self.process.communicate(self.words), f"the end of {' '.join(self.arguments)}")
        self.code, self.out, self.err = self.process.returncode, out.decode(), err.decode()
        return self

    async def run(self, words=None):
        await self.begin(words)
        return await self.end()
