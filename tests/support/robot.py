"""A Misty II robot as its REST callers see it: records every command, and misbehaves when asked to.

    robot = await Robot().start()            # or the fixture `robot`
    server = await launch({"MISTY_URL": robot.url})

    command = await robot.next_command("tts/speak")        # the next one nobody has taken yet
    assert command.parameters["text"] == "Hello."          # names in lower case: Misty does not care
    assert [command.name for command in robot.commands] == ["device", "tts/speak"]
    assert robot.exceeded == []                            # values outside the documented ranges

    robot.answer = Answer(trouble=Trouble.UPDATING)        # to everything from now on
    robot.answers["head"] = Answer(delay=0.2)              # to this command alone
    robot.answers["head"] = [Answer(), Answer(trouble=Trouble.DROPS)]  # one after another, then `answer`
    await robot.go_away()                                  # nobody listens there any more ...
    await robot.come_back()                                # ... and again somebody does, at the same address

The server asks for `device` by itself to see whether the robot is there; `robot.orders` are the commands
without such questions. Like the real one it answers as soon as it has taken a command, not when it is done.
"""

import asyncio
import enum
from dataclasses import dataclass

from aiohttp import web

from .simulator import Simulator, either, faithful_json
from .waiting import within


class Trouble(enum.Enum):
    REFUSES = "status Failed, with an error text, and HTTP 200"
    BREAKS = "HTTP 500 and status Failed"
    UPDATING = "HTTP 503"
    DROPS = "the connection is closed without an answer"
    HANGS = "no answer, and the connection stays"
    STRANGER = "a web page: somebody else has this address"


@dataclass
class Answer:
    trouble: Trouble = None
    delay: float = 0.0  # seconds until the answer
    resume: asyncio.Event = None  # or: no answer before the test sets this
    error: str = "Cannot do that now: the robot is charging."


@dataclass
class Command:
    """What the robot was asked to do. `call.gone` is set when the caller has closed its connection."""

    name: str  # "drive/time"
    parameters: dict  # names in lower case; those that are null are left out
    call: object

    @property
    def answered(self):
        return self.call.answered


# What each command cannot do without; a null is no value.
NEEDED = {
    "tts/speak": ["text"],
    "audio": ["filename", "data"],
    "audio/play": ["filename"],
    "audio/volume": ["volume"],
    "led": ["red", "green", "blue"],
    "led/transition": ["red", "green", "blue", "red2", "green2", "blue2", "transitiontype", "timems"],
    "arms": ["arm", "position"],
    "drive": ["linearvelocity", "angularvelocity"],
    "drive/time": ["linearvelocity", "angularvelocity", "timems"],
    "drive/arc": ["heading", "radius", "timems"],
    "drive/hdt": ["heading", "distance", "timems"],
    "drive/track": ["lefttrackspeed", "righttrackspeed"],
    "images": ["filename", "data"],
    "images/display": ["filename"],
    "flashlight": ["on"],
    "blink": ["blink"],
}

# Text values count by the letter.
WORDS = {
    "arm": ["left", "right", "both"],
    "transitiontype": ["Blink", "Breathe", "TransitOnce"],
    "units": ["degrees", "position", "radians"],
}

# Degrees, percent, bytes. The real robot limits what exceeds them, without a word.
RANGES = {
    "pitch": (-40, 26),
    "roll": (-40, 40),
    "yaw": (-81, 81),
    "position": (-29, 90),
    "leftarmposition": (-29, 90),
    "rightarmposition": (-29, 90),
    "velocity": (0, 100),
    "leftarmvelocity": (0, 100),
    "rightarmvelocity": (0, 100),
    "linearvelocity": (-100, 100),
    "angularvelocity": (-100, 100),
    "lefttrackspeed": (-100, 100),
    "righttrackspeed": (-100, 100),
    "volume": (0, 100),
    **{f"{colour}{number}": (0, 255) for colour in ("red", "green", "blue") for number in ("", "2")},
}

# The shortest time each takes seriously.
LEAST_MILLISECONDS = {"drive/time": 100, "led/transition": 4}

COMMANDS = sorted(
    {*NEEDED, "tts/stop", "audio/pause", "audio/stop", "head", "arms/set", "drive/stop", "halt"}
    | {"text/display", "text/clear", "display/settings"}
)

DEVICE = {
    "robotId": "0f3c2a9e-5a43-4f0c-9a77-000000000001",
    "serialNumber": "20194300000",
    "sku": "MISTY-DEV",
    "ipAddress": "127.0.0.1",
    "currentProfileName": "workshop",
    "networkConnectivity": "InternetAccess",
    "robotVersion": "1.24.7.10587",
    "sensoryServiceAppVersion": "1.24.7",
    "androidOSVersion": "8.1.0",
    "windowsOSVersion": "10.0.17763.107",
    "batteryLevel": {"chargePercent": 0.82, "voltage": 8.1, "isCharging": False, "state": "Discharging"},
    "hardwareInfo": {"rtcBoard": {}, "mcBoard": {}},
    "outputCapabilities": {},
    "sensorCapabilities": {},
}


class Robot(Simulator):
    def __init__(self):
        super().__init__()
        self.answer = Answer()  # to every command ...
        self.answers = {}  # ... but these: an Answer, or a list of them
        self.exceeded = []  # sentences about values that a robot would have limited
        self._port = 0

    # --- what tests ask ---

    @property
    def commands(self):
        """All it was asked, in the order of arrival."""
        return [_command(call) for call in self.calls]

    @property
    def orders(self):
        """The commands, without the questions whether it is there."""
        return [command for command in self.commands if command.call.method != "GET"]

    async def next_command(self, *names):
        """The next of these commands that no test has taken yet."""
        return _command(await self.next_call(*(f"/api/{name}" for name in names)))

    async def until_ordered(self, *names):
        """Returns the orders once they are exactly these so far, in this order; fails on any other."""

        def ordered():
            return [order.name for order in self.orders]

        def settled():
            return len(ordered()) >= len(names) or ordered() != list(names[: len(ordered())])

        async with self._arrival:
            await within(self._arrival.wait_for(settled), f"the orders {names}")
        assert ordered() == list(names)
        return self.orders

    # --- its life ---

    async def start(self, port=0):
        await super().start(port)
        self._port = int(self.url.rsplit(":", 1)[1])
        return self

    async def go_away(self):
        await self.stop()

    async def come_back(self):
        await self.start(self._port)

    # --- what it does ---

    def routes(self):
        return [
            ("GET", "/api/device", self._question(DEVICE)),
            ("GET", "/api/battery", self._question(DEVICE["batteryLevel"])),
            ("GET", "/api/help", self._question(COMMANDS)),
            ("GET", "/api/audio/list", self._question([{"name": "s_Joy.wav", "systemAsset": True}])),
            ("DELETE", "/api/audio", self._obey),
            *(("POST", f"/api/{name}", self._obey) for name in COMMANDS),
            ("*", "/api/{unknown:.*}", self._shrug),
        ]

    def _question(self, result):
        async def answer(request, call):
            return await self._in_its_mood(request, call, lambda: success(result))

        return answer

    async def _obey(self, request, call):
        return await self._in_its_mood(request, call, lambda: self._judge(call))

    async def _shrug(self, request, call):
        return await self._in_its_mood(request, call, lambda: failed("No such command.", 404))

    async def _in_its_mood(self, request, call, sensible):
        answer = self._answer_to(_command(call).name)
        if answer.delay:
            await asyncio.sleep(answer.delay)
        if answer.resume is not None:
            await either(answer.resume, call.gone)
        if answer.trouble is Trouble.HANGS:
            await call.gone.wait()
        if answer.trouble is Trouble.DROPS:
            request.transport.close()
        if call.gone.is_set() or request.transport is None or request.transport.is_closing():
            raise ConnectionResetError("nobody is there to hear the answer")
        if answer.trouble is Trouble.REFUSES:
            return failed(answer.error, 200)
        if answer.trouble is Trouble.BREAKS:
            return failed(answer.error, 500)
        if answer.trouble is Trouble.UPDATING:
            return failed("The system is updating.", 503)
        if answer.trouble is Trouble.STRANGER:
            return web.Response(text="<html>Router login</html>", content_type="text/html")
        return sensible()

    def _answer_to(self, name):
        own = self.answers.get(name, self.answer)
        if isinstance(own, list):
            return own.pop(0) if own else self.answer
        return own

    def _judge(self, call):
        """What the robot says to a command, by its parameters."""
        command = _command(call)
        if call.body is not None and not isinstance(call.body, dict):
            return failed("The body is not JSON.", 400)
        given = command.parameters
        needed = NEEDED.get(command.name, []) if call.method == "POST" else ["filename"]
        missing = [name for name in needed if name not in given]
        if missing:
            return failed(f"Missing parameter: {', '.join(missing)}", 400)
        if command.name == "head" and ("velocity" in given) == ("duration" in given):
            return failed("Give either velocity or duration.", 400)
        for name, words in WORDS.items():
            if name in given and given[name] not in words:
                return failed(f"Invalid value of {name}.", 400)
        for name, (least, most) in RANGES.items():
            if name not in given:
                continue
            if isinstance(given[name], bool) or not isinstance(given[name], (int, float)):
                return failed(f"{name} is not a number.", 400)
            if not least <= given[name] <= most:
                self.exceeded.append(f"{command.name}: {name} {given[name]} is not in {least} ... {most}")
        least = LEAST_MILLISECONDS.get(command.name)
        if least is not None and given["timems"] < least:
            self.exceeded.append(f"{command.name}: timems {given['timems']} is below {least}: ignored")
        return success(None if command.name == "halt" else True)


def _command(call):
    parameters = call.body if isinstance(call.body, dict) else {}
    return Command(
        call.path.removeprefix("/api/"),
        {name.lower(): value for name, value in parameters.items() if value is not None},
        call,
    )


def success(result):
    body = {"status": "Success"} if result is None else {"result": result, "status": "Success"}
    return _as_misty(faithful_json(body))


def failed(error, status):
    return _as_misty(faithful_json({"error": error, "status": "Failed"}, status))


def _as_misty(response):
    response.headers["Misty-Command-Version"] = "Current"
    return response
