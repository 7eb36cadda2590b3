"""What is said aloud is remembered: found by search, used in another conversation after a restart, and nobody else's."""

import asyncio
import json

import pytest_asyncio
from support.ollama import Answer as OllamaAnswer
from support.ollama import Ollama
from support.openai import Answer, OpenAi
from support.processes import eventually
from support.sound import speech_like, wav
from support.voice_ai import AFTERTHOUGHT, VoiceAi
from support.waiting import within

CAT = "My cat is called Ink"
QUESTION = "What is my cat called?"
NOTHING_OF_NOTE = '{"facts": []}'
LEARN = {"fact": CAT, "category": "personal"}


class ToolModel:
    """A model that calls tools as OpenAI's do."""

    name = "tools"

    async def start(self):
        self.simulator = await OpenAi(key="sk-simulated").start()
        self.simulator.asides[AFTERTHOUGHT] = Answer(words=(NOTHING_OF_NOTE,))
        return self

    def settings(self):
        return self.simulator.settings()

    def will_say(self, words):
        self.simulator.answer = Answer(words=(words,))

    def will_learn(self, arguments, then):
        self.simulator.answers = [Answer(words=(), calls=(("learn", json.dumps(arguments)),)), Answer(words=(then,))]


class WritingModel:
    """A model without tools: it writes what it wants done."""

    name = "written"

    async def start(self):
        self.simulator = await Ollama(supports_tools=False).start()
        self.simulator.asides[AFTERTHOUGHT] = OllamaAnswer(words=(NOTHING_OF_NOTE,))
        return self

    def settings(self):
        return {"LLM_ROUTE": "ollama", "OLLAMA_BASE_URL": self.simulator.url}

    def will_say(self, words):
        self.simulator.answer = OllamaAnswer(words=(words,))

    def will_learn(self, arguments, then):
        wish = json.dumps({"message": then, "action": {"name": "learn", "params": arguments}})
        self.simulator.answers = [OllamaAnswer(words=(wish,)), OllamaAnswer(words=(then,))]


@pytest_asyncio.fixture(params=[ToolModel, WritingModel], ids=lambda kind: kind.name)
async def model(request):
    model = await request.param().start()
    yield model
    await model.simulator.stop()


@pytest_asyncio.fixture
async def house(new_house):
    async with new_house() as house:
        yield house


def prompts(simulator):
    """What the model was shown so far, prompt by prompt, as text."""
    asked = [call for call in simulator.calls if call.path in ("/v1/chat/completions", "/api/chat")]
    return [json.dumps(call.body["messages"]) for call in asked if call.body.get("messages")]


async def registered(server):
    return await (await VoiceAi(server).register()).know_oneself()


async def test_my_cat_is_called_ink(house, model):
    server = await house.start({**model.settings(), "SCRIPTED_STT_TEXT": CAT})
    owner, other = await registered(server), await registered(server)

    model.will_learn(LEARN, "I will remember that.")
    async with owner.stream() as stream:
        await stream.send_audio(wav(speech_like()))
        assert await stream.receive() == {"message": "I will remember that.", "action": None, "transcript": CAT}
        await stream.expect_quiet()

    [found] = [text for text in await owner.found(QUESTION) if CAT in text]
    assert found.removeprefix("[LEARNED] [PERSONAL] ") == CAT
    assert await other.found(QUESTION) == await other.found(CAT) == []
    assert await VoiceAi(server).found(CAT) == []

    server = await house.restart()
    owner, other = owner.at(server), other.at(server)
    model.will_say("Your cat is called Ink.")
    before = len(prompts(model.simulator))
    answer = await owner.said(QUESTION, "another conversation")
    assert answer == {"response": "Your cat is called Ink.", "action": None}
    assert any(CAT in prompt for prompt in prompts(model.simulator)[before:])

    before = len(prompts(model.simulator))
    await other.said(QUESTION, "another conversation")
    async with other.stream() as stream:
        await stream.say(QUESTION)
        await stream.reply()
    await VoiceAi(server).said(QUESTION, "another conversation")
    shown = prompts(model.simulator)[before:]
    # What the others are told comes of the model, which says the same to everybody; what it was shown does not.
    asked = [prompt for prompt in shown if QUESTION in prompt]
    assert len(asked) >= 3 and not any(CAT in prompt for prompt in shown)
    assert await other.found(CAT) == []
    assert any(CAT in text for text in await owner.found(QUESTION))


async def test_what_is_worth_remembering_is_noticed(new_house):
    """Nobody asked for it: behind the conversation a model reads what was said. What it makes up is not believed."""
    simulator = await OpenAi(key="sk-simulated").start()
    facts = {"facts": [{"fact": "I was born in Pune.", "category": "place"}, {"fact": "I own a submarine.", "category": "x"}]}
    simulator.asides[AFTERTHOUGHT] = Answer(words=(json.dumps(facts),))
    try:
        async with new_house() as house:
            server = await house.start(simulator.settings())
            person, other = await registered(server), await registered(server)
            await person.said("By the way, I was born in Pune.", "one")
            await other.said("By the way, the weather is fine today.", "one")

            async def noticed():
                while not (memories := await person.memories()):
                    await asyncio.sleep(0.05)
                return memories

            [memory] = await within(noticed(), "something worth remembering")
            assert (memory["text"], memory["category"], memory["source"]) == ("I was born in Pune.", "place", "extracted")
            assert await person.found("Where was I born?") != []
            assert await other.memories() == [], "what somebody else said proves nothing"
    finally:
        await simulator.stop()


async def test_what_falls_out_of_the_window_is_summed_up(new_house):
    simulator = await OpenAi(key="sk-simulated").start()
    summary = "The user asked for numbers, from one on."
    simulator.asides[AFTERTHOUGHT] = Answer(words=(summary,))
    try:
        async with new_house() as house:
            server = await house.start(simulator.settings())
            person = await registered(server)
            for number in range(14):
                await person.said(f"Tell me number {number}.", "one")

            def asked():
                return [call for call in simulator.calls if AFTERTHOUGHT in json.dumps(call.body) and "sum up" in str(call.body)]

            await eventually(asked, "somebody to be asked for a summary")

            async def until_summed_up():
                while True:
                    seen = len(simulator.calls)
                    await person.said("And the next?", "one")
                    if any(summary in str(call.body["messages"]) for call in simulator.calls[seen:]):
                        return
                    await asyncio.sleep(0.05)

            await within(until_summed_up(), "a summary in front of the model")
    finally:
        await simulator.stop()
