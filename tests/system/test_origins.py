"""Who may call from a browser: Host, Origin and CORS."""

import aiohttp
import pytest
import pytest_asyncio
from conftest import running

# 421 says of a Host what 403 says of an Origin.
REFUSED = (403, 421)

EVIL = "https://evil.example"
APP = "https://app.example"


@pytest_asyncio.fixture(scope="module")
async def listed(event_loop):
    """A server that was told which origins it serves."""
    async with running({"CORS_ALLOW_ORIGINS": f'["{APP}"]'}) as server:
        yield server


async def socket_status(server, **headers):
    """101, or the status that refused the handshake."""
    try:
        async with server.http.ws_connect(server.url.replace("http", "ws", 1) + "/ws", headers=headers):
            return 101
    except aiohttp.WSServerHandshakeError as refused:
        return refused.status


LOOKALIKES = ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example"]


@pytest.mark.parametrize("host", LOOKALIKES)
async def test_a_host_that_is_not_ours(scripted, host):
    assert (await scripted.get("/health", headers={"Host": host})).status in REFUSED
    assert await socket_status(scripted, Host=host) in REFUSED


async def test_hosts_that_are_ours(scripted):
    for host in ("127.0.0.1", f"127.0.0.1:{scripted.port}", f"localhost:{scripted.port}", "LOCALHOST", "[::1]:8000"):
        assert (await scripted.get("/health", headers={"Host": host})).status == 200, host


async def test_sockets_take_no_origin_our_own_and_loopback_ones(scripted):
    assert await socket_status(scripted) == 101
    for origin in (scripted.url, f"http://localhost:{scripted.port}", "http://localhost:3000", "http://127.0.0.1:5173"):
        assert await socket_status(scripted, Origin=origin) == 101, origin


@pytest.mark.parametrize("origin", [EVIL, "null", "file://", *(f"http://{host}" for host in LOOKALIKES)])
async def test_sockets_refuse_every_other_origin(scripted, origin):
    assert await socket_status(scripted, Origin=origin) == 403


async def test_a_list_governs_sockets(listed):
    assert await socket_status(listed) == 101
    # Our own page is always let in, by whatever name of ours it came.
    for origin in (APP, listed.url):
        assert await socket_status(listed, Origin=origin) == 101, origin
    own_name = f"localhost:{listed.port}"
    assert await socket_status(listed, Origin=f"http://{own_name}", Host=own_name) == 101
    for origin in (EVIL, "http://localhost:3000", "https://app.example.evil.example", "http://app.example"):
        assert await socket_status(listed, Origin=origin) == 403, origin


async def preflight(server, path, origin):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-special",
    }
    async with server.http.options(server.url + path, headers=headers) as response:
        return response


@pytest.mark.parametrize("path", ["/api/chat", "/api/generate"])
async def test_any_page_may_ask_the_old_apis(scripted, path):
    response = await preflight(scripted, path, EVIL)
    assert response.status in (200, 204)
    assert response.headers["Access-Control-Allow-Origin"] in ("*", EVIL)
    # Anyone may ask, nobody with our user's cookies.
    assert response.headers.get("Access-Control-Allow-Credentials") != "true"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    allowed = response.headers["Access-Control-Allow-Headers"].lower()
    assert "content-type" in allowed
    assert "x-special" in allowed


async def test_answers_and_errors_carry_the_header(scripted):
    headers = {"Origin": EVIL}
    good = await scripted.post("/api/generate", json={"prompt": "hi"}, headers=headers)
    streamed = await scripted.post("/api/generate", json={"prompt": "hi", "stream": True}, headers=headers)
    bad = await scripted.post("/api/generate", data=b"nonsense", headers=headers)
    health = await scripted.get("/health", headers=headers)
    assert [r.status for r in (good, streamed, bad, health)] == [200, 200, 400, 200]
    for response in (good, streamed, bad, health):
        assert response.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_list_governs_cors_too(listed):
    for origin, expected in ((APP, APP), (EVIL, None)):
        response = await preflight(listed, "/api/chat", origin)
        assert response.headers.get("Access-Control-Allow-Origin") == expected
        answer = await listed.post("/api/generate", json={"prompt": "hi"}, headers={"Origin": origin})
        assert answer.headers.get("Access-Control-Allow-Origin") == expected
        if expected:
            assert "origin" in answer.headers["Vary"].lower()


async def test_metrics_and_ready_are_not_for_other_pages(scripted):
    for path in ("/metrics", "/ready"):
        response = await scripted.get(path, headers={"Origin": EVIL})
        assert "Access-Control-Allow-Origin" not in response.headers
