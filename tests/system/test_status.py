"""/health, /ready, /metrics, and what the server says to requests nobody planned."""

import re

import aiohttp
import pytest
from support.sound import frames, speech_like


async def test_health(scripted):
    response = await scripted.get("/health")
    assert response.status == 200
    assert response.content_type == "application/json"
    assert {"ok": True, "status": "healthy"}.items() <= (await response.json()).items()


async def test_ready_says_which_engines_are_up(scripted):
    response = await scripted.get("/ready")
    assert response.status == 200
    body = await response.json()
    assert body["ready"] is True
    assert body["engines"]["recogniser"]["engine"] == "scripted"


async def test_not_ready_without_the_engine_that_was_asked_for(launch):
    server = await launch({"LLM_ROUTE": "ollama", "OLLAMA_BASE_URL": "http://127.0.0.1:9"}, ready=False)
    response = await server.get("/ready")
    assert response.status == 503
    assert (await response.json())["ready"] is False
    # It lives all the same.
    assert (await server.get("/health")).status == 200


def sample(text, name):
    """The sum of a metric over its labels."""
    values = re.findall(rf"^{name}(?:{{[^}}]*}})? ([0-9.e+]+)$", text, re.MULTILINE)
    assert values, f"{name} is not in:\n{text}"
    return sum(float(value) for value in values)


async def test_metrics_count_sessions(scripted):
    response = await scripted.get("/metrics")
    assert response.status == 200
    assert response.content_type == "text/plain"
    async with scripted.assistant() as client:
        await client.turn(frames(speech_like()))
        text = await (await scripted.get("/metrics")).text()
        assert sample(text, "repartee_sessions_open") == 1


async def test_an_unknown_path(scripted):
    response = await scripted.get("/nothing/here")
    assert response.status == 404
    assert (await response.json())["detail"] == "Not Found"


async def test_a_wrong_method(scripted):
    async with scripted.http.delete(scripted.url + "/api/chat") as response:
        assert response.status == 405
        assert "POST" in response.headers["Allow"]
        assert (await response.json())["detail"] == "Method Not Allowed"


async def test_an_error_carries_its_request_id(scripted):
    first = await (await scripted.get("/nothing")).json()
    second = await (await scripted.get("/nothing")).json()
    assert first["request_id"] != second["request_id"]


async def test_a_socket_on_a_path_that_has_none(scripted):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await scripted.http.ws_connect(scripted.url.replace("http", "ws", 1) + "/api/nothing")
    assert refused.value.status in (403, 404)


async def test_ws_without_an_upgrade(scripted):
    response = await scripted.get("/ws")
    assert response.status in (400, 404, 405, 426)


async def test_the_log_keeps_what_people_say_to_itself(launch):
    secrets = {"SCRIPTED_STT_TEXT": "a purple walrus", "SCRIPTED_REPLY": "an orange giraffe"}
    server = await launch({**secrets, "LOG_TEXTS": "false", "LOG_LEVEL": "TRACE"})
    async with server.assistant() as client:
        await client.turn(frames(speech_like()))
    await server.event("session closed")
    assert "walrus" not in server.log_text()
    assert "giraffe" not in server.log_text()


async def test_every_line_of_the_log_is_json(scripted):
    assert scripted.lines
    assert len(scripted.events) == len(scripted.lines), scripted.log_text()
