"""TLS on the whole listener, if and only if CERT_FILE is set."""

import ssl

import aiohttp
import pytest_asyncio
from conftest import running
from support.certificate import make_certificate
from support.raw import Connection
from support.sound import frames, speech_like


@pytest_asyncio.fixture(scope="module")
async def certificate(event_loop, tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest_asyncio.fixture(scope="module")
async def secure(event_loop, certificate):
    async with running({"CERT_FILE": certificate[0], "KEY_FILE": certificate[1]}) as server:
        yield server


def trusting(certificate):
    return ssl.create_default_context(cafile=certificate[0])


async def test_https(secure, certificate):
    assert secure.url.startswith("https://")
    response = await secure.get("/health", ssl=trusting(certificate))
    assert (await response.json())["ok"] is True


async def test_wss(secure, certificate):
    async with secure.assistant(ssl=trusting(certificate)) as client:
        reply = await client.turn(frames(speech_like()))
        assert reply.last == {"type": "llm", "event": "end", "text": "It is half past nine. Shall I remind you?"}


async def test_a_page_of_our_own_opens_a_socket(secure, certificate):
    async with secure.assistant(ssl=trusting(certificate), origin=secure.url) as client:
        await client.expect_quiet()


async def test_a_stream_over_tls(secure, certificate):
    response = await secure.post("/api/generate", json={"prompt": "hi", "stream": True}, ssl=trusting(certificate))
    assert response.content_type == "application/x-ndjson"
    assert (await response.text()).count("\n") > 2


async def test_plain_http_gets_no_answer(secure):
    async with aiohttp.ClientSession() as session:
        try:
            async with session.get(f"http://127.0.0.1:{secure.port}/health") as response:
                assert response.status == 400
        except aiohttp.ClientError:
            pass


async def test_a_handshake_that_is_none_harms_nobody(secure, certificate):
    class Plain:  # the same port, spoken to without TLS
        url, port = "http://", secure.port

    for nonsense in (b"", b"\x16\x03\x01", b"\x16\x03\x01\xff\xff" + bytes(500), b"GET / HTTP/1.1\r\n\r\n"):
        async with Connection(Plain) as connection:
            await connection.send(nonsense)
    assert (await secure.get("/health", ssl=trusting(certificate))).status == 200
