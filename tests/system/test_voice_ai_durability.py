"""Nothing that was acknowledged is ever lost or doubled, and all of it keeps its order: the server is killed twenty times in
the middle of writing, the database goes away and comes back, Redis goes away and comes back."""

import asyncio
import random
import time

import pytest_asyncio
from support.house import PARROT, UNHURRIED, PostgresRedisHouse
from support.openai import Answer, OpenAi
from support.server import Repartee
from support.voice_ai import AFTERTHOUGHT, PASSWORD, VoiceAi, new_email
from support.waiting import within
from support.writers import Count, people

TIMES = 20
SEED = random.SystemRandom().getrandbits(32)


@pytest_asyncio.fixture
async def house(new_house):
    async with new_house() as house:
        yield house


@pytest_asyncio.fixture
async def stores():
    """PostgreSQL and Redis of this test's own, which it may stop."""
    async with PostgresRedisHouse() as house:
        yield house


async def test_a_server_that_is_killed_twenty_times_while_it_writes(house):
    randomness = random.Random(SEED)
    print(f"seed {SEED}")
    server = await house.start()
    writers = await people(server)
    count, starts = Count(), []
    for turn in range(TIMES):
        writing = [asyncio.ensure_future(writer.write(server, count)) for writer in writers]
        if turn == 0:
            await count.one_more_of_each(writers)
        await count.more(randomness.randint(1, 60))
        await house.kill()
        await within(asyncio.gather(*writing), "the end of those who wrote")
        began = time.monotonic()
        server = await house.restart()
        starts.append(time.monotonic() - began)
        for writer in writers:
            await writer.check(server)
    starts.sort()
    print(f"{house.name}: {count.total} acknowledged, ready again after {1000 * starts[TIMES // 2]:.0f} ms (median)")


async def test_a_database_that_is_restarted_while_it_is_written_to(stores):
    """Its connections are cut in the middle of anything, commits included. Nobody is told what is not so."""
    randomness = random.Random(SEED)
    print(f"seed {SEED}")
    server = await stores.start()
    writers = await people(server)
    count = Count()
    writing = [asyncio.ensure_future(writer.write(server, count)) for writer in writers]
    for _ in range(5):
        await count.more(randomness.randint(20, 60))
        await stores.postgres.kill()
        await stores.postgres.start()
    await count.more(20)
    await stores.kill()
    await within(asyncio.gather(*writing), "the end of those who wrote")
    server = await stores.restart()
    for writer in writers:
        await writer.check(server)


async def test_without_its_database_it_says_so_and_nothing_else(stores):
    server = await stores.start()
    person = await (await VoiceAi(server).register()).know_oneself()
    await person.said("Before.", "one")
    await stores.postgres.stop()
    account = {"email": new_email(), "password": PASSWORD, "full_name": "A"}
    for answer in (
        await person.say("Meanwhile.", "one"),
        await person.search("anything"),
        await person.get("/history/conversations"),
        await person.get("/account"),
        await person.get("/profile"),
        await person.ask_token(person.email, PASSWORD),
        await person.ask_token(new_email("nobody"), PASSWORD),
        await person.post("/auth/register", account),
    ):
        assert answer.status == 503, answer
        assert int(answer.headers["Retry-After"]) > 0 and answer.body["detail"], answer
    async with person.stream() as stream:
        await stream.say("Meanwhile.")
        frame = await stream.receive()
        # Either way is an answer: an error on the socket, or a socket that asks to come back later.
        assert getattr(frame, "code", None) in (1011, 1013) or set(frame) == {"error"}, frame
    # Who is nobody needs no database.
    assert (await VoiceAi(server).said("Hello."))["response"] == "Hello."
    assert (await server.get("/health")).status == 200

    await stores.postgres.start()

    async def answered():
        while (answer := await person.say("Behind.", "one")).status == 503:
            await asyncio.sleep(0.02)
        return answer

    assert (await within(answered(), "the database's return")).body["response"] == "Behind."
    [conversation] = await person.conversations()
    said = [one["text"] for one in await person.messages(conversation["id"]) if one["role"] == "user"]
    assert said[0] == "Before." and said[-1] == "Behind."
    # What was refused was not kept.
    assert "Meanwhile." not in said


def talk_in(prompt):
    """What a model was shown as having been said, without instructions."""
    return [(one["role"], one["content"]) for one in prompt.body["messages"] if one["role"] in ("user", "assistant")]


class Dialogue:
    """Somebody talks, and what the model is shown each time is looked at: the last ten messages, and what is said."""

    def __init__(self, person, openai):
        self.person = person
        self.openai = openai
        self.talk = []

    async def turns(self, *numbers):
        for number in numbers:
            words, reply = f"Question {number}?", f"Answer {number}."
            self.openai.answer = Answer(words=(reply,))
            seen = len(self.openai.calls)
            assert (await self.person.said(words, "one"))["response"] == reply
            asked = [talk_in(call) for call in self.openai.calls[seen:] if call.path.endswith("/completions")]
            [shown] = [talk for talk in asked if talk[-1] == ("user", words)]
            assert shown == [*self.talk[-10:], ("user", words)], f"turn {number}"
            self.talk += [("user", words), ("assistant", reply)]


@pytest_asyncio.fixture
async def dialogue(stores):
    openai = await OpenAi(key="sk-simulated").start()
    openai.asides[AFTERTHOUGHT] = Answer(words=("Nothing.",))
    server = await stores.start(openai.settings())
    person = await (await VoiceAi(server).register()).know_oneself()
    yield Dialogue(person, openai)
    await openai.stop()


async def test_without_redis_the_context_is_right_all_the_same(stores, dialogue):
    await dialogue.turns(1, 2, 3)
    await stores.redis.stop()
    await dialogue.turns(4, 5, 6)
    # It has come back empty.
    await stores.redis.start()
    await dialogue.turns(7, 8, 9)
    # It comes back with what it knew before, which is not all of it any more.
    stores.redis.pause()
    await dialogue.turns(10, 11)
    stores.redis.resume()
    await dialogue.turns(12, 13)


async def test_what_redis_missed_is_not_missing_after_a_restart(stores, dialogue):
    await dialogue.turns(1, 2, 3)
    stores.redis.pause()
    await dialogue.turns(4)
    await stores.kill()
    stores.redis.resume()
    dialogue.person = dialogue.person.at(await stores.restart())
    await dialogue.turns(5, 6)


async def test_two_servers_over_one_database_are_one(stores):
    """Begun at the same moment before empty tables; whoever is asked knows what the other was told."""
    openai = await OpenAi(key="sk-simulated").start()
    openai.asides[AFTERTHOUGHT] = Answer(words=("Nothing.",))
    own_directory = {"REPARTEE_DATA_DIR": str(stores.directory / "another")}
    settings = {**PARROT, **stores.settings(), **openai.settings()}
    other = Repartee({**settings, **own_directory}, files={"repartee.toml": UNHURRIED})
    try:
        one, _ = await asyncio.gather(stores.start(openai.settings()), other.start())
        person = await (await VoiceAi(one).register()).know_oneself()
        dialogue = Dialogue(person, openai)
        for number in range(1, 9):
            dialogue.person = person.at((one, other)[number % 2])
            await dialogue.turns(number)
        assert [one["session_id"] for one in await person.at(other).conversations()] == ["one"]

        # Both write at once: whole exchanges, one behind the other, and each registration wins once.
        openai.answer = Answer(words=("Yes.",))
        asked = [person.at((one, other)[number % 2]).say(f"Number {number}.", "two") for number in range(20)]
        statuses = [answer.status for answer in await asyncio.gather(*asked)]
        [conversation] = [one for one in await person.conversations() if one["session_id"] == "two"]
        messages = await person.messages(conversation["id"])
        assert [one["position"] for one in messages] == list(range(1, 2 * statuses.count(200) + 1))
        assert [one["role"] for one in messages] == ["user", "assistant"] * statuses.count(200)
        fields = {"email": new_email(), "password": PASSWORD, "full_name": "A"}
        asked = [VoiceAi((one, other)[number % 2]).post("/auth/register", fields) for number in range(10)]
        assert sorted(answer.status for answer in await asyncio.gather(*asked)) == [200] + 9 * [400]
        await other.stop()
    finally:
        await other.discard()
        await openai.stop()


async def test_a_newer_server_at_the_same_tables_stops_nobody_who_runs(stores):
    """One server after the other is renewed, and the first one brings the tables up to date."""
    server = await stores.start()
    database = stores.database_url.rsplit("/", 1)[1]
    await stores.postgres.execute("INSERT INTO schema_migrations VALUES (99, '099_of_tomorrow.sql', 0)", database)

    async def noticed():
        while True:
            async with server.http.get(server.url + "/ready") as response:
                assert response.status == 200, await response.text()
                if "newer" in (await response.json())["stores"]["database"]["reason"]:
                    return
            await asyncio.sleep(0.1)

    await within(noticed(), "the server to look at the database again")
    person = await (await VoiceAi(server).register()).know_oneself()
    await person.said("All is well.")
    # Whoever starts now is not let near them.
    late = Repartee({**PARROT, **stores.settings(), "REPARTEE_DATA_DIR": str(stores.directory / "late")})
    try:
        await late.start(ready=False)
        refused = await late.event("database not open")
        assert "newer repartee" in refused["reason"]
        await late.stop()
    finally:
        await late.discard()
