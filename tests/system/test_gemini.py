"""Turns that Gemini answers, over /ws and /api/chat, in good weather and in bad."""

import asyncio
import json

import pytest
import pytest_asyncio
from support.gemini import KEY, Answer, Ending, Gemini
from support.sound import frames, speech_like
from support.waiting import within

WORDS = "what time is it"


@pytest_asyncio.fixture
async def gemini():
    simulator = await Gemini().start()
    yield simulator
    await simulator.stop()


@pytest.fixture
def with_gemini(launch, gemini):
    async def start(ready=True, **more):
        settings = {"LLM_ROUTE": "gemini", "GEMINI_BASE_URL": gemini.base_url, "GEMINI_API_KEY": KEY,
                    **more.pop("settings", {})}  # fmt: skip
        return await launch(settings, ready=ready, **more)

    return start


async def one_turn(server):
    async with server.assistant() as client:
        return await client.turn(frames(speech_like()))


def chat(words="hi", **more):
    return {"messages": [{"role": "user", "content": words}], "stream": False, **more}


async def test_words_arrive_as_the_model_says_them(with_gemini, gemini):
    server = await with_gemini()
    resume = asyncio.Event()
    gemini.answer = Answer(words=("It is", " nine", "."), pause_after=1, resume=resume, thoughts=("Hm.",))
    async with server.assistant() as client:
        await client.act("start")
        await client.expect({"type": "ack", "event": "start"})
        await client.send_recording(frames(speech_like()))
        await client.act("end")
        messages = await client.until(lambda m: m.get("delta") == "It is")
        assert messages[2] == {"type": "llm", "event": "start", "model": "gemini-2.5-flash", "prompt": WORDS}
        # The model is still at it.
        resume.set()
        messages = await client.until(lambda m: "delta" not in m)
        assert messages[-1] == {"type": "llm", "event": "end", "text": "It is nine."}

    call = await gemini.next_prompt()
    assert call.headers["x-goog-api-key"] == KEY
    assert call.body["contents"][-1] == {"role": "user", "parts": [{"text": WORDS}]}
    assert call.body["systemInstruction"]["parts"][0]["text"]
    assert call.body["generationConfig"]["thinkingConfig"] == {"thinkingBudget": 0}


async def test_a_socket_remembers(with_gemini, gemini):
    server = await with_gemini()
    async with server.assistant() as client:
        await client.turn(frames(speech_like()))
        await client.turn(frames(speech_like()))
    await gemini.next_prompt()
    second = await gemini.next_prompt()
    talk = [(content["role"], content["parts"][0]["text"]) for content in second.body["contents"]]
    assert talk == [("user", WORDS), ("model", "Hello there."), ("user", WORDS)]


async def test_a_skill_is_used_and_the_signature_comes_back(with_gemini, gemini):
    """The simulator refuses a history whose calls lack their signature, in this turn and in the next."""
    server = await with_gemini()
    gemini.answers = [
        Answer(words=("Let me see. ",), calls=(("calculator", {"expression": "6*7"}), ("clock", {}))),
        Answer(words=("It is", " 42.")),
    ]
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
        assert reply.text == "Let me see. It is 42."
        reply = await client.turn(frames(speech_like()))
        assert reply.text == "Hello there."
    first = await gemini.next_prompt()
    names = {declared["name"] for declared in first.body["tools"][0]["functionDeclarations"]}
    assert {"clock", "calculator"} <= names
    second = await gemini.next_prompt()
    told = second.body["contents"][-1]["parts"][0]["functionResponse"]
    assert told["name"] == "calculator" and "42" in told["response"]["output"]


async def test_a_fumbled_call_is_asked_for_again(with_gemini, gemini):
    server = await with_gemini()
    gemini.answers = [Answer(words=(), ending=Ending.FUMBLES)]
    assert (await one_turn(server)).last == {"type": "llm", "event": "end", "text": "Hello there."}


async def test_a_model_that_refuses_to_hear_of_thinking(with_gemini, gemini):
    gemini.thinks = False
    server = await with_gemini()
    for _ in range(2):
        assert (await one_turn(server)).last["event"] == "end"
    assert len([call for call in gemini.calls if call.method == "POST"]) == 3


async def test_the_model_stops_when_the_client_leaves(with_gemini, gemini):
    server = await with_gemini()
    gemini.answer = Answer(words=("One", " two"), pause_after=1, resume=asyncio.Event())
    async with server.assistant() as client:
        await client.act("start")
        await client.send_audio(b"".join(frames(speech_like())))
        await client.act("end")
        await client.until(lambda m: m.get("delta") == "One")
        call = await gemini.next_prompt()
    await within(call.gone.wait(), "the end of the model's request after the client left", seconds=1)
    assert not call.answered.is_set()


@pytest.mark.parametrize(
    "answer, words_before, told",
    [
        (Answer(status=500), 0, "internal error"),
        (Answer(status=429, retry_after="60"), 0, "busy"),
        (Answer(words=(), ending=Ending.BLOCKED), 0, "PROHIBITED_CONTENT"),
        (Answer(words=("It", " is"), ending=Ending.SAFETY), 2, "SAFETY"),
        (Answer(words=("It", " is"), ending=Ending.ERROR_EVENT), 2, "gave up"),
        (Answer(words=("It", " is"), ending=Ending.GARBAGE), 2, "no sense"),
        (Answer(words=("It", " is"), ending=Ending.BREAKS_OFF), 2, "broke off"),
        (Answer(words=("It", " is"), ending=Ending.ENDS_EARLY), 2, "broke off"),
    ],
    ids=["500", "429", "blocked", "safety", "error", "garbage", "breaks off", "ends early"],
)
async def test_a_model_that_fails_is_reported(with_gemini, gemini, answer, words_before, told):
    server = await with_gemini()
    gemini.answers = [answer]
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
        assert len(reply.deltas) <= words_before
        assert reply.last["event"] == "error"
        assert told in reply.last["message"]
        # The socket is good for another turn, and nothing was asked twice.
        reply = await client.turn(frames(speech_like()))
        assert reply.last == {"type": "llm", "event": "end", "text": "Hello there."}
    assert len([call for call in gemini.calls if call.method == "POST"]) == 2


async def test_a_model_that_stalls_is_given_up(with_gemini, gemini):
    server = await with_gemini(files={"repartee.toml": "[engines.gemini]\ntimeout = 500\nstall_timeout = 200\n"})
    gemini.answers = [Answer(words=("It",), ending=Ending.STALLS)]
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
        assert reply.last["event"] == "error"
        call = await gemini.next_prompt()
        await within(call.gone.wait(), "the end of the request that stalled")
        reply = await client.turn(frames(speech_like()))
        assert reply.last["event"] == "end"


async def test_a_gemini_that_is_busy_for_a_moment_is_waited_for(with_gemini, gemini):
    server = await with_gemini()
    gemini.answers = [Answer(status=503, retry_after="0.1")]
    assert (await one_turn(server)).last["event"] == "end"


async def test_an_answer_whose_room_is_used_up(with_gemini, gemini):
    server = await with_gemini()
    gemini.answer = Answer(ending=Ending.LENGTH)
    answer = await (await server.post("/api/chat", json=chat(options={"num_predict": 5}))).json()
    assert answer["message"]["content"] == "Hello there."
    assert answer["done_reason"] == "length"
    assert (await gemini.next_prompt()).body["generationConfig"]["maxOutputTokens"] == 5


async def test_a_wrong_key_names_its_variable_and_stays_secret(with_gemini, gemini):
    wrong = "AIza-wrong-55c1"
    server = await with_gemini(ready=False, settings={"GEMINI_API_KEY": wrong})
    reply = await one_turn(server)
    assert reply.last["event"] == "error"
    assert "GEMINI_API_KEY" in reply.last["message"]
    response = await server.post("/api/chat", json=chat())
    assert response.status == 503
    said = json.dumps(reply.last) + await response.text() + server.log_text() + server.output
    assert wrong not in said


async def test_auto_never_takes_it(launch, gemini):
    server = await launch({"LLM_ROUTE": "auto", "GEMINI_API_KEY": KEY, "GEMINI_BASE_URL": gemini.base_url,
                           "OLLAMA_BASE_URL": "http://127.0.0.1:9"})  # fmt: skip
    assert (await one_turn(server)).last["event"] == "end"
    # The accounts API, whose original takes it where there is a key, has asked whether it is there.
    assert [call for call in gemini.calls if call.method != "GET"] == []
