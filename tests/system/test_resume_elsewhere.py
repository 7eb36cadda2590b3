"""Calls that are come back to at another server over the same PostgreSQL, also after `kill -9`."""

import asyncio
from contextlib import asynccontextmanager

from support.openai import Answer
from support.robot import Answer as RobotAnswer
from support.server import Repartee
from support.sound import speech_like
from test_resume import AGENT, GREETING, QUESTION, Resumable, heard_by, kill, openai, prompts  # noqa: F401


@asynccontextmanager
async def two_nodes(postgres, openai, agent=AGENT, **more):
    settings = heard_by(openai, DATABASE_URL=await postgres.create_database(), SECRET_KEY="k" * 40, **more)
    nodes = []
    try:
        for _ in range(2):
            nodes.append(await Repartee(settings, {"repartee.toml": agent}).start())
        yield nodes
        for node in nodes:
            if node.process.returncode is None:
                await node.stop()
    finally:
        for node in nodes:
            await node.discard()


async def test_another_server_answers_what_the_dead_one_was_asked(postgres, openai):
    openai.answers = [Answer(words=("One", " two"), pause_after=1, resume=asyncio.Event())]
    openai.answer = Answer(words=("It", " is", " nine."))
    async with two_nodes(postgres, openai) as (one, two):
        async with Resumable(one) as first:
            await first.event("start_media_streaming")
            await first.ask()
            await first.answered("One")
            await kill(one)
            await first.event("closed")
        async with first.again(two) as second:
            await second.event("start_media_streaming")
            assert second.messages()[0]["continues"] == "answer"
            await second.answered("It is nine.")
            await second.quiet_for(0.5)
            assert not second.messages("user_text"), "the client has the question already"
            assert GREETING not in [message.get("text") for message in second.messages()]
            assert min(message["seq"] for message in second.messages() if "seq" in message) > first.seen
            await second.ask()
        asked = prompts(openai)
        assert len(asked) == 3
        assert [message["content"] for message in asked[1]].count(QUESTION) == 1
        assert "It is nine." in [message["content"] for message in asked[2]]


async def test_what_counts_each_time_is_not_done_twice(postgres, openai, robot):
    robot.answers["led"] = RobotAnswer(resume=asyncio.Event())  # it never answers
    openai.answers = [Answer(words=(), calls=(("robot", '{"action":"led_color","color":"red"}'),))]
    agent = '[agents.repartee]\nskills = ["robot"]\n'
    async with two_nodes(postgres, openai, agent, MISTY_URL=robot.url) as (one, two):
        async with Resumable(one) as first:
            await first.event("start_media_streaming")
            await first.ask()
            await robot.next_command("led")
            await kill(one)
            await first.event("closed")
        async with first.again(two) as second:
            await second.event("start_media_streaming")
            assert second.messages()[0]["continues"] == "excuse"
            await second.until(lambda heard: heard.text.startswith("Sorry, the line broke"), "the excuse")
            await second.answered("Hello there.", await second.ask())
        assert [order.name for order in robot.orders].count("led") == 1
        asked = prompts(openai)
        assert len(asked) == 2 and QUESTION in [message["content"] for message in asked[1][:-1]]


async def test_a_line_to_another_server_ends_the_one_before(postgres, openai):
    async with two_nodes(postgres, openai) as (one, two):
        async with Resumable(one, "&timeline=1") as first:
            await first.event("start_media_streaming")
            await first.event("timeline", await first.ask())
            async with first.again(two) as second:
                await second.event("start_media_streaming")
                await second.ask()
                await second.answered("Hello there.")
                # The one before hears of it with the next thing it has to write: before it asks anybody anything.
                before = len(prompts(openai))
                await first.speak(speech_like(0.5))
                assert (await first.event("closed")).text == "1008"
                assert len(prompts(openai)) == before
            assert len(first.messages("user_text")) == 1


async def test_a_server_that_is_stopped_hands_its_calls_on(postgres, openai):
    async with two_nodes(postgres, openai) as (one, two):
        async with Resumable(one, "&timeline=1") as first:
            await first.event("start_media_streaming")
            await first.event("timeline", await first.ask())
            await one.stop()
            assert (await first.event("closed")).text == "1012"
        async with first.again(two) as second:
            await second.event("start_media_streaming")
            assert second.messages()[0]["event_type"] == "resumed"


async def test_a_database_that_is_away_keeps_nobody_waiting(postgres, openai):
    async with two_nodes(postgres, openai) as (one, _):
        async with Resumable(one) as caller:
            await caller.event("start_media_streaming")
            await postgres.stop()
            try:
                await caller.ask()
                await caller.answered("Hello there.")
                session = caller.messages("session")[-1]
                assert session["resumable"] is False and session["reason"] == "unavailable"
                await caller.quiet_for(0.5)
            finally:
                await postgres.start()
            since = len(caller.heard)
            await caller.answered("Hello there.", await caller.ask())
            await caller.event("session", since)
            assert caller.messages("session")[-1]["token"] == caller.token
