"""People type as fast as they are answered, through HAProxy and to whichever node it chooses, while nodes are killed, and while
PostgreSQL and Redis go away and come back. Whoever got an answer finds it in the history, once, in its order."""

import asyncio
from contextlib import asynccontextmanager

from support.voice_ai import VoiceAi
from support.waiting import within
from support.writers import Count, Rememberer, Talker

TALKERS = 5


@asynccontextmanager
async def talking(cluster, pause=0):
    """Writers who write all the time; what they wrote is looked at in the end, at each of the nodes."""

    async def person():
        return await (await VoiceAi(cluster.front).register()).know_oneself()

    writers = [Talker(await person(), f"Talker{number}") for number in range(TALKERS)]
    writers.append(Rememberer(await person(), "Fact"))
    count, done = Count(), asyncio.Event()
    count.writers = writers
    writing = [asyncio.ensure_future(writer.write(cluster.front, count, done, pause)) for writer in writers]
    try:
        await count.one_more_of_each(writers)
        yield count
        await count.one_more_of_each(writers)
        done.set()
        await within(asyncio.gather(*writing), "the end of those who wrote")
    finally:
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
    await cluster.all_up()
    for number, writer in enumerate(writers):
        await writer.check(cluster.nodes[number % len(cluster.nodes)])
    refused, unknown = (sum(getattr(writer, name) for writer in writers) for name in ("refused", "unknown"))
    print(f"{count.total} acknowledged, {refused} refused, of {unknown} nobody knows")


async def test_each_node_is_killed_once(cluster):
    async with talking(cluster) as count:
        for node in cluster.nodes:
            await count.more(30)
            await node.kill()
            await count.one_more_of_each(count.writers)
            await node.start()
            await cluster.front.until(**{node.name: "UP"})


async def test_postgresql_and_redis_go_and_come_back(cluster):
    async with talking(cluster) as count:
        await count.more(20)
        await cluster.redis.stop()
        await count.one_more_of_each(count.writers)
        await cluster.postgres.kill()
        await cluster.postgres.start()
        await count.one_more_of_each(count.writers)
        await cluster.redis.start()
        await count.more(20)
        await cluster.postgres.stop()
        await asyncio.sleep(0.5)
        await cluster.postgres.start()
