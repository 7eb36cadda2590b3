"""A sound system without a sound card: PulseAudio with a room in which speech can be played and is heard."""

import asyncio
import os
import shutil
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

from .sound import wav
from .waiting import within

ROOM = "room"  # a sink that nobody hears; its monitor is the microphone


class Pulse:
    """A daemon of its own, in a folder of its own. `settings` is what a program needs to use it, and no other."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="repartee-pulse-"))
        self.socket = self.directory / "native"
        self.settings = {"PULSE_SERVER": f"unix:{self.socket}", "PULSE_COOKIE": str(self.directory / "cookie")}
        self.process = None
        self.room = None

    async def start(self):
        """With a room. Again after `fail`, too."""
        self.socket.unlink(missing_ok=True)
        (self.directory / "cookie").write_bytes(bytes(256))
        self.process = await asyncio.create_subprocess_exec(
            "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes",
            "-L", f"module-native-protocol-unix socket={self.socket} auth-anonymous=1",
            env=self._environment(), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await within(self._answers(), "PulseAudio's first answer")
        await self.bring_room()
        return self

    async def _answers(self):
        while await self._run("pactl", "info", check=False) is None:
            assert self.process.returncode is None, "PulseAudio does not run here"
            await asyncio.sleep(0.05)

    async def fail(self):
        """Is gone from one moment to the next."""
        self.process.kill()
        await within(self.process.wait(), "PulseAudio's end")

    async def stop(self):
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await within(self.process.wait(), "PulseAudio's end")
        shutil.rmtree(self.directory, ignore_errors=True)

    async def bring_room(self):
        words = await self._run("pactl", "load-module", "module-null-sink", f"sink_name={ROOM}", "rate=48000")
        self.room = words.strip()

    async def take_room_away(self):
        await self._run("pactl", "unload-module", self.room)

    async def play(self, pcm):
        """Into the room; returns when it has been heard to its end."""
        path = self.directory / f"sound-{os.urandom(4).hex()}.wav"
        path.write_bytes(wav(pcm))
        await self._run("paplay", f"--device={ROOM}", "--latency-msec=50", str(path))
        path.unlink()

    async def listeners(self):
        """How many programs listen to a microphone now."""
        return len((await self._run("pactl", "list", "short", "source-outputs")).splitlines())

    async def until_listeners(self, count):
        async def looked():
            while await self.listeners() != count:
                await asyncio.sleep(0.05)

        await within(looked(), f"{count} listeners to the microphone")

    def _environment(self):
        folder = str(self.directory)
        return {**os.environ, **self.settings, "HOME": folder, "XDG_RUNTIME_DIR": folder, "PULSE_RUNTIME_PATH": folder}

    async def _run(self, *command, check=True):
        process = await asyncio.create_subprocess_exec(
            *command, env=self._environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        try:
            out, _ = await within(process.communicate(), " ".join(command), 120)
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode != 0:
            assert not check, f"{' '.join(command)}: {out.decode()}"
            return None
        return out.decode()


@asynccontextmanager
async def sound_system():
    pulse = Pulse()
    try:
        yield await pulse.start()
    finally:
        await pulse.stop()
