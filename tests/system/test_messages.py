"""Every error and every skip of the push-to-talk protocol, and that the socket survives them."""

import aiohttp
import pytest
from support.assistant import CUT_OFF, Closed
from support.sound import frames, silence, speech_like, wav

EBML = b"\x1a\x45\xdf\xa3"


NO_OBJECTS = ["hello", "", "[]", '["action","start"]', "{}", "null", "17", '"start"', '{"action":']


@pytest.mark.parametrize("text", NO_OBJECTS)
async def test_a_text_frame_that_is_no_object(scripted, text):
    async with scripted.assistant() as client:
        await client.send(text)
        await client.expect({"type": "error", "message": "invalid JSON message"})
        await client.expect_quiet()


UNKNOWN_ACTIONS = [({"action": "foo"}, "foo"), ({"volume": 11}, "None"), ({"action": None}, "None"), ({"action": ""}, "")]


@pytest.mark.parametrize("message, name", UNKNOWN_ACTIONS)
async def test_an_unknown_action(scripted, message, name):
    async with scripted.assistant() as client:
        await client.send(message)
        await client.expect({"type": "error", "message": f"unknown action: {name}"})
        await client.expect_quiet()


async def test_keys_nobody_knows_are_ignored(scripted):
    async with scripted.assistant() as client:
        await client.send({"action": "ping", "at": 12})
        await client.expect({"type": "pong"})


@pytest.mark.parametrize("size", [0, 1, 640, 999])
async def test_too_short(scripted, size):
    async with scripted.assistant() as client:
        if size:
            await client.send_recording([speech_like()[:size]])
        await client.act("end")
        await client.expect({"type": "error", "message": f"Audio too short: {size} bytes. Please speak longer."})
        # No acknowledgment, an empty buffer, an open socket.
        await client.expect_quiet()
        await client.send_recording([speech_like()[:100]])


async def test_a_thousand_bytes_are_enough(scripted):
    async with scripted.assistant() as client:
        reply = await client.turn([speech_like()[:1000]])
        assert reply.transcript["type"] == "stt"


async def test_an_odd_byte_is_dropped(scripted):
    async with scripted.assistant() as client:
        reply = await client.turn([speech_like() + b"\x01"])
        assert reply.transcript == {"type": "stt", "text": "what time is it"}


async def test_silence_is_skipped(scripted):
    async with scripted.assistant() as client:
        reply = await client.turn(frames(silence(2)))
        assert reply.transcript == {"type": "stt", "text": ""}
        assert reply.last == {"type": "llm", "event": "skipped"}
        await client.expect_quiet()


UNREADABLE = {
    "WebM": EBML + bytes(range(256)) * 8,
    "WAV without a sound": b"RIFF\xff\xff\xff\x7fWAVE" + b"junk" * 400,
    "WAV of no known kind": wav(speech_like()).replace(b"\x10\0\0\0\x01\0", b"\x10\0\0\0\x63\0", 1),
}


@pytest.mark.parametrize("recording", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_a_recording_that_cannot_be_opened(scripted, recording):
    async with scripted.assistant() as client:
        reply = await client.turn([recording])
        assert set(reply.transcript) == {"type", "text", "error"}
        assert reply.transcript["text"] == ""
        assert len(reply.transcript["error"]) > 10
        # Nothing follows, and the next turn is a good one.
        await client.expect_quiet()
        good = await client.turn(frames(speech_like()))
        assert good.transcript == {"type": "stt", "text": "what time is it"}


@pytest.mark.parametrize("rate", [8000, 44100, 48000])
async def test_wav_of_other_rates(scripted, rate):
    async with scripted.assistant() as client:
        reply = await client.turn([wav(speech_like(), rate)])
        assert reply.transcript == {"type": "stt", "text": "what time is it"}


async def test_application_and_protocol_pings(scripted):
    async with scripted.assistant(autoping=False) as client:
        await client.act("ping")
        await client.expect({"type": "pong"})
        await client.socket.ping(b"there?")
        message = await client.socket.receive(timeout=10)
        assert (message.type, message.data) == (aiohttp.WSMsgType.PONG, b"there?")


async def test_more_sound_than_allowed_closes_with_1009(launch):
    server = await launch({"MAX_AUDIO_BYTES": 20000})
    sound = frames(speech_like(2))
    async with server.assistant() as client:
        await client.send_recording(sound[:2])
        await client.send_audio(sound[2])
        # Refused before it is counted.
        await client.expect({"type": "error", "message": "max_audio_bytes exceeded"})
        assert await client.receive() == Closed(1009)
    async with server.assistant() as client:
        # Exactly at the limit is allowed.
        assert await client.send_recording([speech_like()[:20000]]) == 20000
        await client.act("start")
        await client.expect({"type": "ack", "event": "start"})
        assert await client.send_recording([speech_like()[:20000]]) == 20000


async def test_a_frame_over_16_mib_closes_with_1009(scripted):
    async with scripted.assistant() as client:
        try:
            await client.send_audio(bytes((16 << 20) + 1))
        except OSError:
            pass  # refused before all of it was sent, in which case the goodbye may be lost, too
        assert await client.receive() in (Closed(1009), Closed(CUT_OFF))
    async with scripted.assistant() as client:
        await client.send_recording([bytes(16 << 20)])


async def test_a_transcript_that_is_empty_is_skipped(launch):
    server = await launch({"SCRIPTED_STT_TEXT": ""})
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
        assert reply.transcript == {"type": "stt", "text": ""}
        assert reply.last == {"type": "llm", "event": "skipped"}


@pytest.mark.parametrize("route", ["auto", "ollama"])
async def test_a_model_that_is_switched_off_is_skipped(launch, ollama, route):
    settings = {"OLLAMA_ENABLED": "false", "OLLAMA_BASE_URL": ollama.url, "LLM_ROUTE": route}
    server = await launch(settings, ready=False)
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
        assert reply.transcript == {"type": "stt", "text": "what time is it"}
        assert reply.last == {"type": "llm", "event": "skipped"}
        await client.expect_quiet()
    for path in ("/api/chat", "/api/generate"):
        response = await server.post(path, json={"prompt": "hi", "messages": [{"role": "user", "content": "hi"}]})
        assert response.status == 503
        assert (await response.json())["detail"] == "Ollama is disabled"
    assert not [call for call in ollama.calls if call.method == "POST"]
