#!/usr/bin/python3
"""Many see what is said in the room: how long from the first viewer's message to the last one's, and what a line costs.

    tests/bench/room_viewers.py --binary build/release/repartee --viewers 500 --lines 20

A real server with a PulseAudio room of its own, into which something is played; recognition is scripted. The
viewers are sockets in one thread of this program, which notes the time of each message as it reads it: what that
thread takes is part of the figure. --viewers 1 says what a line costs without an audience.
"""

import argparse
import asyncio
import math
import os
import resource
import select
import socket
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from support.pulse import sound_system  # noqa: E402
from support.server import Repartee  # noqa: E402
from support.sound import silence, speech_like  # noqa: E402

SETTINGS = {
    "STT_ENGINE": "scripted",
    "LLM_ROUTE": "scripted",
    "TTS_ENGINE": "scripted",
    "SCRIPTED_STT_TEXT": "somebody spoke and everybody reads it",
    "LOG_LEVEL": "INFO",
}
HANDSHAKE = (
    "GET /captions HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Audience:
    """So many viewers, and when each got the latest line."""

    def __init__(self, host, port):
        self.host, self.port = host, port
        self.sockets = {}
        self.poll = select.epoll()

    def join(self, count):
        for _ in range(count):
            viewer = socket.create_connection((self.host, self.port))
            viewer.sendall(HANDSHAKE.format(host=f"{self.host}:{self.port}").encode())
            answer = b""
            while not answer.endswith(b"\r\n\r\n"):
                answer += viewer.recv(1)
            assert answer.startswith(b"HTTP/1.1 101 "), answer
            self.sockets[viewer.fileno()] = viewer
            self.poll.register(viewer, select.EPOLLIN)

    def next_line(self):
        """When the message came to each, in order."""
        times = []
        clock = time.perf_counter
        waiting = set(self.sockets)
        while waiting:
            ready = self.poll.poll(20)
            assert ready, f"{len(waiting)} viewers got nothing"
            for number, _ in ready:
                message = self.sockets[number].recv(4096)
                now = clock()
                if self.is_line(number, message) and number in waiting:
                    times.append(now)
                    waiting.remove(number)
        return times

    def is_line(self, number, message):
        """Whatever else comes is a ping, which wants its answer."""
        assert message, "the server hung up"
        if message[0] == 0x89:
            self.sockets[number].sendall(bytes([0x8A, 0x80, 0, 0, 0, 0]))
        return message[0] == 0x81

    def close(self):
        for viewer in self.sockets.values():
            viewer.close()


def processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / (1 << 20)


async def measure(viewers, lines):
    async with sound_system() as room:
        server = Repartee({**SETTINGS, **room.settings})
        try:
            await server.start()
            host, port = server.url.split("//")[1].split(":")
            pid = server.process.pid
            audience = Audience(host, int(port))
            audience.join(1)
            await room.until_listeners(1)
            await asyncio.sleep(1)
            alone = resident_mib(pid)  # with the microphone open
            await asyncio.to_thread(audience.join, viewers - 1)
            spreads = []
            began, used = time.perf_counter(), processor_seconds(pid)
            for _ in range(lines):
                reading = asyncio.create_task(asyncio.to_thread(audience.next_line))
                await room.play(speech_like(1.0) + silence(0.5))
                times = await reading
                spreads.append((times[-1] - times[0]) * 1000)
            seconds, used = time.perf_counter() - began, processor_seconds(pid) - used
            held = resident_mib(pid)
            audience.close()
            await room.until_listeners(0)
            await server.stop()
        finally:
            await server.discard()
    spreads.sort()
    print(
        f"{viewers} viewers, {lines} lines: first to last viewer {statistics.median(spreads):.1f} ms (median), "
        f"{spreads[math.ceil(len(spreads) * 0.9) - 1]:.1f} (p90), {spreads[-1]:.1f} (most); server: {used:.2f} s of processor in "
        f"{seconds:.0f} s, {1000 * used / lines:.1f} ms a line with the sound between; "
        f"{(held - alone) * 1024:.0f} KiB for the {viewers - 1} behind the first. Load of the machine: {os.getloadavg()[0]:.1f}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", help="default: REPARTEE_BINARY, or the development build")
    parser.add_argument("--viewers", type=int, default=500)
    parser.add_argument("--lines", type=int, default=20)
    options = parser.parse_args()
    if options.binary:
        os.environ["REPARTEE_BINARY"] = str(Path(options.binary).resolve())
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(measure(options.viewers, options.lines))


if __name__ == "__main__":
    main()
