"""What is said in the room, heard for real: PulseAudio with a room that needs no sound card, ALSA's plug-in for it,
PortAudio, and speech that is played into the room."""

import asyncio
import json
import os
import random
import re
import time
from contextlib import asynccontextmanager

import pytest_asyncio
from conftest import SCRIPTED, running
from support.command import Command
from support.pulse import sound_system
from support.server import binary, environment
from support.sound import say, silence, speech_like, wav
from support.waiting import within

# Those that the smallest recogniser understands well.
FIRST = "please tell me about the weather"
SECOND = "please tell me about the mountain"

# Seconds in which everything that is coming has come: more than twice what a line takes.
QUIET = 2.5

# Seconds from the end of a sentence to its line; sanitizers make recognisers several times as slow.
LATEST = 10 if os.environ.get("REPARTEE_SANITIZE") else 2

NO_SOUND_SYSTEM = {"PULSE_SERVER": "unix:/nonexistent/socket"}


def spoken(text):
    return say(binary(), environment("/nonexistent"), text)


def noise(seconds, loudness):
    randomness = random.Random(5)
    return b"".join(
        int(max(-32768, min(32767, randomness.gauss(0, loudness)))).to_bytes(2, "little", signed=True)
        for _ in range(int(16000 * seconds))
    )


class Viewer:
    """A client of /captions, or of another path: keeps what it gets and when."""

    def __init__(self, ws):
        self.ws = ws
        self.messages = []
        self.times = []
        self._news = asyncio.Condition()
        self._reader = asyncio.ensure_future(self._read())

    async def _read(self):
        async for message in self.ws:
            async with self._news:
                self.messages.append(json.loads(message.data))
                self.times.append(time.monotonic())
                self._news.notify_all()
        async with self._news:
            self._news.notify_all()

    def events(self, name):
        return [message for message in self.messages if message.get("event") == name]

    @property
    def lines(self):
        return [message["text"] for message in self.events("transcript") if message["is_final"]]

    async def until(self, condition, what):
        async with self._news:
            await within(self._news.wait_for(condition), f"{what}; there is {self.messages}")

    async def until_lines(self, count):
        await self.until(lambda: len(self.lines) >= count, f"{count} lines")

    async def close(self):
        await self.ws.close()
        await self._reader


@asynccontextmanager
async def viewer(server, path="/captions"):
    ws = await server.http.ws_connect(server.url.replace("http", "ws", 1) + path)
    client = Viewer(ws)
    try:
        yield client
    finally:
        await client.close()


def close_to(said, heard):
    """The words that count came through."""
    return set(re.findall(r"[a-z]+", said)[-1:]) <= set(re.findall(r"[a-z]+", heard.lower()))


@pytest_asyncio.fixture(scope="module")
async def room(event_loop):
    async with sound_system() as pulse:
        yield pulse


@pytest_asyncio.fixture(autouse=True)
async def nobody_listens_any_more(room):
    """What the test before heard last is no affair of the next one's."""
    await room.until_listeners(0)


@pytest_asyncio.fixture(scope="module")
async def embedded(event_loop, room):
    """Understands for real."""
    async with running({"STT_ENGINE": "pocketsphinx", **room.settings}) as server:
        yield server


@pytest_asyncio.fixture(scope="module")
async def scripted_room(event_loop, room):
    """Understands the same words always: for what has to do with sound alone."""
    async with running({**room.settings, "SCRIPTED_STT_TEXT": "somebody spoke"}) as server:
        yield server


async def test_two_sentences_are_two_lines(room, embedded, tmp_path):
    first, second = await asyncio.gather(*(asyncio.to_thread(spoken, text) for text in (FIRST, SECOND)))
    async with viewer(embedded) as client, viewer(embedded, "/captions?words=1") as exact:
        await room.until_listeners(1)
        await asyncio.sleep(0.5)
        ends = []
        for sentence, pause in ((first, 3), (second, QUIET)):
            await room.play(sentence)
            ends.append(time.monotonic())
            await asyncio.sleep(pause)
        await client.until_lines(2)
        assert len(client.messages) == 2, client.messages
        for said, message in zip((FIRST, SECOND), client.messages):
            assert message == {"event": "transcript", "text": message["text"], "is_final": True}
            assert close_to(said, message["text"]), message
        lags = [arrived - end for arrived, end in zip(client.times, ends)]
        assert max(lags) < LATEST, lags
        await exact.until_lines(2)
        assert exact.lines == client.lines
        for message in exact.messages:
            assert message["lag_ms"] < 1000 * LATEST
            assert [word["text"] for word in message["words"]] == message["text"].split()
            assert all(word["start_ms"] <= word["end_ms"] for word in message["words"])
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", message["at"])
    await room.until_listeners(0)
    # As a recording. The room's sound has been through two changes of its rate: the words need not be the same.
    (tmp_path / "room.wav").write_bytes(wav(first + silence(3) + second))
    file = await Command("transcribe", "room.wav", directory=tmp_path, STT_ENGINE="pocketsphinx").run()
    lines = file.out.splitlines()
    assert (file.code, file.err, len(lines)) == (0, "", 2), file.out
    assert all(close_to(said, heard) for said, heard in zip((FIRST, SECOND), lines)), lines


async def test_silence_and_noise_say_nothing(room, scripted_room):
    async with viewer(scripted_room, "/captions?partials=0") as client:
        await room.until_listeners(1)
        switched_on, door, less_than_a_word = noise(3, 800), noise(0.2, 8000), speech_like(0.15)
        await room.play(silence(1) + switched_on + silence(1) + door + silence(1) + less_than_a_word)
        await asyncio.sleep(QUIET)
        assert client.messages == []


async def test_a_hundred_viewers_see_both_lines_and_then_the_device_is_free(room, scripted_room):
    clients = []
    connect = [scripted_room.http.ws_connect(scripted_room.url.replace("http", "ws", 1) + "/captions") for _ in range(100)]
    for ws in await asyncio.gather(*connect):
        clients.append(Viewer(ws))
    await room.until_listeners(1)
    await asyncio.sleep(0.5)
    for _ in range(2):
        await room.play(speech_like(1.5))
        await asyncio.sleep(1.5)
    for client in clients:
        await client.until_lines(2)
    await asyncio.gather(*(client.close() for client in clients[1:]))
    await asyncio.sleep(0.3)
    assert await room.listeners() == 1, "the last one still looks"
    await clients[0].close()
    await room.until_listeners(0)
    assert all(client.lines == ["somebody spoke"] * 2 for client in clients)


async def test_nothing_that_a_client_sends_ends_its_captions(room, scripted_room):
    async with viewer(scripted_room) as client:
        await client.ws.send_str("what is the weather like?")
        await client.ws.send_str('{"text":"stop"}')
        await client.ws.send_str('{"type":"KeepAlive"}')
        await client.ws.send_bytes(b"\x1a\x45\xdf\xa3" * 1000)
        await room.until_listeners(1)
        await room.play(speech_like(1.0))
        await client.until_lines(1)
        assert client.messages == [{"event": "transcript", "text": "somebody spoke", "is_final": True}]


async def test_parts_are_for_who_asks(room, scripted_room):
    async with viewer(scripted_room) as plain, viewer(scripted_room, "/captions?partials=1") as eager:
        await room.until_listeners(1)
        await room.play(speech_like(1.0))
        await plain.until_lines(1)
        await eager.until_lines(1)
        assert plain.messages == [{"event": "transcript", "text": "somebody spoke", "is_final": True}]
        assert not eager.messages[0]["is_final"] and eager.messages[-1]["is_final"]


async def test_who_comes_late_sees_the_last_lines_and_the_transcript_is_a_file(room, scripted_room):
    async with viewer(scripted_room) as client:
        await room.until_listeners(1)
        await room.play(speech_like(1.0))
        await client.until_lines(1)
    async with viewer(scripted_room, "/captions?last=1") as late:
        await late.until_lines(1)
        assert late.messages == [{"event": "transcript", "text": "somebody spoke", "is_final": True}]
    files = {}
    for name in ("json", "srt", "vtt", "text"):
        answer = await scripted_room.get(f"/captions/transcript?format={name}")
        assert answer.status == 200
        files[name] = await answer.text()
    lines = json.loads(files["json"])["lines"]
    assert {line["text"] for line in lines} == {"somebody spoke"}
    assert files["text"].splitlines() == ["somebody spoke"] * len(lines)
    assert files["vtt"].startswith("WEBVTT\n\n00:00:00.000 --> ")
    assert files["srt"].startswith("1\n00:00:00,000 --> ")
    assert (await scripted_room.get("/captions/transcript?format=pdf")).status == 422


async def test_wishes_that_cannot_be_met_are_told(room, scripted_room):
    async with viewer(scripted_room, "/captions?last=some&language=%20&translate=en") as client:
        await client.until(lambda: len(client.messages) == 3, "three complaints")
        assert all(message["event"] == "error" for message in client.messages)


async def test_the_shared_socket_shows_captions_until_its_client_sends_something(room, scripted_room):
    async with viewer(scripted_room, "/ws") as looker, viewer(scripted_room, "/ws") as assistant:
        await room.until_listeners(1)
        await assistant.ws.send_str('{"action":"ping"}')
        await assistant.until(lambda: len(assistant.messages) == 2, "ready and pong")
        await room.play(speech_like(1.0))
        await looker.until_lines(1)
        assert looker.messages[0]["type"] == "ready"
        assert looker.messages[1:] == [{"event": "transcript", "text": "somebody spoke", "is_final": True}]
        assert assistant.events("transcript") == []


async def test_a_microphone_that_is_pulled_out_is_told_and_heard_again_when_it_is_back(room, scripted_room):
    async with viewer(scripted_room) as client, viewer(scripted_room, "/ws") as looker:
        await room.until_listeners(1)
        await room.take_room_away()
        await client.until(lambda: client.events("error"), "an error")
        assert "microphone" in client.events("error")[0]["message"].lower()
        async with viewer(scripted_room) as later:
            await later.until(lambda: later.events("error"), "an error for who comes meanwhile")
        await room.bring_room()
        await room.until_listeners(1)
        await asyncio.sleep(0.5)
        await room.play(speech_like(1.0))
        await client.until_lines(1)
        assert looker.events("error") == []
    assert "Expression '" not in scripted_room.log_text()
    assert "ALSA lib" not in scripted_room.log_text()
    assert all(line.startswith("{") for line in scripted_room.lines), scripted_room.log_text()


async def test_a_sound_server_that_is_killed_is_told_and_its_successor_found(room, scripted_room):
    async with viewer(scripted_room) as client:
        await room.until_listeners(1)
        await room.fail()
        await client.until(lambda: client.events("error"), "an error")
        await room.start()
        await room.until_listeners(1)
        await asyncio.sleep(0.5)
        await room.play(speech_like(1.0))
        await client.until_lines(1)
    await room.until_listeners(0)
    assert "Expression '" not in scripted_room.log_text()


async def test_without_a_microphone_the_server_runs_and_clients_are_told(launch):
    server = await launch(NO_SOUND_SYSTEM)
    async with viewer(server) as client:
        await client.until(lambda: client.events("error"), "an error")
        assert "microphone" in client.messages[0]["message"]
        assert not client.ws.closed
    assert (await server.get("/health")).status == 200
    assert all(line.startswith("{") for line in server.lines), server.log_text()


async def test_others_do_not_hear_the_room(launch):
    server = await launch({"HOST": "0.0.0.0", **NO_SOUND_SYSTEM})
    async with viewer(server) as client:
        await client.until(lambda: client.events("error"), "an error")
        assert "this machine alone" in client.messages[0]["message"]
    assert (await server.get("/captions/transcript")).status == 403


async def test_devices_are_listed_and_the_doctor_explains(room, tmp_path):
    listed = await Command("devices", directory=tmp_path, **room.settings).run()
    assert listed.code == 0, listed.err
    assert re.search(r"\* +\d+  default  \(ALSA, ", listed.out), listed.out
    assert listed.err == ""
    as_json = await Command("devices", "--json", directory=tmp_path, **room.settings, MICROPHONE="puls").run()
    chosen = [one["name"] for one in json.loads(as_json.out)["microphones"] if one["chosen"]]
    assert chosen == ["pulse"]
    missing = await Command("devices", directory=tmp_path, **room.settings, MICROPHONE="webcam").run()
    assert missing.code == 1
    assert "There is no microphone 'webcam' here; there is: " in missing.out
    none = await Command("devices", directory=tmp_path, **NO_SOUND_SYSTEM).run()
    assert none.code == 1
    assert "no microphone" in none.out
    doctor = await Command("doctor", "--quick", directory=tmp_path, **{**SCRIPTED, **NO_SOUND_SYSTEM}).run()
    assert re.search(r"off +microphone +This machine has no microphone", doctor.out), doctor.out
    doctor = await Command("doctor", "--quick", directory=tmp_path, **{**SCRIPTED, **room.settings}).run()
    assert re.search(r"ok +microphone +default\n", doctor.out), doctor.out
