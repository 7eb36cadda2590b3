"""Turns over /ws that Ollama answers, in good weather and in bad."""

import asyncio

import pytest
from support.ollama import Answer, Ending
from support.sound import frames, speech_like
from support.waiting import within

WORDS = "what time is it"


@pytest.fixture
def with_ollama(launch, ollama):
    async def start(ready=True, **settings):
        return await launch({"LLM_ROUTE": "ollama", "OLLAMA_BASE_URL": ollama.url, **settings}, ready=ready)

    return start


def prompt_of(call):
    """The last thing the user says in a call, in either of Ollama's two shapes."""
    return call.body["messages"][-1]["content"] if call.path == "/api/chat" else call.body["prompt"]


async def test_words_arrive_as_the_model_says_them(with_ollama, ollama):
    server = await with_ollama()
    resume = asyncio.Event()
    ollama.answer = Answer(words=("It", " is", " nine", "."), pause_after=2, resume=resume)
    async with server.assistant() as client:
        await client.act("start")
        await client.expect({"type": "ack", "event": "start"})
        await client.send_recording(frames(speech_like()))
        await client.act("end")
        messages = await client.until(lambda m: m.get("delta") == " is")
        assert [m["type"] for m in messages] == ["ack", "stt", "llm", "llm", "llm"]
        assert messages[2] == {"type": "llm", "event": "start", "model": "llama3.1", "prompt": WORDS}
        # The model is still at it.
        resume.set()
        messages = await client.until(lambda m: "delta" not in m)
        assert messages[-1] == {"type": "llm", "event": "end", "text": "It is nine."}

    call = await ollama.next_prompt()
    assert prompt_of(call) == WORDS
    assert call.body["model"] == "llama3.1"
    assert call.body.get("stream", True) is True


async def test_the_transcript_comes_before_the_model_is_asked(with_ollama, ollama):
    server = await with_ollama()
    resume = asyncio.Event()
    ollama.answer = Answer(pause_after=0, resume=resume)
    async with server.assistant() as client:
        await client.act("start")
        await client.expect({"type": "ack", "event": "start"})
        await client.send_recording(frames(speech_like()))
        await client.act("end")
        messages = await client.until(lambda m: m.get("event") == "start")
        assert messages[-2] == {"type": "stt", "text": WORDS}
        resume.set()
        await client.until(lambda m: m.get("event") == "end")


async def test_the_configured_model_is_asked(with_ollama, ollama):
    ollama.models = ("tinyllama:latest",)
    server = await with_ollama(OLLAMA_MODEL="tinyllama")
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
    assert reply.start["model"] == "tinyllama"
    assert (await ollama.next_prompt()).body["model"] == "tinyllama"


async def test_a_socket_remembers_and_another_does_not(with_ollama, ollama):
    server = await with_ollama()
    async with server.assistant() as client:
        await client.turn(frames(speech_like()))
        await client.turn(frames(speech_like()))
    async with server.assistant() as stranger:
        await stranger.turn(frames(speech_like()))

    def talk(call):
        return [(m["role"], m["content"]) for m in call.body["messages"] if m["role"] != "system"]

    first, second, third = [await ollama.next_call("/api/chat") for _ in range(3)]
    assert talk(first) == [("user", WORDS)]
    assert talk(second) == [("user", WORDS), ("assistant", "Hello there."), ("user", WORDS)]
    assert talk(third) == [("user", WORDS)]


async def test_reasoning_is_nobodys_business(with_ollama, ollama):
    server = await with_ollama()
    ollama.answer = Answer(words=("<th", "ink>so they", " ask</think>", "Nine", "."), thinking="let me see")
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
    assert reply.text.strip() == "Nine."
    assert reply.last["text"] == reply.text


async def test_the_model_stops_when_the_client_leaves(with_ollama, ollama):
    """The bot closes as soon as it has the transcript."""
    server = await with_ollama()
    ollama.answer = Answer(words=("One", " two", " three"), pause_after=1, resume=asyncio.Event())
    async with server.assistant() as bot:
        await bot.act("start")
        await bot.send_audio(b"".join(frames(speech_like())))
        await bot.act("end")
        await bot.until(lambda m: m["type"] == "stt")
        call = await ollama.next_prompt()
        assert not call.gone.is_set()
    await within(call.gone.wait(), "the end of the model's request after the client left", seconds=1)
    assert not call.answered.is_set()


@pytest.mark.parametrize(
    "answer, words_before",
    [
        (Answer(status=503, error="server busy, please try again"), 0),
        (Answer(status=500, error="something broke"), 0),
        (Answer(words=("It", " is"), ending=Ending.ERROR_LINE), 2),
        (Answer(words=("It", " is"), ending=Ending.BREAKS_OFF), 2),
        (Answer(words=(), ending=Ending.BREAKS_OFF), 0),
    ],
    ids=["busy", "broken", "error line", "broken off", "broken off at once"],
)
async def test_a_model_that_fails_is_reported(with_ollama, ollama, answer, words_before):
    server = await with_ollama()
    ollama.answers = [answer]
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
        assert reply.start["event"] == "start"
        assert len(reply.deltas) <= words_before
        assert set(reply.last) == {"type", "event", "message"}
        assert reply.last["event"] == "error"
        assert len(reply.last["message"]) > 10
        # The socket is good for another turn.
        reply = await client.turn(frames(speech_like()))
        assert reply.last == {"type": "llm", "event": "end", "text": "Hello there."}


async def test_a_model_that_ollama_does_not_have(with_ollama, ollama):
    ollama.models = ("another:latest",)
    server = await with_ollama(ready=False)
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
        assert reply.last["event"] == "error"
        assert "llama3.1" in reply.last["message"]


async def test_nobody_listens_where_ollama_should_be(with_ollama, ollama):
    await ollama.stop()
    server = await with_ollama(ready=False)
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
        assert reply.start["event"] == "start"
        assert reply.last["event"] == "error"
        await client.expect_quiet()


async def test_a_model_that_stalls_is_given_up(with_ollama, ollama):
    server = await with_ollama(OLLAMA_TIMEOUT="1")
    ollama.answers = [Answer(words=("It",), ending=Ending.STALLS)]
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
        assert reply.last["event"] == "error"
        call = await ollama.next_prompt()
        await within(call.gone.wait(), "the end of the request that stalled")
        reply = await client.turn(frames(speech_like()))
        assert reply.last["event"] == "end"


async def test_a_model_without_tools_answers_all_the_same(with_ollama, ollama):
    ollama.supports_tools = False
    server = await with_ollama()
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
    assert reply.last == {"type": "llm", "event": "end", "text": "Hello there."}


async def test_auto_finds_an_ollama_that_is_there(launch, ollama):
    server = await launch({"LLM_ROUTE": "auto", "OLLAMA_BASE_URL": ollama.url})
    # It is looked for in the background; until then the embedded model answers.
    await server.event("engine chosen", trade="model", engine="ollama")
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
    assert reply.start["model"] == "llama3.1"
    assert reply.text == "Hello there."
