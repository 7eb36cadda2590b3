"""Two servers over one PostgreSQL and one Redis share the robot's jobs: whichever is asked knows them all, a dead one's are
taken over, and each ends once."""

import asyncio
import signal
import time
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from support.house import PARROT, PostgresRedisHouse
from support.misty import NEWER_PAGE, POLLERS, form, in_order, until_status
from support.openai import Answer, OpenAi
from support.robot import Robot
from support.server import Repartee
from support.sound import speech_like, wav
from support.waiting import within

WORDS = PARROT["SCRIPTED_STT_TEXT"]
SPOKEN = wav(speech_like())

# A dead server's jobs wait for the end of its lease.
TOML = """
[stores.postgres]
patience = "2s"
statement_timeout = "1500ms"
[server]
drain_time = "{drain_time}"
[surfaces.misty]
local_only = false
[surfaces.misty.jobs]
running = {running}
lease = "{lease}"
"""


class Cluster:
    """Servers alike, the model they ask and the robot they move."""

    def __init__(self, house, model, robot):
        self.house = house
        self.model = model
        self.robot = robot
        self.nodes = []

    async def add(self, lease="1s", running=2, drain_time="5s"):
        """Another server, with a data directory of its own."""
        toml = TOML.format(lease=lease, running=running, drain_time=drain_time)
        stores = {"DATABASE_URL": self.house.database_url, "REDIS_URL": self.house.redis.url}
        settings = {**PARROT, **stores, **self.model.settings(), "MISTY_URL": self.robot.url}
        node = Repartee(settings, files={"repartee.toml": toml})
        self.nodes.append(node)
        return await node.start()

    async def kill(self, node):
        node.process.kill()
        await within(node.process.wait(), "the end of a process that was killed")

    # --- what there is to see ---

    @property
    def living(self):
        return [node for node in self.nodes if node.process.returncode is None]

    async def upload(self, node):
        async with node.http.post(node.url + "/stt", data=form(SPOKEN)) as response:
            return response, await response.json()

    async def job(self, node):
        response, body = await self.upload(node)
        assert response.status == 200, body
        return body["job_id"]

    async def holder(self, job):
        """The server that works on it, and the others."""

        def working():
            return [
                node
                for node in self.living
                if any(event.get("job") == job and event["event"] == "transcript" for event in node.events)
            ]

        async def look():
            while not working():
                await asyncio.sleep(0.005)

        await within(look(), "somebody to take the job")
        (node,) = working()
        return node, [other for other in self.living if other is not node]

    async def end_of(self, job, node=None):
        """Asked for at all living servers in turn: how it ends, and that it never goes back."""
        seen = []

        async def look():
            while True:
                for asked in [node] if node else self.living:
                    async with asked.http.get(f"{asked.url}/status/{job}") as response:
                        body = await response.json()
                    if response.status == 503:
                        assert body["status"] not in ("done", "error"), body
                        continue
                    if not seen or seen[-1] != body["status"]:
                        seen.append(body["status"])
                    if body["status"] in ("done", "error"):
                        return body
                await asyncio.sleep(0.02)

        body = await within(look(), f"the end of the job {job}")
        assert in_order(seen), seen
        return body

    async def counted(self, node, name):
        text = await (await node.get("/metrics")).text()
        line = next(line for line in text.splitlines() if line.startswith(f'repartee_jobs_{name}_total{{surface="misty"}}'))
        return float(line.split()[-1])

    def asked(self):
        """How often the model was."""
        return len([call for call in self.model.calls if call.path == "/v1/chat/completions"])

    def ends(self, job):
        """How many servers have told of its end so far."""
        told = [event for node in self.nodes for event in node.events if event["event"] == "job ended"]
        return len([event for event in told if event["job"] == job])

    async def ended_once(self, *jobs):
        """A server writes its log behind what it answers."""

        async def look():
            while not all(self.ends(job) for job in jobs):
                await asyncio.sleep(0.01)

        await within(look(), "servers to tell of the end")
        assert [self.ends(job) for job in jobs] == [1 for _ in jobs]

    def spoken(self):
        return [order.parameters["text"] for order in self.robot.orders if order.name == "tts/speak"]


@pytest_asyncio.fixture(scope="module")
async def house(event_loop):
    async with PostgresRedisHouse() as house:
        yield house


@asynccontextmanager
async def simulators():
    model, robot = await OpenAi().start(), await Robot().start()
    try:
        yield model, robot
    finally:
        await model.stop()
        await robot.stop()


@pytest_asyncio.fixture
async def cluster(house):
    house.database_url = await house.postgres.create_database()
    async with simulators() as (model, robot):
        cluster = Cluster(house, model, robot)
        try:
            yield cluster
            for node in cluster.living:
                await node.stop()
        finally:
            for node in cluster.nodes:
                await node.discard()


def never():
    """An answer of which the first word comes, and no other."""
    return Answer(pause_after=1, resume=asyncio.Event())


async def test_a_job_of_a_server_that_is_killed_is_finished_by_another_and_once(cluster):
    one, two = await cluster.add(), await cluster.add()
    cluster.model.answers = [never()]
    job = await cluster.job(one)
    dying, (heir,) = await cluster.holder(job)
    await cluster.model.next_prompt()
    for node in (one, two):
        assert (await until_status(node, job, "thinking"))["text"] == WORDS
    await cluster.kill(dying)
    body = await cluster.end_of(job)
    assert (body["status"], body["text"], body["response"]) == ("done", WORDS, "Hello there.")
    assert (await cluster.robot.next_command("tts/speak")).parameters["text"] == "Hello there."
    assert await cluster.counted(heir, "taken_over") == 1
    # Nobody hears it again: what is understood stays so.
    assert not [event for event in heir.events if event["event"] == "transcript"]
    late = await cluster.add()
    for node in cluster.living:
        assert await cluster.end_of(job, node) == body
    # Longer than a lease: whoever could take it once more would have.
    await asyncio.sleep(1.5)
    assert cluster.asked() == 2
    assert cluster.ends(job) == 1
    assert len(cluster.spoken()) == 1
    assert await cluster.counted(late, "taken_over") == 0


async def test_a_server_that_was_only_slow_changes_nothing(cluster):
    await cluster.add()
    await cluster.add()
    held = never()
    cluster.model.answers = [held]
    job = await cluster.job(cluster.nodes[0])
    slow, (heir,) = await cluster.holder(job)
    await cluster.model.next_prompt()
    slow.process.send_signal(signal.SIGSTOP)
    body = await cluster.end_of(job, heir)
    assert body["status"] == "done"
    held.resume.set()
    slow.process.send_signal(signal.SIGCONT)
    await slow.event("job left alone", job=job)
    assert await cluster.end_of(job, slow) == body
    assert await cluster.counted(slow, "lost") == 1
    await cluster.robot.next_command("tts/speak")
    await cluster.ended_once(job)
    assert (cluster.asked(), len(cluster.spoken())) == (2, 1)


async def test_all_jobs_end_though_servers_are_killed_among_them(cluster):
    nodes = [await cluster.add(), await cluster.add()]
    cluster.model.answer = Answer(delay=0.15)
    jobs = [await cluster.job(nodes[number % 2]) for number in range(16)]
    for _ in range(2):
        await cluster.model.next_prompt()
        await cluster.kill(cluster.living[0])
        await cluster.add()
        jobs += [await cluster.job(node) for node in cluster.living]
    for job in jobs:
        body = await cluster.end_of(job)
        assert body["status"] == "done", body
        assert cluster.ends(job) <= 1
    # Each once, but for what was in the hands of the two that were killed.
    assert len(jobs) <= cluster.asked() <= len(jobs) + 2 * 2


async def test_a_server_that_stops_passes_its_jobs_on_at_once(cluster):
    stopping = await cluster.add(lease="60s", running=1, drain_time="300ms")
    cluster.model.answers = [never()]
    job = await cluster.job(stopping)
    await cluster.model.next_prompt()
    waiting = await cluster.job(stopping)
    other = await cluster.add(lease="60s", running=1)
    assert (await cluster.end_of(waiting))["status"] == "done"
    await stopping.stop()
    assert (await cluster.end_of(job))["status"] == "done"  # 60 s would be past our patience
    assert await cluster.counted(other, "taken_over") == 0
    await cluster.ended_once(job, waiting)
    assert cluster.asked() == 3


async def test_without_redis_everything_is_as_right(cluster):
    one, two = await cluster.add(running=1), await cluster.add(running=1)
    await cluster.house.redis.stop()
    try:
        jobs = [await cluster.job(one) for _ in range(5)]
        for job in jobs:
            assert (await cluster.end_of(job))["status"] == "done"
    finally:
        await cluster.house.redis.start()
    jobs += [await cluster.job(node) for node in (one, two)]
    for job in jobs:
        assert (await cluster.end_of(job))["status"] == "done"
    await cluster.ended_once(*jobs)
    assert cluster.asked() == len(jobs)


async def test_without_the_database_nobody_is_told_what_is_not_so(cluster):
    one, two = await cluster.add(lease="60s"), await cluster.add(lease="60s")
    held = never()
    cluster.model.answers = [held]
    job = await cluster.job(one)
    await cluster.model.next_prompt()
    await until_status(two, job, "thinking")
    await cluster.house.postgres.stop()
    for node in (one, two):
        response, body = await cluster.upload(node)
        assert response.status == 503 and int(response.headers["Retry-After"]) > 0, body
        assert body["status"] == "error" and "job_id" not in body
        async with node.http.get(f"{node.url}/status/{job}") as response:
            body = await response.json()
        assert response.status == 503 and int(response.headers["Retry-After"]) > 0
        # Every page goes on asking.
        assert all(body["status"] not in poller.ends_on for poller in POLLERS)
    # Its work goes on, and is told when there is somebody to tell.
    held.resume.set()
    await cluster.house.postgres.start()
    back = time.monotonic()
    assert (await cluster.end_of(job))["status"] == "done"
    print(f"told {time.monotonic() - back:.2f} s after the database was back")
    assert cluster.asked() == 1
    assert (await NEWER_PAGE.on(two).ask(SPOKEN)).status == "done"
    await cluster.ended_once(job)


@pytest.mark.parametrize("how", ["kill", "pause"])
async def test_a_database_that_is_restarted_among_jobs(cluster, how):
    nodes = [await cluster.add(lease="60s"), await cluster.add(lease="60s")]
    cluster.model.answer = Answer(delay=0.05)
    jobs = []

    async def keep_uploading():
        while len(jobs) < 24:
            response, body = await cluster.upload(nodes[len(jobs) % 2])
            if response.status == 200:
                jobs.append(body["job_id"])
            else:
                assert response.status == 503, body
                await asyncio.sleep(0.05)

    uploading = asyncio.ensure_future(keep_uploading())
    for _ in range(2):
        await cluster.model.next_prompt()
        if how == "kill":
            await cluster.house.postgres.kill()
            await cluster.house.postgres.start()
        else:
            cluster.house.postgres.pause()
            await asyncio.sleep(0.3)
            cluster.house.postgres.resume()
    await within(uploading, "all uploads")
    for job in jobs:
        assert (await cluster.end_of(job))["status"] == "done"
    await cluster.ended_once(*jobs)
