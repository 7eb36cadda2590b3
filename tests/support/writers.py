"""People who write numbered things as fast as they are taken, so that afterwards can be told what was lost, doubled, or out of
order.

    talker = Talker(person, "Talker1")
    await talker.write(server, progress)        # until the server is no more
    await talker.check(server)                  # all that was acknowledged, once, in its order
"""

import asyncio
import itertools
import random
import time

import aiohttp

from .voice_ai import PASSWORD, VoiceAi, new_email
from .waiting import within

TALKERS = 4


class Writer:
    """Writes numbered things as fast as they are taken, and notes what was acknowledged. What was not is not repeated: the
    next has a number of its own."""

    def __init__(self, person, name):
        self.person = person
        self.name = name
        self.numbers = itertools.count(1)
        self.acknowledged = []
        self.refused = 0
        self.unknown = 0  # nobody knows whether they were kept

    def text(self, number):
        return f"{self.name} number {number}."

    async def write(self, server, progress, done=None, pause=0):
        """Until the server is no more; with `done` until that is set, because others go on where one has gone. `pause`:
        seconds between two."""
        person = self.person.at(server)
        while done is None or not done.is_set():
            number = next(self.numbers)
            try:
                answer = await self.send(person, number)
            except (aiohttp.ClientError, ConnectionError, asyncio.TimeoutError):
                if done is None:
                    return
                self.unknown += 1
                continue
            if done is not None and answer.status in (502, 504):
                # Who balances tells that a node has gone, and not how far it got.
                self.unknown += 1
                continue
            if answer.status == 503:
                assert int(answer.headers["Retry-After"]) > 0, (answer, answer.headers)
                self.refused += 1
                await asyncio.sleep(0.01)  # whoever is asked to come back later does not come back at once
                continue
            assert answer.status in (200, 201), answer
            self.acknowledged.append(number)
            progress(self)
            await asyncio.sleep(pause)

    def assert_kept(self, numbers):
        """`numbers`: what the server has, in its order."""
        assert numbers == sorted(numbers), f"{self.name}: out of order: {numbers}"
        assert len(set(numbers)) == len(numbers), f"{self.name}: doubled: {numbers}"
        lost = set(self.acknowledged) - set(numbers)
        assert not lost, f"{self.name}: lost {sorted(lost)}"

    def number_in(self, text):
        assert text.startswith(self.name), text
        return int(text.removeprefix(f"{self.name} number ").removesuffix("."))


class Talker(Writer):
    """Says things in one conversation. The model says them again."""

    async def send(self, person, number):
        return await person.say(self.text(number), self.name)

    async def check(self, server):
        person = self.person.at(server)
        conversations = await person.conversations()
        if not conversations:
            assert not self.acknowledged
            return
        [conversation] = conversations
        assert conversation["session_id"] == self.name
        messages = await person.messages(conversation["id"])
        assert conversation["messages"] == len(messages)
        assert [one["position"] for one in messages] == list(range(1, len(messages) + 1))
        assert [one["role"] for one in messages] == ["user", "assistant"] * (len(messages) // 2)
        said, answered = messages[0::2], messages[1::2]
        assert [one["text"] for one in answered] == [one["text"] for one in said]
        self.assert_kept([self.number_in(one["text"]) for one in said])


class Rememberer(Writer):
    """Types facts to be remembered."""

    def text(self, number):
        """Facts that resemble each other are taken for one, so each has words of its own."""
        words = random.Random(number)
        return super().text(number) + "".join(f" {words.getrandbits(40):x}" for _ in range(8))

    def number_in(self, text):
        return super().number_in(text[: text.index(".") + 1])

    async def send(self, person, number):
        answer = await person.post("/memory", {"text": self.text(number)})
        assert answer.status != 201 or answer.body["outcome"] == "new", answer
        return answer

    async def check(self, server):
        person = self.person.at(server)
        memories = await person.memories()
        # Two of one millisecond have no order that was promised.
        self.assert_kept(sorted(self.number_in(one["text"]) for one in memories))


class Registrar(Writer):
    """Registers one after the other."""

    run = new_email("registrar")

    def email(self, number):
        return f"{number}.{self.name}.{self.run}"

    async def send(self, person, number):
        fields = {"email": self.email(number), "password": PASSWORD, "full_name": self.text(number)}
        return await person.post("/auth/register", fields, token=None)

    async def check(self, server):
        """The last ones can log in; to hash all passwords every time would take minutes."""
        for number in self.acknowledged[-2:]:
            person = await VoiceAi(server, email=self.email(number)).log_in()
            assert (await person.good("GET", "/account"))["full_name"] == self.text(number)


async def people(server):
    async def person():
        return await (await VoiceAi(server).register()).know_oneself()

    talkers = [Talker(await person(), f"Talker{number}") for number in range(TALKERS)]
    return [*talkers, Rememberer(await person(), "Fact"), Registrar(await person(), "Person")]


class Count:
    """Somebody counts what is acknowledged; somebody else waits for a number of it. Keeps when the last of it was."""

    def __init__(self):
        self.total = 0
        self.last = None
        self._goal = None
        self._silent = set()  # who has yet to be acknowledged something
        self._reached = asyncio.Event()

    def __call__(self, writer):
        self.total += 1
        self.last = time.monotonic()
        self._silent.discard(writer)
        if self._goal is not None and self.total >= self._goal and not self._silent:
            self._reached.set()

    async def more(self, count):
        self._goal = self.total + count
        self._reached.clear()
        await within(self._reached.wait(), f"{count} more acknowledgments")

    async def one_more_of_each(self, writers):
        """Registrations hash passwords behind all other work: on a busy machine they come last."""
        self._silent = set(writers)
        await self.more(len(writers))
