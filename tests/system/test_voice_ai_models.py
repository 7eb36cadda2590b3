"""Which model answers on the accounts API: the provider whose key is set, before what the machine has; what is named, before
either; and the machine's own where the provider fails."""

import pytest_asyncio
from support.gemini import KEY, Answer, Gemini
from support.house import SqliteHouse
from support.server import Repartee
from support.voice_ai import VoiceAi

# The rules answer this, and say so in these words.
QUESTION = "What is two plus three?"
BY_RULES = "2 plus 3 is 5."


@pytest_asyncio.fixture
async def gemini():
    simulator = await Gemini().start()
    yield simulator
    await simulator.stop()


@pytest_asyncio.fixture
async def house():
    async with SqliteHouse() as house:
        yield house


def with_key(gemini, **more):
    return {
        "LLM_ROUTE": None,
        "OLLAMA_ENABLED": "false",
        "OPENAI_API_KEY": "sk-...",
        "GEMINI_BASE_URL": gemini.base_url,
        "GEMINI_API_KEY": KEY,
        "GEMINI_MODEL": gemini.models[0],
        **more,
    }


def answers(gemini):
    """How often it was asked for one."""
    return len([call for call in gemini.calls if "enerateContent" in call.path])


async def test_a_key_that_is_set_is_used_here_and_nowhere_else(house, gemini):
    """A placeholder for another provider is none."""
    gemini.answer = Answer(words=("It makes", " 5."))
    server = await house.start(with_key(gemini))
    assert (await VoiceAi(server).said(QUESTION))["response"] == "It makes 5."
    asked = answers(gemini)
    chat = {"model": "x", "stream": False, "messages": [{"role": "user", "content": QUESTION}]}
    async with server.http.post(server.url + "/api/chat", json=chat) as response:
        assert "It makes 5." not in await response.text()
    assert answers(gemini) == asked


async def test_what_is_named_wins(house, gemini):
    server = await house.start(with_key(gemini, LLM_ROUTE="rules"))
    assert (await VoiceAi(server).said(QUESTION))["response"] == BY_RULES
    assert gemini.calls == []


async def test_the_surface_has_a_choice_of_its_own(house, gemini):
    server = await house.start(with_key(gemini), toml='\n[surfaces.voice_ai]\nmodel = "scripted"\n')
    assert (await VoiceAi(server).said("Say this."))["response"] == "Say this."
    assert answers(gemini) == 0


async def test_the_machines_own_answers_where_the_provider_fails(house, gemini):
    gemini.answer = Answer(status=500)
    server = await house.start(with_key(gemini))
    assert (await VoiceAi(server).said(QUESTION))["response"] == BY_RULES


async def test_a_key_of_ones_own_is_ones_own(house, gemini):
    """Without one, the same server answers by itself; with one that fails, too."""
    gemini.key = "AIza-hers"
    gemini.answer = Answer(words=("It makes", " 5."))
    server = await house.start(with_key(gemini, GEMINI_API_KEY=None, LLM_ROUTE="rules"))
    hers = await (await VoiceAi(server).register()).know_oneself()
    his = await (await VoiceAi(server).register()).know_oneself()
    await hers.good("PATCH", "/profile", {"provider_keys": {"gemini": "AIza-hers"}})
    assert (await hers.said(QUESTION))["response"] == "It makes 5."
    assert (await his.said(QUESTION))["response"] == BY_RULES
    await hers.good("PATCH", "/profile", {"provider_keys": {"gemini": "AIza-wrong"}})
    assert (await hers.said(QUESTION))["response"] == BY_RULES
    await hers.good("PATCH", "/profile", {"provider_keys": {"gemini": None}})
    asked = answers(gemini)
    assert (await hers.said(QUESTION))["response"] == BY_RULES
    assert answers(gemini) == asked


async def test_an_operator_may_do_without_keys_of_others(house, gemini):
    server = await house.start(
        with_key(gemini, GEMINI_API_KEY=None, LLM_ROUTE="rules"), toml="\n[surfaces.voice_ai]\nown_keys = false\n"
    )
    person = await (await VoiceAi(server).register()).know_oneself()
    await person.good("PATCH", "/profile", {"provider_keys": {"gemini": KEY}})
    assert (await person.said(QUESTION))["response"] == BY_RULES
    assert gemini.calls == []


async def test_a_model_that_does_not_exist_stops_the_start(house):
    toml = '[surfaces.voice_ai]\nmodel = "hal"\n'
    server = Repartee({**house.settings(), "LLM_ROUTE": "rules"}, files={"repartee.toml": toml})
    await server.launch()
    assert await server.exit_code() == 2
    assert "hal" in server.log_text()
    await server.discard()
