"""POST /api/chat and /api/generate: Ollama's shapes, whichever model answers."""

import asyncio
import json

import pytest
from support.ollama import Answer, Ending
from support.waiting import within

REPLY = "It is half past nine. Shall I remind you?"

# What the page's chat box sends: its list ends with the message that is about to be filled.
PAGE = {
    "model": "whatever-the-page-thinks",
    "messages": [{"role": "user", "content": "What time is it?"}, {"role": "assistant", "content": ""}],
    "stream": True,
}


def lines_of(text):
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


async def test_chat_streams_a_json_object_a_line(scripted):
    response = await scripted.post("/api/chat", json=PAGE)
    assert response.status == 200
    assert response.content_type == "application/x-ndjson"
    lines = lines_of(await response.text())
    assert len(lines) > 2
    assert "".join(line["message"]["content"] for line in lines) == REPLY
    for line in lines:
        assert line["model"] == "scripted"
        assert line["message"]["role"] == "assistant"
        assert "created_at" in line
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
    assert lines[-1]["done_reason"] == "stop"


@pytest.mark.parametrize("stream", [{"stream": False}, {}])
async def test_chat_without_stream_is_one_object(scripted, stream):
    body = {key: value for key, value in PAGE.items() if key != "stream"}
    response = await scripted.post("/api/chat", json={**body, **stream})
    assert response.status == 200
    assert response.content_type == "application/json"
    answer = await response.json()
    assert answer["message"] == {"role": "assistant", "content": REPLY}
    assert answer["done"] is True
    assert answer["model"] == "scripted"


async def test_generate(scripted):
    response = await scripted.post("/api/generate", json={"model": "any", "prompt": "Hi", "stream": True})
    assert response.content_type == "application/x-ndjson"
    lines = lines_of(await response.text())
    assert "".join(line["response"] for line in lines) == REPLY
    assert lines[-1]["done"] is True
    response = await scripted.post("/api/generate", json={"prompt": "Hi"})
    assert (await response.json())["response"] == REPLY


@pytest.mark.parametrize("path", ["/api/chat", "/api/generate"])
@pytest.mark.parametrize("body", [b"", b"hello", b"[]", b"null", b'"text"', b'{"messages":', b"\xff\xfe{}"])
async def test_a_body_that_is_no_object(scripted, path, body):
    response = await scripted.post(path, data=body, headers={"Content-Type": "application/json"})
    assert response.status == 400
    answer = await response.json()
    assert answer["detail"] == "Invalid JSON payload"
    assert {"code", "message", "request_id"} <= set(answer)


@pytest.mark.parametrize(
    "path, body",
    [
        ("/api/chat", {}),
        ("/api/chat", {"messages": "hello"}),
        ("/api/chat", {"messages": []}),
        ("/api/chat", {"messages": [{"role": "wizard", "content": "hi"}]}),
        ("/api/chat", {"messages": [{"role": "user", "content": 7}]}),
        ("/api/generate", {}),
        ("/api/generate", {"prompt": 7}),
        ("/api/chat", {**PAGE, "options": {"temperature": "hot"}}),
        ("/api/chat", {**PAGE, "options": {"temperature": -1}}),
    ],
)
async def test_values_that_make_no_sense(scripted, path, body):
    response = await scripted.post(path, json=body)
    assert response.status == 422
    assert "detail" in await response.json()


async def test_the_content_type_does_not_matter(scripted):
    response = await scripted.post("/api/chat", data=json.dumps(PAGE), headers={"Content-Type": "text/plain"})
    assert response.status == 200


async def test_the_model_and_unknown_options_stay_ours(launch, ollama):
    server = await launch({"LLM_ROUTE": "ollama", "OLLAMA_BASE_URL": ollama.url})
    options = {"temperature": 0.25, "num_gpu": 99, "num_ctx": 1_000_000}
    response = await server.post("/api/chat", json={**PAGE, "options": options, "keep_alive": "24h", "tools": [{}]})
    assert response.status == 200
    lines = lines_of(await response.text())
    assert "".join(line["message"]["content"] for line in lines) == "Hello there."
    assert {line["model"] for line in lines} == {"llama3.1"}

    sent = (await ollama.next_prompt()).body
    assert sent["model"] == "llama3.1"
    assert sent["options"]["temperature"] == 0.25
    assert sent["options"].get("num_gpu") != 99
    assert sent["options"].get("num_ctx") != 1_000_000
    assert sent.get("keep_alive") != "24h"
    assert not sent.get("tools")
    # The placeholder is gone, and no persona of ours came in.
    assert sent["messages"] == [{"role": "user", "content": "What time is it?"}]


async def test_a_model_that_fails_at_once_gets_a_status(launch, ollama):
    server = await launch({"LLM_ROUTE": "ollama", "OLLAMA_BASE_URL": ollama.url})
    ollama.answers = [Answer(status=500, error="boom"), Answer(status=500, error="boom")]
    for stream in (True, False):
        response = await server.post("/api/chat", json={**PAGE, "stream": stream})
        assert response.status in (502, 503), await response.text()
        assert "detail" in await response.json()
    assert (await server.post("/api/chat", json=PAGE)).status == 200


async def test_a_model_that_fails_later_ends_with_an_error_line(launch, ollama):
    server = await launch({"LLM_ROUTE": "ollama", "OLLAMA_BASE_URL": ollama.url})
    ollama.answers = [Answer(words=("It", " is"), ending=Ending.ERROR_LINE)]
    response = await server.post("/api/chat", json=PAGE)
    assert response.status == 200
    lines = lines_of(await response.text())
    assert lines[0]["message"]["content"] == "It"
    assert set(lines[-1]) == {"error"}


async def test_the_model_stops_when_the_page_leaves(launch, ollama):
    server = await launch({"LLM_ROUTE": "ollama", "OLLAMA_BASE_URL": ollama.url})
    ollama.answer = Answer(words=("One", " two"), pause_after=1, resume=asyncio.Event())
    async with server.http.post(server.url + "/api/chat", json=PAGE) as response:
        first = await within(response.content.readline(), "the first word")
        assert json.loads(first)["message"]["content"] == "One"
        call = await ollama.next_prompt()
        response.close()
    await within(call.gone.wait(), "the end of the model's request")


async def test_a_body_over_the_limit(scripted):
    response = await scripted.post("/api/chat", data=b"x" * (8 << 20))
    assert response.status == 413
