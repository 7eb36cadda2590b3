"""One engine at several addresses: the work is shared, one that dies is noticed by nobody, and it comes back by itself."""

import asyncio

from support.openai import Answer, OpenAi
from support.sound import frames, speech_like
from support.wyoming import Hearing, Service, Speaking

WORDS = "what time is it"


async def answered(server):
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like(0.4)))
    return reply


async def facts(server, trade):
    """The words of /ready about each address."""
    response = await server.get("/ready")
    return (await response.json())["engines"][trade]["reason"]


def prompts(model):
    return sum(call.path == "/v1/chat/completions" for call in model.calls)


def heard(service):
    return sum("transcribe" in talk.types() for talk in service.talks)


async def until(question, what):
    for _ in range(60):
        if await question():
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"{what} did not come")


async def test_models_share_the_work_and_one_that_dies_is_missed_by_nobody(launch):
    one, other = await OpenAi().start(), await OpenAi().start()
    port = int(other.url.rsplit(":", 1)[1])
    try:
        for model in (one, other):
            model.answer = Answer(words=("Nine", " o'clock."))
        both = f"{one.base_url}, {other.base_url}"
        server = await launch({**one.settings(), "OPENAI_BASE_URL": both})
        for _ in range(6):
            assert (await answered(server)).text == "Nine o'clock."
        assert prompts(one) == prompts(other) == 3

        await other.stop()
        for _ in range(4):
            assert (await answered(server)).text == "Nine o'clock."
        assert "is out" in await facts(server, "model") or prompts(one) == 7

        await other.start(port)
        before = prompts(other)

        async def is_back():
            assert (await answered(server)).text == "Nine o'clock."
            return prompts(other) > before

        await until(is_back, "an answer of the one that is back")
        metrics = await (await server.get("/metrics")).text()
        assert f'repartee_engine_address_usable{{address="127.0.0.1:{port}"' in metrics
    finally:
        await one.stop()
        await other.stop()


async def test_a_model_that_stalls_in_mid_answer_fails_the_turn_and_is_out(launch):
    from support.openai import Ending

    one, other = await OpenAi().start(), await OpenAi().start()
    try:
        one.answer = Answer(words=("Nine",), ending=Ending.STALLS)
        other.answer = Answer(words=("Nine", " o'clock."))
        toml = {"repartee.toml": "[engines.openai]\nstall_timeout = 500\n"}
        both = f"{one.base_url}, {other.base_url}"
        server = await launch({**one.settings(), "OPENAI_BASE_URL": both}, files=toml)
        replies = [await answered(server) for _ in range(2)]
        assert sum(reply.text == "Nine o'clock." for reply in replies) == 1, replies
        assert (await answered(server)).text == "Nine o'clock."
        assert prompts(one) == 1
    finally:
        await one.stop()
        await other.stop()


async def test_services_that_hear_and_speak_share_the_work(launch):
    services = [await Service().start(), await Service().start()]
    port = int(services[1].uri.rsplit(":", 1)[1])
    try:
        for service in services:
            service.hearing = Hearing(final=WORDS)
            service.speaking = Speaking(streams=True)
        uris = ",".join(service.uri for service in services)
        toml = {"repartee.toml": "[engines.wyoming]\nslots = 4\n"}
        settings = {"STT_ENGINE": "wyoming", "TTS_ENGINE": "wyoming", "WYOMING_STT_URI": uris, "WYOMING_TTS_URI": uris}
        server = await launch(settings, files=toml)

        async def asks_all():
            return "2 of 2 addresses" in await facts(server, "recogniser")

        await until(asks_all, "both services in /ready")
        assert "0 of 4 slots in use" in await facts(server, "recogniser")
        for _ in range(4):
            assert (await answered(server)).transcript["text"] == WORDS
        assert heard(services[0]) == heard(services[1]) == 2

        await services[1].stop()
        for _ in range(4):
            assert (await answered(server)).transcript["text"] == WORDS
        assert heard(services[0]) == 6

        await services[1].start(port=port)
        before = heard(services[1])

        async def is_back():
            assert (await answered(server)).transcript["text"] == WORDS
            return heard(services[1]) > before

        await until(is_back, "an utterance for the one that is back")
    finally:
        for service in services:
            await service.stop()
