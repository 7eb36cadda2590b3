"""Turns that a server speaking OpenAI's language answers, over /ws and /api/chat, in good weather and in bad."""

import asyncio
import json

import pytest
import pytest_asyncio
from support.openai import Answer, Ending, OpenAi
from support.sound import frames, speech_like
from support.waiting import within

WORDS = "what time is it"
KEY = "sk-simulated-7f3a"


@pytest_asyncio.fixture
async def openai():
    simulator = await OpenAi(key=KEY).start()
    yield simulator
    await simulator.stop()


@pytest.fixture
def with_openai(launch, openai):
    async def start(ready=True, **more):
        settings = {"LLM_ROUTE": "openai", "OPENAI_BASE_URL": openai.base_url, "OPENAI_API_KEY": KEY,
                    "OPENAI_MODEL": "gpt-4o-mini", **more.pop("settings", {})}  # fmt: skip
        return await launch(settings, ready=ready, **more)

    return start


async def one_turn(server):
    async with server.assistant() as client:
        return await client.turn(frames(speech_like()))


def chat(words="hi", **more):
    return {"messages": [{"role": "user", "content": words}], "stream": False, **more}


async def test_words_arrive_as_the_model_says_them(with_openai, openai):
    server = await with_openai()
    resume = asyncio.Event()
    openai.answer = Answer(words=("It", " is", " nine", "."), pause_after=2, resume=resume)
    async with server.assistant() as client:
        await client.act("start")
        await client.expect({"type": "ack", "event": "start"})
        await client.send_recording(frames(speech_like()))
        await client.act("end")
        messages = await client.until(lambda m: m.get("delta") == " is")
        assert messages[2] == {"type": "llm", "event": "start", "model": "gpt-4o-mini", "prompt": WORDS}
        # The model is still at it.
        resume.set()
        messages = await client.until(lambda m: "delta" not in m)
        assert messages[-1] == {"type": "llm", "event": "end", "text": "It is nine."}

    call = await openai.next_prompt()
    assert call.headers["Authorization"] == f"Bearer {KEY}"
    assert call.headers["Accept"] == "text/event-stream"
    assert call.body["stream"] is True
    assert call.body["messages"][-1] == {"role": "user", "content": WORDS}
    assert call.body["messages"][0]["role"] == "system"


async def test_a_stream_that_comes_byte_by_byte_in_hindi(with_openai, openai):
    server = await with_openai()
    openai.answer = Answer(words=("अभी ", "नौ ", "बजे हैं।"), bytewise=True)
    reply = await one_turn(server)
    assert reply.last == {"type": "llm", "event": "end", "text": "अभी नौ बजे हैं।"}


async def test_a_socket_remembers(with_openai, openai):
    server = await with_openai()
    async with server.assistant() as client:
        await client.turn(frames(speech_like()))
        await client.turn(frames(speech_like()))
    await openai.next_prompt()
    second = await openai.next_prompt()
    talk = [(m["role"], m["content"]) for m in second.body["messages"] if m["role"] != "system"]
    assert talk == [("user", WORDS), ("assistant", "Hello there."), ("user", WORDS)]


@pytest.mark.parametrize("key", ["reasoning_content", "reasoning"])
async def test_thoughts_are_nobodys_business(with_openai, openai, key):
    server = await with_openai()
    openai.answer = Answer(words=("<th", "ink>so they", " ask</think>", "Nine", "."), thoughts=("let me", " see"),
                           thoughts_key=key)  # fmt: skip
    reply = await one_turn(server)
    assert reply.text.strip() == "Nine."
    assert reply.last["text"] == reply.text
    answer = await (await server.post("/api/chat", json=chat())).json()
    assert answer["message"]["content"].strip() == "Nine."


@pytest.mark.parametrize(
    "model, member, value",
    [
        ("Qwen/Qwen3-8B", "chat_template_kwargs", {"enable_thinking": False}),
        ("zai-org/GLM-4.5", "chat_template_kwargs", {"enable_thinking": False}),
    ],
)
async def test_glm_and_qwen_are_told_not_to_think(with_openai, openai, model, member, value):
    openai.models = (model,)
    server = await with_openai(settings={"OPENAI_MODEL": model})
    assert (await one_turn(server)).text == "Hello there."
    assert (await openai.next_prompt()).body[member] == value


async def test_an_answer_among_the_thoughts_of_a_model_that_was_told_not_to_think(with_openai, openai):
    openai.models = ("qwen3",)
    openai.answer = Answer(words=(), thoughts=("It is", " nine."))
    server = await with_openai(settings={"OPENAI_MODEL": "qwen3"})
    assert (await one_turn(server)).last == {"type": "llm", "event": "end", "text": "It is nine."}


async def test_what_a_strict_server_refuses_is_left_out(with_openai, openai):
    openai.models = ("qwen3",)
    openai.refuses = ("chat_template_kwargs", "tools")
    server = await with_openai(settings={"OPENAI_MODEL": "qwen3"})
    for _ in range(2):
        assert (await one_turn(server)).last == {"type": "llm", "event": "end", "text": "Hello there."}
    calls = [call for call in openai.calls if call.path.endswith("/completions")]
    assert ["tools" in call.body for call in calls] == [True, True, False, False]


async def test_a_skill_is_used_and_its_result_told(with_openai, openai):
    server = await with_openai()
    openai.answers = [
        Answer(words=("Let me see. ",), calls=(("calculator", '{"expression": "6*7"}'),)),
        Answer(words=("It is", " 42.")),
    ]
    reply = await one_turn(server)
    assert reply.text == "Let me see. It is 42."
    first = await openai.next_prompt()
    assert {"clock", "calculator"} <= {tool["function"]["name"] for tool in first.body["tools"]}
    second = await openai.next_prompt()
    asked, told = second.body["messages"][-2:]
    assert asked["tool_calls"][0]["function"]["name"] == "calculator"
    assert json.loads(asked["tool_calls"][0]["function"]["arguments"]) == {"expression": "6*7"}
    assert told["role"] == "tool" and told["tool_call_id"] == asked["tool_calls"][0]["id"]
    assert "42" in told["content"]


@pytest.mark.parametrize("arguments", ["", "{broken", '{"expression": 7', "[]"])
async def test_a_skill_that_is_called_wrongly_is_told_so(with_openai, openai, arguments):
    server = await with_openai()
    openai.answers = [Answer(words=(), calls=(("calculator", arguments),)), Answer(words=("Sorry.",))]
    assert (await one_turn(server)).text == "Sorry."
    await openai.next_prompt()
    told = (await openai.next_prompt()).body["messages"][-1]
    assert told["role"] == "tool" and "expression" in told["content"]


async def test_the_model_stops_when_the_client_leaves(with_openai, openai):
    server = await with_openai()
    openai.answer = Answer(words=("One", " two", " three"), pause_after=1, resume=asyncio.Event())
    async with server.assistant() as client:
        await client.act("start")
        await client.send_audio(b"".join(frames(speech_like())))
        await client.act("end")
        await client.until(lambda m: m.get("delta") == "One")
        call = await openai.next_prompt()
        assert not call.gone.is_set()
    await within(call.gone.wait(), "the end of the model's request after the client left", seconds=1)
    assert not call.answered.is_set()


@pytest.mark.parametrize(
    "answer, words_before",
    [
        (Answer(status=429, error="Rate limit reached"), 0),
        (Answer(status=429, error="Rate limit reached", retry_after="60"), 0),
        (Answer(status=500), 0),
        (Answer(status=400, error="maximum context length is 8192 tokens"), 0),
        (Answer(words=("It", " is"), ending=Ending.ERROR_EVENT), 2),
        (Answer(words=("It", " is"), ending=Ending.GARBAGE), 2),
        (Answer(words=("It", " is"), ending=Ending.BREAKS_OFF), 2),
        (Answer(words=("It", " is"), ending=Ending.ENDS_EARLY), 2),
        (Answer(words=("It", " is"), ending=Ending.FILTER), 2),
        (Answer(words=(), ending=Ending.BREAKS_OFF), 0),
    ],
    ids=lambda value: value.ending.name if isinstance(value, Answer) and value.status == 200 else None,
)
async def test_a_model_that_fails_is_reported(with_openai, openai, answer, words_before):
    server = await with_openai()
    openai.answers = [answer]
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
        assert len(reply.deltas) <= words_before
        assert reply.last["event"] == "error"
        assert len(reply.last["message"]) > 10
        # The socket is good for another turn, and nothing was asked twice.
        reply = await client.turn(frames(speech_like()))
        assert reply.last == {"type": "llm", "event": "end", "text": "Hello there."}
    assert len([call for call in openai.calls if call.path.endswith("/completions")]) == 2


@pytest.mark.parametrize("ending", [Ending.WITHOUT_DONE, Ending.LENGTH])
async def test_other_ways_to_end_well(with_openai, openai, ending):
    server = await with_openai()
    openai.answer = Answer(ending=ending)
    assert (await one_turn(server)).last == {"type": "llm", "event": "end", "text": "Hello there."}


@pytest.mark.parametrize("ending", [Ending.STALLS, Ending.PINGS])
async def test_a_model_that_stalls_is_given_up(with_openai, openai, ending):
    server = await with_openai(files={"repartee.toml": "[engines.openai]\ntimeout = 500\nstall_timeout = 200\n"})
    openai.answers = [Answer(words=("It",), ending=ending), Answer(words=(), ending=ending)]
    async with server.assistant() as client:
        for _ in range(2):
            reply = await client.turn(frames(speech_like()))
            assert reply.last["event"] == "error"
            call = await openai.next_prompt()
            await within(call.gone.wait(), "the end of the request that stalled")
        reply = await client.turn(frames(speech_like()))
        assert reply.last["event"] == "end"


async def test_a_server_that_is_busy_for_a_moment_is_waited_for(with_openai, openai):
    server = await with_openai()
    openai.answers = [Answer(status=429, retry_after="0.1")]
    assert (await one_turn(server)).last == {"type": "llm", "event": "end", "text": "Hello there."}


async def test_a_kept_connection_that_died_is_replaced(with_openai, openai):
    server = await with_openai()
    assert (await one_turn(server)).text == "Hello there."
    port = int(openai.url.rsplit(":", 1)[1])
    await openai.stop()
    await openai.start(port)
    assert (await one_turn(server)).text == "Hello there."


async def test_a_wrong_key_names_its_variable_and_stays_secret(with_openai, openai):
    wrong = "sk-wrong-55c1"
    server = await with_openai(ready=False, settings={"OPENAI_API_KEY": wrong})
    reply = await one_turn(server)
    assert reply.last["event"] == "error"
    assert "OPENAI_API_KEY" in reply.last["message"]
    response = await server.post("/api/chat", json=chat())
    assert response.status == 503
    ready = await server.get("/ready")
    said = json.dumps(reply.last) + await response.text() + await ready.text() + server.log_text() + server.output
    assert wrong not in said


async def test_no_key_at_all(launch):
    server = await launch({"LLM_ROUTE": "openai"}, ready=False)
    reply = await one_turn(server)
    assert "OPENAI_API_KEY" in reply.last["message"]


async def test_chat_has_the_statuses_of_its_failures(with_openai, openai):
    server = await with_openai()
    openai.answers = [Answer(status=500), Answer(status=429), Answer(status=503), Answer(status=504)]
    statuses = [(await server.post("/api/chat", json=chat())).status for _ in range(5)]
    assert statuses == [502, 503, 503, 504, 200]
    openai.answers = [Answer(words=("It", " is"), ending=Ending.ERROR_EVENT)]
    response = await server.post("/api/chat", json=chat(stream=True))
    lines = [json.loads(line) for line in (await response.text()).splitlines()]
    assert lines[0]["message"]["content"] == "It"
    assert set(lines[-1]) == {"error"}


async def test_chat_forwards_known_options(with_openai, openai):
    server = await with_openai()
    options = {"temperature": 0.25, "num_predict": 50, "top_k": 5, "num_gpu": 99}
    assert (await server.post("/api/chat", json=chat(options=options))).status == 200
    sent = (await openai.next_prompt()).body
    assert sent["temperature"] == 0.25
    assert sent["max_tokens"] == 50
    assert not {"top_k", "num_gpu", "options", "tools"} & set(sent)


async def test_auto_takes_a_server_at_home_that_somebody_has_set(launch):
    openai = await OpenAi(models=("qwen3",)).start()
    try:
        server = await launch({"LLM_ROUTE": "auto", "OPENAI_BASE_URL": openai.base_url,
                               "OLLAMA_BASE_URL": "http://127.0.0.1:9"})  # fmt: skip
        await server.event("engine chosen", trade="model", engine="openai")
        reply = await one_turn(server)
        # Nobody said which model: it is the one that is there.
        assert reply.start["model"] == "qwen3"
        assert reply.text == "Hello there."
    finally:
        await openai.stop()


async def test_auto_never_takes_a_provider(launch):
    server = await launch({"LLM_ROUTE": "auto", "OPENAI_API_KEY": KEY, "OLLAMA_BASE_URL": "http://127.0.0.1:9"})
    await server.printed("Try it")
    assert "openai" not in server.output
    assert (await one_turn(server)).last["event"] == "end"


async def test_lmstudio_is_a_route(launch):
    openai = await OpenAi(models=("text-embedding-x", "local-model")).start()
    try:
        files = {"repartee.toml": f'[engines.lmstudio]\nbase_url = "{openai.url}"\n'}
        # What is meant for a provider does not go to LM Studio.
        server = await launch({"LLM_ROUTE": "lmstudio", "OPENAI_API_KEY": KEY}, files=files)
        reply = await one_turn(server)
        assert reply.start["model"] == "local-model"
        assert reply.text == "Hello there."
        assert "Authorization" not in (await openai.next_prompt()).headers
    finally:
        await openai.stop()
