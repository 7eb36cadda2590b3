"""What the browser's tests play against: the real server, and who else takes part, told by lines of JSON.

    {"id": 1, "do": "launch", "settings": {"LLM_ROUTE": "scripted"}, "files": {}}   ->   {"id": 1, "result": {"server": 1, "url": "http://..."}}

One command a line on standard input, one answer a line on standard output. Everything ends when standard input does.
"""

import asyncio
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from support.openai import Answer, OpenAi  # noqa: E402
from support.pulse import Pulse  # noqa: E402
from support.robot import Robot  # noqa: E402
from support.server import Repartee, binary, environment  # noqa: E402
from support.sound import RATE, say, silence, wav  # noqa: E402


class Stage:
    def __init__(self):
        self.servers = {}
        self.robots = []
        self.models = []
        self.sound_system = None

    # --- the server ---

    async def launch(self, settings=None, files=None, arguments=(), ready=True):
        server = Repartee(settings, files, arguments)
        number = len(self.servers) + 1
        self.servers[number] = server
        await server.start(ready)
        return {"server": number, "url": server.url}

    async def end(self, server):
        """As SIGTERM does; anything but a clean exit is an error."""
        await self.servers.pop(server).stop()

    async def vanish(self, server):
        """The process is killed; its directory and its port wait for `come_back`."""
        killed = self.servers[server]
        killed.process.kill()
        await killed.process.wait()

    async def come_back(self, server):
        """Starts it again where it was, after `vanish`."""
        gone = self.servers[server]
        gone.settings["PORT"] = str(gone.port)
        gone.lines.clear()
        gone.events.clear()
        await gone.start()

    async def events(self, server):
        """What it has logged so far."""
        return self.servers[server].events

    async def run(self, server, arguments, words=""):
        """A command of the program in the server's directory, with `words` on standard input: its output."""
        at = self.servers[server]
        process = await asyncio.create_subprocess_exec(
            binary(),
            *arguments,
            cwd=at.directory,
            env=environment(at.directory, **at.settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate(words.encode())
        return {"code": process.returncode, "output": output.decode(errors="replace")}

    # --- who else is there ---

    async def robot(self):
        robot = await Robot().start()
        self.robots.append(robot)
        return {"robot": len(self.robots), "url": robot.url}

    async def model(self, words):
        """A language model that always says these: the settings of a server that asks it."""
        model = await OpenAi().start()
        model.answer = Answer(words=tuple(words))
        self.models.append(model)
        return {"model": len(self.models), "settings": model.settings()}

    async def prompts(self, model):
        """What it was asked by conversations, in order."""
        bodies = [call.body for call in self.models[model - 1].calls if isinstance(call.body, dict)]
        return [
            [{"role": message["role"], "content": message.get("content")} for message in body["messages"]]
            for body in bodies
            if body.get("stream")
        ]

    async def robot_orders(self, robot):
        """What it was asked to do, in order."""
        return [{"name": order.name, "parameters": order.parameters} for order in self.robots[robot - 1].orders]

    async def robot_leaves(self, robot):
        await self.robots[robot - 1].go_away()

    async def robot_returns(self, robot):
        await self.robots[robot - 1].come_back()

    async def sound(self):
        """A sound system with a room of its own: its microphone is the server's, see `say_in_room`."""
        self.sound_system = Pulse()
        await self.sound_system.start()
        return self.sound_system.settings

    async def say_in_room(self, pieces):
        await self.sound_system.play(self.speech(pieces))

    # --- sounds ---

    async def recording(self, path, pieces):
        """Writes a WAV file: numbers are seconds of silence, texts are spoken."""
        Path(path).write_bytes(wav(self.speech(pieces)))

    def speech(self, pieces):
        spoken = environment("/tmp", TTS_ENGINE="flite")
        return b"".join(
            say(binary(), spoken, piece) if isinstance(piece, str) else silence(piece) for piece in pieces
        )

    async def close(self):
        for server in self.servers.values():
            await server.discard()
        for simulated in (*self.robots, *self.models):
            await simulated.stop()
        if self.sound_system:
            await self.sound_system.stop()


async def main():
    stage = Stage()
    lines = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_event_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    try:
        while line := await lines.readline():
            command = json.loads(line)
            answer = {"id": command.pop("id")}
            try:
                answer["result"] = await getattr(stage, command.pop("do"))(**command)
            except Exception as fault:
                answer["error"] = f"{type(fault).__name__}: {fault}"
            print(json.dumps(answer, default=str), flush=True)
    finally:
        await stage.close()


if __name__ == "__main__":
    assert RATE == 16000
    asyncio.run(main())
