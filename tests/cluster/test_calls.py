"""Calls through HAProxy while the nodes behind it are renewed: none is dropped, none falls silent. And while they are killed or lose
their network: whoever can come back goes on where the line was lost, and everything that was understood is answered once."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
from support.call import Caller, ResumableCaller
from support.house import PARROT
from support.sound import speech_like
from support.voice_ai import VoiceAi
from test_people_talk import talking

CALLS = 50
PEOPLE = 6


def call(cluster):
    return Caller(cluster.front.http, cluster.front.url.replace("http", "ws", 1) + "/api/media-stream")


@asynccontextmanager
async def calling(cluster, count):
    async with AsyncExitStack() as stack:
        callers = await asyncio.gather(*(stack.enter_async_context(call(cluster)) for _ in range(count)))
        await asyncio.gather(*(caller.event("start_media_streaming") for caller in callers))
        yield callers


async def turns(callers):
    """Everybody says something and hears the beginning of an answer to it."""

    async def turn(caller):
        since = len(caller.heard)
        await caller.speak(speech_like(0.6))
        await caller.event("user_text", since)
        await caller.event("sound", since)

    await asyncio.gather(*(turn(caller) for caller in callers))


def assert_undisturbed(callers):
    for caller in callers:
        assert "closed" not in [heard.kind for heard in caller.heard]


async def test_all_nodes_are_renewed_under_fifty_calls(cluster):
    """One after the other gives its place to a new process. Whoever types meanwhile does not notice it either."""
    async with talking(cluster, pause=0.1) as count, calling(cluster, CALLS) as callers:
        await turns(callers)
        for node in cluster.nodes:
            await node.hand_over()
            await count.one_more_of_each(count.writers)
        await turns(callers)
        # There is somebody for new ones, too.
        async with calling(cluster, len(cluster.nodes)) as others:
            await turns(others)
            assert_undisturbed([*callers, *others])
        assert all(writer.refused == writer.unknown == 0 for writer in count.writers)


async def test_nobody_notices_that_a_node_leaves(cluster):
    """Neither who is in a call there, nor who calls or types meanwhile."""
    async with talking(cluster, pause=0.1) as count:
        async with calling(cluster, 9) as callers:
            await turns(callers)
            node = cluster.nodes[2]
            node.ask_to_leave()
            await cluster.front.until(**{node.name: "DOWN"})
            async with calling(cluster, 3) as others:
                await turns([*callers, *others])
                assert_undisturbed([*callers, *others])
        # The last of them has hung up.
        await node.ended()
        await node.start()
        await cluster.front.until(**{node.name: "UP"})
        assert all(writer.refused == writer.unknown == 0 for writer in count.writers)


class Person:
    """Somebody who is signed in and in a call, and calls again whenever the line is lost."""

    def __init__(self, cluster, account):
        self.cluster = cluster
        self.account = account
        self.line = None
        self.told = set()  # numbers of the questions that were understood, as the caller was told

    async def call(self):
        self.line = ResumableCaller(self.cluster.front, f"&token={self.account.token}")
        await self.line.__aenter__()
        await self.line.event("start_media_streaming")
        return self

    async def ask(self):
        """Asks, and hears the answer; with as many lines as it takes."""
        while True:
            if self.line.heard[-1].kind == "closed":
                await self.come_back()
            since = len(self.line.heard)
            speaking = asyncio.ensure_future(self.line.speak(speech_like(0.6)))
            heard = await self.line.until(lambda one: one.kind in ("user_text", "closed"), "an answer or the end", since)
            speaking.cancel()
            if heard.kind == "user_text":
                break
            await self.come_back()
        while "llm_text" not in {one.kind for one in self.line.heard[since:]}:
            heard = await self.line.until(lambda one: one.kind in ("llm_text", "closed"), "the answer", since)
            if heard.kind == "closed":
                # It was told that the question has come, so the answer comes by itself.
                await self.come_back()
                since = 0
        self.note()

    async def come_back(self):
        self.note()
        for _ in range(100):
            old, self.line = self.line, self.line.again(self.cluster.front)
            try:
                await self.line.__aenter__()
            except aiohttp.ClientError:
                # No node that takes it: whoever calls waits a moment.
                self.line = old
                await asyncio.sleep(0.2)
                continue
            await old.__aexit__()
            first = await self.line.until(lambda one: one.kind in ("resumed", "session", "closed"), "a word")
            if first.kind != "closed":
                assert first.kind == "resumed", self.line.messages()
                return
            await asyncio.sleep(0.2)
        raise AssertionError("nobody takes the call again")

    def note(self):
        self.told |= {message["seq"] for message in self.line.messages("user_text")}

    async def hang_up(self):
        await self.line.__aexit__()

    async def check(self):
        """Each question that was told is in the history, once. (Answers are there as far as they were heard.)"""
        [conversation] = await self.account.conversations()
        messages = await self.account.messages(conversation["id"])
        asked = [one["text"] for one in messages if one["role"] == "user"]
        assert asked == [PARROT["SCRIPTED_STT_TEXT"]] * len(self.told), (messages, self.told)


async def test_calls_and_messages_go_on_when_their_node_is_killed_or_loses_its_network(cluster):
    """Nor does the one without network do any harm when it gets it back: it had calls, and messages to keep."""
    people = [
        Person(cluster, await (await VoiceAi(cluster.front).register()).know_oneself()) for _ in range(PEOPLE)
    ]
    await asyncio.gather(*(person.call() for person in people))
    async with talking(cluster, pause=0.02) as count:

        async def all_ask():
            await asyncio.gather(*(person.ask() for person in people), count.one_more_of_each(count.writers))

        await all_ask()
        await cluster.nodes[0].kill()
        await all_ask()
        cluster.nodes[1].host.cut()
        await all_ask()
        cluster.nodes[1].host.mend()
        await all_ask()
    await asyncio.gather(*(person.hang_up() for person in people))
    for person in people:
        await person.check()
