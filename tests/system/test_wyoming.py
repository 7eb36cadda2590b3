"""Wyoming in both directions: other people's services for us, and our voice for other people's clients. Nobody loses a
word, and nobody is left in silence."""

import asyncio
import json
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from conftest import running
from support.call import Caller
from support.processes import children, eventually
from support.server import binary, environment
from support.sound import RATE, frames, speech_like
from support.waiting import within
from support.wyoming import Client, Fault, Hearing, Service, Speaking, listening, offered, required_keys_of

REPLY = "One two three four five six seven. Eight nine ten eleven twelve. Thirteen."

# Short, so that a stall is noticed within a test; and long enough for a busy machine.
IMPATIENT = "[engines.wyoming]\npatience = 1000\nspeech_patience = 1000\n"


@pytest_asyncio.fixture
async def service(event_loop):
    one = await Service().start()
    yield one
    await one.stop()


@asynccontextmanager
async def server_with(service, recogniser="scripted", synthesiser="scripted", toml=IMPATIENT, **settings):
    wanted = {
        "STT_ENGINE": recogniser,
        "TTS_ENGINE": synthesiser,
        "WYOMING_STT_URI": service.uri,
        "WYOMING_TTS_URI": service.uri,
        "SCRIPTED_REPLY": REPLY,
        **settings,
    }
    async with running(wanted, files={"repartee.toml": toml}) as server:
        try:
            if "," in recogniser + synthesiser:
                await server.event("engine chosen", engine="wyoming")
            yield server
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{server.log_text()}") from failure


async def spoken_turn(client, pcm=None):
    """A push-to-talk turn to whose reply the client listens: the transcript, the last message, the sound."""
    await client.send({"action": "options", "speech": True})
    await client.receive()
    await client.act("start")
    await client.receive()
    await client.send_recording(frames(pcm or speech_like(1.0)))
    await client.act("end")
    messages = await client.until(is_last)
    transcript = next(one for one in messages if isinstance(one, dict) and one["type"] == "stt")
    sound = b"".join(one for one in messages if isinstance(one, bytes))
    return transcript, messages[-1], sound


def is_last(message):
    if not isinstance(message, dict):
        return False
    if message["type"] == "speech":
        return message["event"] in ("end", "error")
    return "error" in message or message.get("event") in ("error", "skipped")


def seconds_of(pcm):
    return len(pcm) / 2 / RATE


async def all_at_once(check, cases):
    """Every case with a service and a server of its own, side by side: what they do is mostly to wait."""

    async def one(case):
        service = await Service().start()
        try:
            await check(service, case)
        except Exception as failure:
            raise AssertionError(f"{case}: {failure}") from failure
        finally:
            await service.stop()

    results = await asyncio.gather(*(one(case) for case in cases), return_exceptions=True)
    failures = [result for result in results if result is not None]
    if failures:
        raise failures[0]


# --- other people's services ---


async def test_a_whole_turn_with_services_that_stream(service):
    service.hearing = Hearing(final="what time is it", partials=((0.3, "what"), (0.6, " time")))
    async with server_with(service, "wyoming", "wyoming") as server:
        async with server.assistant() as client:
            transcript, last, sound = await spoken_turn(client)
            assert transcript["text"] == "what time is it"
            assert last == {"type": "speech", "event": "end"}
    heard = await service.next_talk("transcribe")
    assert heard.types() == ["transcribe", "audio-start", "audio-chunk", "audio-stop"]
    assert heard.first("transcribe").data["language"] == "en"
    assert heard.first("audio-chunk").data == {"rate": 16000, "width": 2, "channels": 1}
    assert heard.seconds == pytest.approx(1.0, abs=0.1)
    spoken = await service.next_talk("synthesize-start")
    assert spoken.types() == ["synthesize-start", "synthesize-chunk", "synthesize", "synthesize-stop"]
    assert spoken.first("synthesize-start").data["voice"] == {"language": "en_GB"}
    assert "".join(spoken.texts("synthesize-chunk")) == spoken.texts("synthesize")[0]
    assert spoken.texts("synthesize")[0].split() == REPLY.split()
    assert seconds_of(sound) == pytest.approx(spoken.seconds, abs=0.1)


async def test_a_whole_turn_sentence_by_sentence_over_a_unix_socket(tmp_path):
    service = await Service().start(path=str(tmp_path / "piper.sock"))
    service.speaking = Speaking(streams=False)
    toml = IMPATIENT + 'voice = "amy"\n'
    async with server_with(service, "wyoming", "wyoming", toml=toml) as server:
        async with server.assistant() as client:
            _, last, sound = await spoken_turn(client)
            assert last == {"type": "speech", "event": "end"}
    spoken = [talk for talk in service.talks if "synthesize" in talk.types()]
    assert " ".join(talk.texts("synthesize")[0].strip() for talk in spoken) == REPLY
    assert all(talk.first("synthesize").data["voice"] == {"name": "amy"} for talk in spoken)
    assert seconds_of(sound) == pytest.approx(sum(talk.seconds for talk in spoken), abs=0.1)
    await service.stop()


async def test_a_reply_keeps_the_rate_of_its_beginning(service):
    service.speaking = Speaking(rate=16000, later_rate=48000)
    async with server_with(service, synthesiser="wyoming") as server:
        async with server.assistant() as client:
            _, last, sound = await spoken_turn(client)
            assert last == {"type": "speech", "event": "end"}
    spoken = await service.next_talk("synthesize-start")
    assert seconds_of(sound) == pytest.approx(spoken.seconds, abs=0.1)


async def test_a_voice_may_speak_in_one_go_and_forget_to_say_that_it_has_finished(service):
    service.speaking = Speaking(one_group=True, forgets_stopped=True)
    async with server_with(service, synthesiser="wyoming") as server:
        async with server.assistant() as client:
            _, last, sound = await spoken_turn(client)
            assert last == {"type": "speech", "event": "end"}
        await server.event("voice forgot to say that it has finished")
    spoken = await service.next_talk("synthesize-start")
    assert seconds_of(sound) == pytest.approx(spoken.seconds, abs=0.1)


async def test_who_goes_away_stops_the_voice(service):
    service.speaking = Speaking(seconds_per_character=5.0)  # minutes
    async with server_with(service, synthesiser="wyoming") as server:
        async with server.assistant() as client:
            await client.send({"action": "options", "speech": True})
            await client.receive()
            await client.send_recording(frames(speech_like(0.5)))
            await client.act("end")
            await client.until(lambda message: isinstance(message, bytes))
            talk = await service.next_talk("synthesize-start")
            assert not talk.gone.is_set()
        await within(talk.gone.wait(), "the end of the connection")


async def test_a_text_is_said_with_it(service, tmp_path):
    settings = environment(tmp_path, TTS_ENGINE="wyoming", WYOMING_TTS_URI=service.uri)
    command = [binary(), "say", "Hello there.", "-o", "said.wav"]
    program = await asyncio.create_subprocess_exec(*command, env=settings, cwd=tmp_path)
    assert await within(program.wait(), "the recording") == 0
    spoken = await service.next_talk("synthesize-start")
    assert spoken.texts("synthesize-chunk") == ["Hello there.\n\n"], "it was asked what it can"
    assert (tmp_path / "said.wav").stat().st_size == pytest.approx(spoken.seconds * 2 * RATE, rel=0.05)


async def test_who_interrupts_a_call_stops_the_voice(service):
    service.hearings = [Hearing(final="please count"), Hearing(final="wait a moment", partials=((0.3, "wait"),))]
    service.speakings = [Speaking(seconds_per_character=0.2)]
    async with server_with(service, "wyoming", "wyoming") as server:
        url = server.url.replace("http", "ws", 1) + "/api/media-stream?agent_id=repartee"
        async with Caller(server.http, url) as caller:
            await caller.speak(speech_like(1.0))
            assert (await caller.event("user_text")).text == "please count"
            await caller.event("sound")
            talk = await service.next_talk("synthesize-start")
            position = len(caller.heard)
            speaking = asyncio.ensure_future(caller.speak(speech_like(1.0)))
            await caller.event("stop", position)
            await within(talk.gone.wait(), "the end of the voice's connection", 1.0)
            await speaking
            assert (await caller.event("user_text", position)).text == "wait a moment"
            await caller.event("sound", len(caller.heard))
            heard = [talk for talk in service.talks if "transcribe" in talk.types()]
            assert [talk.types()[-1] for talk in heard] == ["audio-stop"] * 2


async def test_when_the_voice_fails_another_says_the_rest():
    async def check(service, case):
        streams, fault, after = case
        service.speaking = Speaking(streams=streams)
        service.speakings = [Speaking(streams=streams, fault=fault, after=after)]
        async with server_with(service, synthesiser="wyoming, flite") as server:
            async with server.assistant() as client:
                _, last, sound = await spoken_turn(client)
                assert last == {"type": "speech", "event": "end"}
                assert seconds_of(sound) > 2.5, "the whole reply"
                failure = await server.event("synthesiser failed, the next takes over")
                assert failure["engine"] == "wyoming" and failure["next"] == "flite"
                assert (failure["spoken_bytes"] > 0) == (after > 0)

    cases = [(True, fault, 0.6) for fault in Fault] + [(False, fault, 0.6) for fault in Fault]
    cases += [(True, fault, 0) for fault in (Fault.CLOSES, Fault.STALLS, Fault.ERROR)]
    for begin in range(0, len(cases), 7):
        await all_at_once(check, cases[begin : begin + 7])


async def test_when_the_recogniser_fails_another_hears_it_all():
    async def check(service, case):
        fault, after = case
        service.hearings = [Hearing(fault=fault, after=after)]
        async with server_with(service, "wyoming, scripted", SCRIPTED_STT_TEXT="heard by another") as server:
            async with server.assistant() as client:
                transcript, last, _ = await spoken_turn(client)
                assert transcript["text"] == "heard by another", transcript
                assert last == {"type": "speech", "event": "end"}
                failure = await server.event("recogniser failed, the next takes over")
                assert failure["replayed_s"] >= (after or 1.0), "from its beginning"

    faults = [fault for fault in Fault if fault is not Fault.ODD_SOUND]
    await all_at_once(check, [(fault, None) for fault in faults])
    await all_at_once(check, [(fault, 0.4) for fault in faults])


async def test_alone_its_complaint_reaches_the_client(service):
    service.hearing = Hearing(fault=Fault.ERROR)
    async with server_with(service, "wyoming") as server:
        async with server.assistant() as client:
            transcript, _, _ = await spoken_turn(client)
            assert transcript["error"] == "Told to."


async def test_an_utterance_that_the_service_ends_is_heard_to_its_end(service):
    service.hearings = [Hearing(final="turn left.", early=0.4)]
    service.hearing = Hearing(final="then right")
    async with server_with(service, "wyoming") as server:
        async with server.assistant() as client:
            await client.act("start")
            await client.receive()
            await client.send_recording(frames(speech_like(0.5)))
            first = await service.next_talk("transcribe")
            await within(first.gone.wait(), "the end of the first part")
            await client.send_audio(speech_like(0.5))
            await client.act("end")
            seen = await client.until(lambda message: message["type"] == "stt")
            assert seen[-1]["text"] == "turn left. then right"


async def test_auto_takes_a_service_whose_address_is_set(service, launch):
    server = await launch(
        {"STT_ENGINE": None, "TTS_ENGINE": None, "WYOMING_STT_URI": service.uri, "WYOMING_TTS_URI": service.uri}
    )
    await eventually(lambda: f"piper at {service.uri}, 2 voices, 2 languages" in server.output, "the choice")
    assert f"whisper at {service.uri}" in server.output
    without = await launch({"STT_ENGINE": None, "TTS_ENGINE": None})
    await eventually(lambda: "Try it" in without.output, "the banner")
    assert "wyoming" not in without.output


async def test_what_a_service_lacks_is_told(service, launch):
    service.voices = [offered(f"voice-{i}", ["en"]) for i in range(9)]
    toml = '[engines.wyoming]\nvoice = "amy"\nmodel = "large"\n'
    settings = {
        "STT_ENGINE": "wyoming",
        "TTS_ENGINE": "wyoming",
        "WYOMING_STT_URI": service.uri,
        "WYOMING_TTS_URI": service.uri,
    }
    server = await launch(settings, ready=False, files={"repartee.toml": toml})
    await eventually(lambda: "Try it" in server.output, "the banner")
    assert "has no voice 'amy'" in server.output
    assert "set engines.wyoming.voice to one it has: voice-0, voice-1, voice-2, voice-3, voice-4 and 4 more" in server.output
    assert "has no model 'large'" in server.output


async def test_one_that_does_not_say_what_it_offers_is_of_no_use(service, launch):
    service.info_delay = 60
    server = await launch({"TTS_ENGINE": "wyoming, flite", "WYOMING_TTS_URI": service.uri})
    await eventually(lambda: "It does not say what it offers." in server.output, "the reason")
    async with server.assistant() as client:
        _, last, sound = await spoken_turn(client)
        assert last == {"type": "speech", "event": "end"} and sound


# --- our voice, for other people's clients ---


@pytest_asyncio.fixture(params=["unix", "tcp"])
async def voice(request, tmp_path):
    """repartee-espeak by itself, and where it listens."""
    if request.param == "unix":
        uri = f"unix://{tmp_path}/espeak.sock"
    else:
        # A port that was free a moment ago.
        probe = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        uri = "tcp://127.0.0.1:%d" % probe.sockets[0].getsockname()[1]
        probe.close()
        await probe.wait_closed()
    program = await asyncio.create_subprocess_exec(Path(binary()).parent / "repartee-espeak", "--uri", uri)

    try:
        await listening(uri)
        yield uri, program.pid
    finally:
        program.terminate()
        await program.wait()


def sound_in(events):
    return b"".join(event.payload for event in events if event.type == "audio-chunk")


async def test_it_describes_itself(voice):
    uri, _ = voice
    async with Client(uri) as client:
        client.send(b'{"type": "describe", "version": "1.7.1"}\n')
        info = await client.event()
        assert info.type == "info"
        required_keys_of(info.data)
        (program,) = info.data["tts"]
        assert len({tag for one in program["voices"] for tag in one["languages"]}) > 100
        assert program["supports_synthesize_streaming"] is True
        client.send(b'{"type": "ping", "version": "1.7.1", "data_length": 18}\n{"text": "h\xc3\xa4llo"}')
        pong = await client.event()
        assert pong.type == "pong" and pong.data == {"text": "hällo"}
        client.send(b'{"type": "ping", "version": "1.7.1", "data_length": 14}\n{"text": null}')
        pong = await client.event()
        assert pong.type == "pong" and pong.data == {}


async def test_it_speaks_whole_texts_one_after_the_other(voice):
    """As Home Assistant asks: null and absent keys, data inline and in a block, several bytes a character."""
    uri, _ = voice
    requests = [
        b'{"type": "synthesize", "version": "1.7.1", "data_length": 40}\n{"text": "Good morning.", "voice": null}',
        b'{"type":"synthesize","data":{"text":"Good morning."},"data_length":null,"payload_length":0}\n',
        b'{"type": "synthesize", "version": "1.9.0", "data": {"text": "Bad"}, "data_length": 61, "payload_length": 0}\n'
        b'{"text": "Good morning.", "voice": {}, "text_format": "text"}',
        '{"type": "synthesize", "version": "1.7.1", "data_length": 53}\n'
        '{"text": "Grüß Gott.", "voice": {"language": "de"}}'.encode(),
        '{"type": "synthesize", "version": "1.7.1", "data_length": 59}\n'
        '{"text": "नमस्ते", "voice": {"language": "hi"}}'.encode(),
    ]
    async with Client(uri) as client:
        first = None
        for request in requests:
            client.send(request)
            client.send(b'{"type": "played", "version": "1.7.1"}\n')  # none of its business
            events = await client.until("audio-stop")
            assert events[0].type == "audio-start" and {event.type for event in events[1:-1]} == {"audio-chunk"}
            form = {key: events[0].data[key] for key in ("rate", "width", "channels")}
            assert form == {"rate": 22050, "width": 2, "channels": 1}
            assert all(form.items() <= event.data.items() for event in events[1:-1])
            first = first or sound_in(events)
            assert len(sound_in(events)) > 22050 * 2 * 0.3
        assert sound_in(events) != first


async def test_it_speaks_a_stream_once(voice):
    """The whole text, which the client sends again for older services, is not spoken again."""
    uri, _ = voice
    text = "Good morning. How are you today?"
    async with Client(uri) as client:
        client.say("synthesize", {"text": text})
        whole = await client.until("audio-stop")
        for _ in range(2):
            client.send(
                b'{"type": "synthesize-start", "version": "1.7.1", "data_length": 32}\n{"voice": {"language": "en-gb"}}'
            )
            for at in range(0, len(text), 5):
                client.say("synthesize-chunk", {"text": text[at : at + 5]})
            client.say("synthesize", {"text": text, "voice": {"language": "en-gb"}})
            client.say("synthesize-stop")
            events = await client.until("synthesize-stopped")
            kinds = [event.type for event in events if event.type != "audio-chunk"]
            assert kinds == ["audio-start", "audio-stop"] * 2 + ["synthesize-stopped"]
            assert len(sound_in(events)) == pytest.approx(len(sound_in(whole)), rel=0.2)
        client.say("synthesize", {"text": text})
        again = sound_in(await client.until("audio-stop"))
        assert len(again) == pytest.approx(len(sound_in(whole)), rel=0.2), "outside a stream it is a request"


async def test_it_answers_while_a_stream_is_open(voice):
    uri, _ = voice
    async with Client(uri) as client:
        client.say("synthesize-start", {"voice": None})
        client.say("describe")
        assert (await client.event()).type == "info"
        client.say("ping", {"text": "1"})
        assert (await client.event()).data == {"text": "1"}
        client.say("synthesize-stop")
        assert (await client.event()).type == "synthesize-stopped"


async def test_it_stops_when_the_client_goes_away(voice):
    uri, pid = voice
    async with Client(uri) as client:
        client.say("synthesize", {"text": "This takes a while. " * 200})
        await client.until("audio-chunk")
        assert children(pid)
    await eventually(lambda: not children(pid), "the end of the copy")


@pytest.mark.parametrize(
    "words",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b'{"type": "synthesize", "data_length": 99999999999}\n',
        b'{"type": "synthesize", "data_length": 3}\n[1]',
        b'{"type": "synthesize", "data": {"text": "<speak>x</speak>", "text_format": "ssml"}}\n',
        b"{" * 100_000,
    ],
)
async def test_what_it_does_not_understand_it_says_and_closes(voice, words):
    uri, _ = voice
    async with Client(uri) as client:
        client.send(words)
        error = await client.event()
        assert error.type == "error" and error.data["text"] and error.data["code"]
        assert await client.event() is None, "older clients wait for the end of the connection"


async def test_a_client_that_says_nothing_keeps_nobody_out(voice):
    uri, _ = voice
    async with Client(uri), Client(uri) as other:
        other.say("describe")
        assert (await asyncio.wait_for(other.event(), 1.0)).type == "info", "within Home Assistant's second"
