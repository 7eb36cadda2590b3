#!/usr/bin/python3
"""What a cluster of three nodes on one machine costs and how long its people wait while parts of it go away: HAProxy with the
settings of deploy/haproxy, real PostgreSQL (its files on the disk, each commit waited for) and Redis, each in a network namespace
of its own (tests/support/cluster.py).

    tests/bench/cluster.py waits            # root, or a kernel that lets users have networks
    tests/bench/cluster.py costs --seconds 10
    tests/bench/cluster.py calls --calls 50 --seconds 10

Nodes, balancer, databases and load share the machine's cores: processor time is from /proc and says what each takes; that the
load itself takes a core is why rates say little here.
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from support.call import Caller  # noqa: E402
from support.cluster import Cluster, enter_a_network_of_ones_own  # noqa: E402
from support.postgres import Postgres  # noqa: E402
from support.processes import children, processor_seconds  # noqa: E402
from support.sound import speech_like  # noqa: E402
from support.voice_ai import VoiceAi  # noqa: E402
from support.writers import Count, Talker  # noqa: E402

LEAVING = '[server]\nnotice_time = "3s"\ncalls_time = "60s"\n'


class Patient(Talker):
    """Says the same as Talker, a few times a second, and keeps when each answer came, and how long it took."""

    def __init__(self, person, name):
        super().__init__(person, name)
        self.answers = []  # (when it was asked, when the good answer came)

    async def send(self, person, number):
        began = time.monotonic()
        answer = await super().send(person, number)
        if answer.status == 200:
            self.answers.append((began, time.monotonic()))
        return answer

    def longest_wait(self, since, until):
        """The longest time without a good answer that touches this span."""
        moments = sorted(done for _, done in self.answers)
        gaps = [b - a for a, b in zip(moments, moments[1:]) if b >= since and a <= until]
        return max(gaps, default=0.0)


@asynccontextmanager
async def people(cluster, count, pause):
    talkers = []
    for number in range(count):
        person = await (await VoiceAi(cluster.front).register()).know_oneself()
        talkers.append(Patient(person, f"Talker{number}"))
    acknowledged, done = Count(), asyncio.Event()
    writing = [asyncio.ensure_future(one.write(cluster.front, acknowledged, done, pause)) for one in talkers]
    try:
        await acknowledged.one_more_of_each(talkers)
        yield talkers, acknowledged
    finally:
        done.set()
        await asyncio.gather(*writing)
    for one in talkers:
        await one.check(cluster.front)


# --- how long people wait ---


async def waits(arguments):
    async with cluster_of(arguments) as cluster, people(cluster, 20, 0.05) as (talkers, count):
        print(f"{len(talkers)} people who type some ten messages a second each; the longest that one of them was without an")
        print("answer, and of how many messages nobody can say whether they were kept (all that were answered were).\n")
        print("| what happens | longest wait, of all; median | back until all were answered | refused | nobody knows |")
        print("|---|---|---|---|---|")
        nodes = cluster.nodes

        async def postgres_back():
            await cluster.postgres.start()

        async def redis_back():
            await cluster.redis.start()

        async def mend(node):
            node.host.mend()

        async def leave(node):
            node.ask_to_leave()
            await node.ended()

        for what, away, seconds, back in (
            ("nothing", None, 2, None),
            ("a node is killed", nodes[0].kill, 3, nodes[0].start),
            ("a node loses its network", lambda: cut(nodes[1]), 12, lambda: mend(nodes[1])),
            ("a node leaves (SIGTERM)", lambda: leave(nodes[2]), 1, nodes[2].start),
            ("a node is renewed (SIGUSR2)", nodes[0].hand_over, 3, None),
            ("PostgreSQL is killed", cluster.postgres.kill, 3, postgres_back),
            ("Redis is killed", cluster.redis.kill, 3, redis_back),
        ):
            for _ in range(arguments.runs):
                await experiment(cluster, talkers, count, what, away, seconds, back)


async def cut(node):
    node.host.cut()


async def experiment(cluster, talkers, count, what, away, seconds, back):
    before = [(one.refused, one.unknown) for one in talkers]
    since = time.monotonic()
    if away:
        await away()
    await asyncio.sleep(seconds)
    if back:
        await back()
    returned = time.monotonic()
    await count.one_more_of_each(talkers)
    recovery = time.monotonic() - returned
    await asyncio.sleep(1)
    longest = sorted(one.longest_wait(since, returned + recovery) for one in talkers)
    refused = sum(one.refused - was[0] for one, was in zip(talkers, before))
    unknown = sum(one.unknown - was[1] for one, was in zip(talkers, before))
    print(
        f"| {what} | {longest[-1]:.2f}; {statistics.median(longest):.2f} s | {recovery:.2f} s | {refused} | {unknown} |",
        flush=True,
    )
    await cluster.all_up()


# --- what it costs ---


def family_seconds(pid):
    """Of a process and those below it that live now."""
    try:
        return processor_seconds(pid) + sum(family_seconds(child) for child in children(pid))
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it has just ended


def processor(cluster):
    return {
        "nodes": sum(family_seconds(node.server.process.pid) for node in cluster.nodes),
        "HAProxy": family_seconds(cluster.front.process.pid),
        "PostgreSQL": family_seconds(cluster.postgres.process.pid),
        "Redis": family_seconds(cluster.redis.process.pid),
    }


async def costs(arguments):
    async with cluster_of(arguments) as cluster:
        database = cluster.database_url.rsplit("/", 1)[1]

        async def ask(statement):
            return int(await cluster.postgres.execute(statement, database))

        async def kept():
            await cluster.postgres.execute("CHECKPOINT", database)
            return {
                "bytes": await ask(
                    "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c "
                    "WHERE relkind = 'r' AND relname IN ('messages', 'conversations')"
                ),
                "log": await ask("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"),
                "commits": await ask(
                    f"SELECT xact_commit FROM pg_stat_database WHERE datname = '{database}'"
                ),
            }

        async with people(cluster, arguments.people, 0) as (_, count):
            kept_before, before, began, total = await kept(), processor(cluster), time.monotonic(), count.total
            await asyncio.sleep(arguments.seconds)
            seconds, messages, after = time.monotonic() - began, count.total - total, processor(cluster)
        await asyncio.sleep(1)  # PostgreSQL tells its counts late
        kept_after = await kept()
        messages_in_all = count.total - total
        print(f"{messages} exchanges in {seconds:.1f} s ({messages / seconds:.0f} a second), by {arguments.people} people")
        for name in before:
            print(f"  processor of an exchange, {name}: {1e6 * (after[name] - before[name]) / messages:.0f} us")
        for name, what in (("bytes", "bytes kept"), ("log", "bytes of write-ahead log"), ("commits", "transactions")):
            print(f"  {what} of an exchange: {(kept_after[name] - kept_before[name]) / messages_in_all:.1f}")


async def calls(arguments):
    async with cluster_of(arguments) as cluster:
        url = cluster.front.url.replace("http", "ws", 1) + "/api/media-stream"
        callers = [Caller(cluster.front.http, url) for _ in range(arguments.calls)]
        await asyncio.gather(*(caller.__aenter__() for caller in callers))
        await asyncio.sleep(1)

        async def talk(caller):
            while True:
                await caller.speak(speech_like(1.6))
                await asyncio.sleep(4.8)

        talking = [asyncio.ensure_future(talk(caller)) for caller in callers]
        before, began = processor(cluster), time.monotonic()
        await asyncio.sleep(arguments.seconds)
        seconds, after = time.monotonic() - began, processor(cluster)
        for one in talking:
            one.cancel()
        closed = sum(any(heard.kind == "closed" for heard in caller.heard) for caller in callers)
        await asyncio.gather(*(caller.__aexit__() for caller in callers))
        print(f"{arguments.calls} calls through HAProxy, {closed} cut off, for {seconds:.1f} s")
        for name in before:
            each = 1e3 * (after[name] - before[name]) / (arguments.calls * seconds)
            print(f"  processor of a call and second, {name}: {each:.2f} ms")


# --- below ---


@asynccontextmanager
async def cluster_of(arguments):
    cluster = Cluster({"CAPACITY": "off"}, toml=LEAVING)
    if arguments.durable:
        await cluster.postgres.discard()
        cluster.postgres = Postgres(durable=True, host=cluster.postgres.host)
    async with cluster:
        yield cluster


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["waits", "costs", "calls"])
    parser.add_argument("--binary", default=str(Path(__file__).resolve().parents[2] / "build/release/repartee"))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--in-memory", dest="durable", action="store_false", help="PostgreSQL waits for no disk")
    arguments = parser.parse_args()
    os.environ["REPARTEE_BINARY"] = str(Path(arguments.binary).resolve())
    enter_a_network_of_ones_own()
    asyncio.run({"waits": waits, "costs": costs, "calls": calls}[arguments.what](arguments))


if __name__ == "__main__":
    main()
