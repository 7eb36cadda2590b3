"""Servers that follow one another: SIGUSR2, and whoever comes of it. They all write into the first one's log."""

import os
import signal

from .processes import eventually


class Succession:
    """`async with Succession(server) as line`: ends all of them in the end, and fails if one does so badly."""

    def __init__(self, server):
        self.server = server
        self.pids = [server.process.pid]

    async def __aenter__(self):
        await self.server.hang_up()
        return self

    async def __aexit__(self, failure, *_):
        successors = self.pids[1:]
        try:
            if failure is None and successors:
                os.kill(successors[-1], signal.SIGTERM)
                # Those before end with it.
                for pid in self.pids:
                    assert await self.exit_code(pid) == 0, self.server.log_text()
        finally:
            for pid in successors:
                kill(pid)

    def count(self, name):
        return sum(event["event"] == name for event in self.server.events)

    async def once_more(self, name, before):
        """The next event of that name, when there had been so many before."""
        await self.server.until(lambda: self.count(name) > before, f"'{name}' once more")
        return [event for event in self.server.events if event["event"] == name][before]

    async def begin(self):
        """Has the last one start a successor, and gives its number."""
        before = self.count("handing over")
        os.kill(self.pids[-1], signal.SIGUSR2)
        pid = (await self.once_more("handing over", before))["successor"]
        self.pids.append(pid)
        return pid

    async def hand_over(self):
        before = self.count("handed over")
        pid = await self.begin()
        await self.once_more("handed over", before)
        return pid

    async def fail(self):
        """Has the last one start a successor that does not come to anything. The reason, as it is told."""
        before = self.count("not handed over")
        await self.begin()
        event = await self.once_more("not handed over", before)
        assert await self.exit_code(self.pids.pop()) != 0
        return event["reason"]

    async def exit_code(self, pid):
        """Successors are children of whoever has started the first server, which is us."""
        if pid == self.server.process.pid:
            # Its wait() would also wait for the end of the output, which the successors have.
            first = self.server.process
            await eventually(lambda: first.returncode is not None, "the end of the first server")
            return first.returncode
        status = await eventually(lambda: ended(pid), f"the end of process {pid}")
        return os.waitstatus_to_exitcode(status[0])


def ended(pid):
    found, status = os.waitpid(pid, os.WNOHANG)
    return (status,) if found else None


def kill(pid):
    try:
        if not ended(pid):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    except (ChildProcessError, ProcessLookupError):
        pass  # has been waited for already
