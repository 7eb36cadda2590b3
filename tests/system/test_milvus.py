"""Memories that Milvus finds: remembered, found, forgotten; Milvus stopped and back, and nobody is told anything wrong."""

import asyncio
import itertools

from support.milvus import Milvus
from support.processes import eventually
from support.server import Repartee
from support.voice_ai import VoiceAi

CAT = "My cat is called Ink"
TEA = "I like green tea in the morning"
QUESTION = "What is my cat called?"


async def registered(server):
    return await (await VoiceAi(server).register()).know_oneself()


async def vectors(server):
    """What /ready says of who finds memories."""
    response = await server.get("/ready")
    assert response.status == 200  # whatever has become of Milvus
    return (await response.json())["stores"]["vectors"]


def searches(milvus):
    return milvus.counts.get("/entities/search", 0)


def texts(milvus):
    """All that Milvus has been told."""
    return " ".join(str(call.body) for call in milvus.calls)


async def test_what_is_remembered_is_found_by_milvus_and_forgotten_by_it(launch):
    milvus = await Milvus(token="root:Milvus").start()
    try:
        url = milvus.url.replace("http://", "http://root:Milvus@")
        # A search of a busy machine must not fall back, or the test would see nothing.
        toml = {"repartee.toml": "[stores.milvus]\npatience = 20000\n"}
        server = await launch({"VECTOR_DB_TYPE": "milvus", "VECTOR_DB_URL": url}, files=toml)
        owner, other = await registered(server), await registered(server)
        cat = await owner.remember(CAT)
        await owner.remember(TEA)
        await other.remember("My cat is called Blot")
        assert [CAT in text for text in await owner.found(QUESTION)][:1] == [True]
        assert any("Blot" in text for text in await other.found(QUESTION))
        assert not any("Blot" in text for text in await owner.found(QUESTION))
        assert searches(milvus) >= 3

        # It has numbers and owners, and not a word of what they said.
        assert "Ink" not in texts(milvus) and "tea" not in texts(milvus)
        await eventually(lambda: len(versions(milvus)) == 3, "all vectors in Milvus")

        answer = await owner.ask("DELETE", f"/memory/{cat['id']}")
        assert answer.status in (200, 204), answer
        assert not any(CAT in text for text in await owner.found(QUESTION))
        await eventually(lambda: len(versions(milvus)) == 2, "the vector gone from Milvus")

        # With an account all of theirs goes, and nobody else's.
        answer = await owner.ask("DELETE", "/account", json={"password": owner.password})
        assert answer.status in (200, 204), answer
        await eventually(lambda: len(versions(milvus)) == 1, "the account gone from Milvus")
        assert any("Blot" in text for text in await other.found(QUESTION))

        async def is_well():
            return (await vectors(server))["usable"]

        await until_true(is_well, "Milvus in /ready")
        assert (await vectors(server))["name"] == f"Milvus at {milvus.url.removeprefix('http://')}"
    finally:
        await milvus.stop()


async def test_while_milvus_is_away_the_database_searches_and_afterwards_nothing_is_missing(launch):
    milvus = await Milvus().start()
    port = int(milvus.url.rsplit(":", 1)[1])
    server = await launch({"VECTOR_DB_TYPE": "milvus", "VECTOR_DB_URL": milvus.url})
    owner = await registered(server)
    await owner.remember(CAT)
    assert any(CAT in text for text in await owner.found(QUESTION))

    await milvus.stop()
    await owner.remember(TEA)
    assert any(TEA in text for text in await owner.found("green tea in the morning"))
    assert any(CAT in text for text in await owner.found(QUESTION))

    async def is_told():
        state = await vectors(server)
        return not state["usable"] and "until then the database searches itself" in state["advice"]

    await until_true(is_told, "Milvus away in /ready")

    await milvus.start(port)
    try:
        await eventually(lambda: len(versions(milvus)) == 2, "what was said meanwhile in Milvus")
        before = searches(milvus)

        async def is_searched_there():
            assert any(TEA in text for text in await owner.found("green tea in the morning"))
            return searches(milvus) > before

        await until_true(is_searched_there, "a search at Milvus")
    finally:
        await milvus.stop()


async def test_wrong_settings_stop_the_start_with_every_mistake():
    server = Repartee({"VECTOR_DB_TYPE": "chroma", "DATABASE_URL": "mysql://h/d"})
    try:
        await server.launch()
        assert await server.exit_code() != 0
        told = server.log_text() + server.output
        assert "VECTOR_DB_TYPE" in told and "database, milvus" in told and "DATABASE_URL" in told
    finally:
        await server.discard()


def versions(milvus):
    return [entity for entity in milvus.entities("repartee_") if not entity["id"].startswith("mark-")]


async def until_true(question, what):
    for attempt in itertools.count():
        if await question():
            return
        assert attempt < 60, f"{what} did not come"
        await asyncio.sleep(0.5)
