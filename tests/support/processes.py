"""The processes below one, as the kernel sees them."""

import asyncio
import os
from pathlib import Path

from .waiting import within


def children(pid):
    try:
        text = "".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for child in text.split()]


def program_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode().rpartition("/")[2]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def workers(server, program):
    return [pid for pid in children(server.process.pid) if program_of(pid) == program]


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def processor_seconds(pid):
    """What it has computed so far, on all cores together."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


async def eventually(condition, what):
    """Processes announce nothing, so they are looked at again and again."""

    async def look():
        while not (found := condition()):
            await asyncio.sleep(0.005)
        return found

    return await within(look(), what)
