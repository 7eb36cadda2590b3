"""Speech over the network: whole spoken turns with simulated providers, and what becomes of a turn when one
of them is slow, busy or breaks off. Nobody loses a word, and nobody is left in silence."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from conftest import running
from support import cartesia as cartesia_simulator
from support import openai_speech as openai_simulator
from support import soniox as soniox_simulator
from support.call import Caller
from support.cartesia import Cartesia
from support.openai import Answer, Ending, OpenAi
from support.openai_speech import OpenAiSpeech
from support.server import binary, environment
from support.soniox import Soniox
from support.sound import RATE, frames, say, silence, speech_like
from support.speech import Fault, Refusal
from support.waiting import within

LONG_REPLY = "One two three four five six seven eight. Nine ten eleven twelve thirteen fourteen fifteen sixteen."
APOLOGY = "Sorry, something went wrong. Please say that again."

# Short, so that a stall is noticed within a test; and long enough for a busy machine.
PATIENCE = """
[engines.cartesia]
patience = 2000
[engines.soniox]
patience = 2000
[engines.openai_stt]
timeout = 2000
stall_timeout = 2000
[engines.openai_tts]
timeout = 2000
stall_timeout = 2000
[engines.openai]
stall_timeout = 2000
"""


class Providers:
    """One of each, and how a server is told of them."""

    def __init__(self):
        self.cartesia = Cartesia()
        self.soniox = Soniox()
        self.openai = OpenAiSpeech(key="sk-1")

    async def start(self):
        for one in (self.cartesia, self.soniox, self.openai):
            await one.start()
        return self

    async def stop(self):
        for one in (self.cartesia, self.soniox, self.openai):
            await one.stop()

    def settings(self, recogniser="scripted", synthesiser="scripted"):
        return {
            "STT_ENGINE": recogniser,
            "TTS_ENGINE": synthesiser,
            "CARTESIA_API_KEY": self.cartesia.key,
            "CARTESIA_BASE_URL": self.cartesia.url,
            "SONIOX_API_KEY": self.soniox.key,
            "SONIOX_BASE_URL": self.soniox.url,
            "OPENAI_API_KEY": self.openai.key,
            "OPENAI_BASE_URL": self.openai.base_url,
        }


@pytest_asyncio.fixture
async def providers(event_loop):
    all_of_them = await Providers().start()
    yield all_of_them
    await all_of_them.stop()


async def all_at_once(check, *cases):
    """Every case with providers and a server of its own, side by side: what they do is mostly to wait."""

    async def one(case):
        own = await Providers().start()
        try:
            await check(own, *case)
        except Exception as failure:
            named = [getattr(part, "__name__", part) for part in case]
            raise AssertionError(f"{named}: {failure}") from failure
        finally:
            await own.stop()

    results = await asyncio.gather(*(one(case) for case in cases), return_exceptions=True)
    failures = [result for result in results if result is not None]
    if failures:
        raise failures[0]


async def told(providers, story):
    """For `all_at_once`: stories of different kinds."""
    await story(providers)


@asynccontextmanager
async def server_with(providers, recogniser="scripted", synthesiser="scripted", toml=PATIENCE, **settings):
    wanted = {**providers.settings(recogniser, synthesiser), **settings}
    async with running(wanted, files={"repartee.toml": toml}) as server:
        try:
            yield server
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{server.log_text()}") from failure


def call(server, agent="repartee"):
    url = server.url.replace("http", "ws", 1) + f"/api/media-stream?agent_id={agent}"
    return Caller(server.http, url, 1024)


async def spoken_turn(client, pcm=None):
    """A push-to-talk turn to whose reply the client listens: the transcript, the messages, the sound."""
    await client.send({"action": "options", "speech": True})
    await client.receive()
    await client.act("start")
    await client.receive()
    await client.send_recording(frames(pcm or speech_like(1.0)))
    await client.act("end")
    messages = await client.until(lambda message: is_last(message))
    words = [message for message in messages if isinstance(message, dict)]
    transcript = next(message for message in words if message["type"] == "stt")
    sound = b"".join(message for message in messages if isinstance(message, bytes))
    return transcript, words, sound


def is_last(message):
    if not isinstance(message, dict):
        return False
    if message["type"] == "speech":
        return message["event"] in ("end", "error")
    return "error" in message or message.get("event") in ("error", "skipped")


def header(call, name):
    return {key.lower(): value for key, value in call.headers.items()}.get(name)


def seconds_of(pcm):
    return len(pcm) / 2 / RATE


# --- cartesia, both ways ---


async def test_a_whole_call_with_cartesia(providers):
    cartesia = providers.cartesia
    cartesia.hearings = [
        cartesia_simulator.Hearing(final="what time is it", pieces=3),
        cartesia_simulator.Hearing(final="and tomorrow?", partials=((0.3, "and"),), flush_first=True),
    ]
    async with server_with(providers, "cartesia", "cartesia", SCRIPTED_REPLY="It is nine. {text}!") as server:
        async with call(server) as caller:
            await caller.event("start_media_streaming")
            await caller.speak(speech_like(1.0))
            assert (await caller.event("user_text")).text == "what time is it"
            await caller.event("sound")
            before = len(cartesia.calls)
            position = await caller.quiet_for(0.8)
            assert caller.reply() == "It is nine. what time is it!"

            heard = await cartesia.next_heard()
            assert header(heard.call, "x-api-key") == cartesia.key
            assert header(heard.call, "cartesia-version") == "2026-03-01"
            assert heard.call.query == {
                "model": "ink-whisper",
                "language": "en",
                "encoding": "pcm_s16le",
                "sample_rate": "16000",
            }
            assert heard.words[:1] == ["finalize"]
            assert heard.seconds > 1.0

            first = await cartesia.next_context()
            assert first.text == "It is nine. what time is it!"
            assert header(first.call, "x-api-key") == cartesia.key
            request = first.requests[0]
            assert (request["model_id"], request["language"]) == ("sonic-3", "en")
            assert request["output_format"] == {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 16000}
            assert request["add_timestamps"] is True and request["max_buffer_delay_ms"] == 0
            # All that was made of it came, give or take the last quantum.
            assert abs(caller.seconds_of_sound() - first.seconds) < 0.1

            # The second turn waits for no handshake.
            await caller.speak(speech_like(1.0))
            assert (await caller.event("user_text", position)).text == "and tomorrow?"
            again = await cartesia.next_heard()
            assert again.call in cartesia.calls[:before], "the connection stood ready"
            await caller.event("sound", position)
            second = await cartesia.next_context()
            assert second.call is first.call, "replies share a connection"
    assert cartesia.complaints == []


async def test_a_voice_has_its_manner(providers):
    cartesia = providers.cartesia
    toml = PATIENCE.replace(
        "[engines.cartesia]\n", '[engines.cartesia]\nspeed = 1.2\nvolume = 0.7\nemotion = "happy"\nvoice = "v-1"\n'
    )
    async with server_with(providers, synthesiser="cartesia", toml=toml) as server:
        async with server.assistant() as client:
            _, words, sound = await spoken_turn(client)
            assert words[-1] == {"type": "speech", "event": "end"}
    context = await cartesia.next_context()
    request = context.requests[0]
    assert request["generation_config"] == {"speed": 1.2, "volume": 0.7, "emotion": "happy"}
    assert request["voice"] == {"mode": "id", "id": "v-1"}
    assert abs(seconds_of(sound) - len(context.text) * 0.06 / 1.2) < 0.1
    assert cartesia.complaints == []


async def test_a_partial_interrupts_and_the_upstream_is_told(providers):
    cartesia = providers.cartesia
    cartesia.hearings = [
        cartesia_simulator.Hearing(final="please count"),
        cartesia_simulator.Hearing(final="wait a moment", partials=((0.2, "wait"),)),
    ]
    cartesia.speakings = [cartesia_simulator.Speaking(ahead=2, late=2.0)]
    async with server_with(providers, "cartesia", "cartesia", SCRIPTED_REPLY=LONG_REPLY) as server:
        async with call(server) as caller:
            await caller.speak(speech_like(1.0))
            await caller.event("sound")
            context = await cartesia.next_context()
            while caller.seconds_of_sound() < 0.6:
                await caller.until(lambda heard: heard.kind == "sound", "sound", len(caller.heard))
            position = len(caller.heard)
            speaking = asyncio.ensure_future(caller.speak(speech_like(1.0)))
            stop = await caller.event("stop", position)
            await within(context.cancelled.wait(), "the cancel", 1.0)
            await speaking
            question = await caller.event("user_text", position)
            assert question.text == "wait a moment"
            await caller.until(lambda heard: heard.kind == "sound" and heard.at > question.at, "the next reply")
            between = [heard for heard in caller.heard if stop.at < heard.at < question.at]
            assert "sound" not in {heard.kind for heard in between}, "late sound goes nowhere"
    assert cartesia.complaints == []


# --- soniox and openai ---


async def test_a_whole_turn_with_soniox_and_openai(providers):
    soniox, openai = providers.soniox, providers.openai
    soniox.hearing = soniox_simulator.Hearing(final="what's the weather, please?")
    async with server_with(providers, "soniox", "openai", SCRIPTED_REPLY="Rain. Then sun, I think.") as server:
        async with server.assistant() as client:
            transcript, words, sound = await spoken_turn(client)
    assert transcript["text"] == "what's the weather, please?"
    heard = await soniox.next_heard()
    assert header(heard.call, "authorization") == f"Bearer {soniox.key}"
    assert heard.opening["audio_format"] == "pcm_s16le" and heard.opening["language_hints"] == ["en"]
    assert "api_key" not in heard.opening
    assert heard.words[-1] == {"type": "finalize"}

    texts = []
    for _ in range(2):
        spoken = await openai.next_call("/v1/audio/speech")
        if spoken.body["input"] == "Hello.":  # whether anybody is there
            spoken = await openai.next_call("/v1/audio/speech")
        assert header(spoken, "authorization") == "Bearer sk-1"
        assert (spoken.body["model"], spoken.body["voice"]) == ("tts-1", "alloy")
        texts.append(spoken.body["input"])
    assert texts == ["Rain.", "Then sun, I think."]
    assert abs(seconds_of(sound) - 23 * 0.06) < 0.2
    assert words[-1] == {"type": "speech", "event": "end"}


async def transcribe(providers, stream):
    openai = providers.openai
    openai.hearing = openai_simulator.Hearing(final="what time is it", stream=stream)
    async with server_with(providers, "openai") as server:
        async with call(server) as caller:
            await caller.speak(speech_like(0.8))
            assert (await caller.event("user_text")).text == "what time is it"
            await caller.event("sound")
    calls = [one for one in openai.calls if one.path == "/v1/audio/transcriptions" and any(one.sound)]
    assert len(calls) == 1
    assert calls[0].form["model"] == "whisper-1" and calls[0].form["language"] == "en"
    assert calls[0].form["stream"] == "true"
    assert header(calls[0], "authorization") == "Bearer sk-1"
    assert seconds_of(calls[0].sound) > 0.8


async def test_transcriptions_are_streamed_where_that_can_be_had():
    await all_at_once(transcribe, (True,), (False,))


async def test_who_leaves_is_not_worked_for_any_longer(providers):
    """In the middle of an utterance, and of a reply: the connections upstream are closed within a second."""
    openai, soniox = providers.openai, providers.soniox
    openai.speaking = openai_simulator.Speaking(ahead=1)
    async with server_with(providers, "soniox", "openai", SCRIPTED_REPLY=LONG_REPLY) as server:
        async with server.assistant() as client:
            await client.send({"action": "options", "speech": True})
            await client.receive()
            await client.act("start")
            await client.receive()
            await client.send_recording(frames(speech_like(1.0)))
            await client.act("end")
            await client.until(lambda message: isinstance(message, bytes))
            spoken = [one for one in openai.calls if one.path == "/v1/audio/speech" and one.body["input"] != "Hello."]
            await client.act("start")
            await within(asyncio.gather(*(one.gone.wait() for one in spoken)), "the end of the speech", 1.0)
            await soniox.next_heard()
        async with call(server) as caller:
            await caller.speak(speech_like(0.5))
            heard = await soniox.next_heard()
        await within(heard.call.gone.wait(), "the end of the utterance", 1.0)


# --- a recogniser that fails ---

MID, END = 0.4, None


def hearing_of(engine, fault, after, final="this one is not heard"):
    if engine == "cartesia":
        return cartesia_simulator.Hearing(final=final, fault=fault, after=after)
    if engine == "soniox":
        return soniox_simulator.Hearing(final=final, fault=fault, after=after)
    return openai_simulator.Hearing(final=final, fault=fault, stream=after is not None)


FAULTY_EARS = {
    "cartesia": (Fault.RESET, Fault.CLOSES, Fault.STALLS, Fault.GARBAGE, Fault.ERROR, Fault.BUSY),
    "soniox": (Fault.RESET, Fault.CLOSES, Fault.STALLS, Fault.GARBAGE, Fault.ERROR, Fault.BUSY),
    "openai": (Fault.RESET, Fault.STALLS, Fault.GARBAGE),
}


async def hear_with_the_next(providers, engine, fault, after):
    getattr(providers, engine).hearing = hearing_of(engine, fault, after)
    next_one = "soniox" if engine != "soniox" else "cartesia"
    getattr(providers, next_one).hearing.final = "what time is it"
    async with server_with(providers, f"{engine},{next_one}") as server:
        async with server.assistant() as client:
            reply = await client.turn(frames(speech_like(1.0)))
        assert reply.transcript["text"] == "what time is it", reply.transcript
        assert reply.last["event"] == "end"
        said = await server.event("recogniser failed, the next takes over", engine=engine, next=next_one)
        assert said["reason"] and said["detail"], "what was waited for, and why not any longer"
        assert said["replayed_s"] > 0.3
    heard = await getattr(providers, next_one).next_heard()
    assert heard.seconds > 0.95, "all of it, from its beginning"


@pytest.mark.parametrize("after", [MID, END])
@pytest.mark.parametrize("engine", FAULTY_EARS)
async def test_the_next_recogniser_hears_all_of_it(engine, after):
    await all_at_once(hear_with_the_next, *((engine, fault, after) for fault in FAULTY_EARS[engine]))


async def test_an_embedded_recogniser_takes_over_a_call_in_mid_utterance(providers, tmp_path):
    question = say(binary(), environment(tmp_path), "what time is it")
    providers.cartesia.hearing = cartesia_simulator.Hearing(fault=Fault.RESET, after=0.5, partials=())
    async with server_with(providers, "cartesia,pocketsphinx") as server, call(server) as caller:
        await caller.speak(silence(0.3) + question)
        assert (await caller.event("user_text")).text == "what time is it"
        await caller.event("sound")
        await server.event("recogniser failed, the next takes over", engine="cartesia", next="pocketsphinx")


async def hear_after_a_break(providers, engine):
    faulty = getattr(providers, engine)
    faulty.hearings = [hearing_of(engine, Fault.RESET, MID)]
    faulty.hearing.final = "what time is it"
    async with server_with(providers, engine) as server, server.assistant() as client:
        reply = await client.turn(frames(speech_like(1.0)))
        assert reply.transcript["text"] == "what time is it"
        assert faulty.hearings == []
        if engine != "openai":  # a request may be sent again without a word
            begun = await server.event("recogniser begins the utterance again", engine=engine)
            assert begun["reason"] and begun["sound_s"] > 0


async def test_one_break_in_mid_utterance_costs_nothing():
    await all_at_once(hear_after_a_break, ("cartesia",), ("soniox",), ("openai",))


async def hear_alone(providers, engine):
    getattr(providers, engine).hearing = hearing_of(engine, Fault.STALLS, END)
    async with server_with(providers, engine) as server:
        async with server.assistant() as client:
            reply = await client.turn(frames(speech_like(1.0)))
            assert reply.last["type"] == "stt" and reply.last["error"]
        async with call(server) as caller:
            await caller.speak(speech_like(0.6))
            await caller.event("sound")
            assert caller.reply() == APOLOGY
        failed = await server.event("hearing failed")
        assert "within" in failed["detail"] and " ms" in failed["detail"], failed


async def test_a_recogniser_that_stands_alone_is_not_replaced():
    await all_at_once(hear_alone, ("cartesia",), ("soniox",), ("openai",))


async def hear_past_a_refusal(providers, status):
    async with server_with(providers, "cartesia,soniox") as server:
        # Only now, so that it was the best when the server looked.
        providers.cartesia.refusal = Refusal(status)
        providers.cartesia.hearing.fault = Fault.RESET
        async with server.assistant() as client:
            reply = await client.turn(frames(speech_like(1.0)))
        assert reply.transcript["text"] == "what time is it"
        assert (await providers.soniox.next_heard()).seconds > 0.95
        said = await server.event("recogniser failed, the next takes over", engine="cartesia")
        assert providers.cartesia.key not in json.dumps(said)


async def test_a_refused_recogniser_is_passed_over():
    await all_at_once(hear_past_a_refusal, (401,), (402,), (429,), (500,))


async def test_who_is_asked_to_come_back_does(providers):
    cartesia = providers.cartesia
    toml = PATIENCE.replace("[engines.cartesia]\n", "[engines.cartesia]\nspare_connections = 0\n")
    async with server_with(providers, "cartesia", "cartesia", toml) as server:
        cartesia.refusals = [Refusal(429, retry_after="0.2"), None, Refusal(429, retry_after="0.2"), None]
        async with server.assistant() as client:
            transcript, words, sound = await spoken_turn(client)
        assert transcript["text"] == "what time is it"
        assert words[-1] == {"type": "speech", "event": "end"} and sound
        assert cartesia.refusals == []


# --- a voice that fails ---


def speaking_of(engine, fault):
    if engine == "cartesia":
        return cartesia_simulator.Speaking(fault=fault, after=1.0)
    return openai_simulator.Speaking(fault=fault, after=1.0)


async def speak_with_the_next(providers, engine, fault):
    reply = "The weather is fine today and tomorrow it is going to rain."
    getattr(providers, engine).speaking = speaking_of(engine, fault)
    next_one = "openai" if engine == "cartesia" else "cartesia"
    async with server_with(providers, synthesiser=f"{engine},{next_one}", SCRIPTED_REPLY=reply) as server:
        async with server.assistant() as client:
            _, words, sound = await spoken_turn(client)
        assert words[-1] == {"type": "speech", "event": "end"}, words
        assert {"type": "llm", "event": "end", "text": reply} in words
        said = await server.event("synthesiser failed, the next takes over", engine=engine, next=next_one)
        assert said["reason"] and said["detail"]
        if next_one == "openai":
            asked = [one.body["input"] for one in providers.openai.calls if one.path == "/v1/audio/speech"]
            rest = "".join(text for text in asked if text != "Hello.")
        else:
            rest = (await providers.cartesia.next_context()).text
    # From the beginning of a word, and of one that was not heard: a second of sound is some 16 characters.
    assert reply.endswith(rest)
    spoken = len(reply) - len(rest)
    assert 5 < spoken <= 20 and (reply[spoken] == " " or reply[spoken - 1] == " "), rest
    assert seconds_of(sound) > 0.06 * len(reply) - 0.5


async def test_the_next_voice_says_the_rest():
    faults = [("cartesia", fault) for fault in Fault] + [("openai", Fault.RESET), ("openai", Fault.STALLS)]
    await all_at_once(speak_with_the_next, *faults)


async def speak_past_a_refusal(providers, status):
    async with server_with(providers, synthesiser="openai,cartesia") as server:
        providers.openai.speaking = openai_simulator.Speaking(status=status)
        async with server.assistant() as client:
            _, words, sound = await spoken_turn(client)
        assert words[-1] == {"type": "speech", "event": "end"} and seconds_of(sound) > 1
        said = await server.event("synthesiser failed, the next takes over", engine="openai")
        assert providers.openai.key not in json.dumps(said)
    assert (await providers.cartesia.next_context()).text == "It is half past nine. Shall I remind you?"


async def test_a_refused_voice_is_passed_over():
    await all_at_once(speak_past_a_refusal, (401,), (402,), (429,), (500,))


async def a_voice_that_breaks_off_in_a_call_apologises_itself(providers):
    providers.cartesia.speakings = [speaking_of("cartesia", Fault.RESET)]
    async with server_with(providers, synthesiser="cartesia", SCRIPTED_REPLY=LONG_REPLY) as server:
        async with call(server) as caller:
            await caller.speak(speech_like(0.6))
            apology = await caller.until(lambda heard: heard.text == APOLOGY, "the apology")
            await caller.event("sound", caller.heard.index(apology))
            failed = await server.event("turn failed")
            assert failed["reason"] == "Cartesia broke off." and failed["detail"]


async def a_call_that_cannot_be_spoken_in_ends_with_an_error(providers):
    async with server_with(providers, synthesiser="cartesia") as server:
        providers.cartesia.speaking = speaking_of("cartesia", Fault.ERROR)
        providers.cartesia.speaking.after = 0
        async with call(server) as caller:
            await caller.speak(speech_like(0.6))
            closed = await caller.event("closed")
            assert closed.text == "1011"
            assert caller.seconds_of_sound() == 0
        async with server.assistant() as client:
            _, words, _ = await spoken_turn(client)
            assert words[-1]["type"] == "speech" and words[-1]["event"] == "error" and words[-1]["message"]


async def test_a_voice_that_stands_alone_is_not_replaced():
    await all_at_once(
        told,
        (a_voice_that_breaks_off_in_a_call_apologises_itself,),
        (a_call_that_cannot_be_spoken_in_ends_with_an_error,),
    )


# --- a model that fails ---


async def own_up_to_a_break(providers, ending):
    words = ("It", " is", " nine", " o'clock", " now", ".", " And", " the", " weather", " is")
    model = await OpenAi(key="sk-1").start()
    model.answer = Answer(words=words, ending=ending)
    settings = {"LLM_ROUTE": "openai", "OPENAI_BASE_URL": model.base_url, "SCRIPTED_TTS_SPEED": "2"}
    try:
        async with server_with(providers, **settings) as server, call(server) as caller:
            await caller.speak(speech_like(0.6))
            apology = await caller.until(lambda heard: heard.text == APOLOGY, "the apology")
            at = caller.heard.index(apology)
            before = caller.heard[:at]
            assert [heard.text for heard in before if heard.kind == "llm_text"][-1] == "".join(words)
            assert sum(heard.bytes for heard in before) / 2 / RATE > 1.0, "the first sentence was said to its end"
            await caller.event("sound", at)
            said = await server.event("model broke off in the middle of a reply")
            assert said["reason"] and said["detail"]
    finally:
        await model.stop()


async def test_a_model_that_breaks_off_is_owned_up_to():
    endings = (Ending.BREAKS_OFF, Ending.STALLS, Ending.GARBAGE, Ending.ERROR_EVENT)
    await all_at_once(own_up_to_a_break, *((ending,) for ending in endings))


async def test_a_model_that_fails_before_its_first_word_is_replaced(providers):
    model = await OpenAi(key="sk-1").start()
    model.answer = Answer(words=(), ending=Ending.BREAKS_OFF)
    settings = {"LLM_ROUTE": "openai,scripted", "OPENAI_BASE_URL": model.base_url}
    try:
        async with server_with(providers, **settings) as server, call(server) as caller:
            await caller.speak(speech_like(0.6))
            await caller.event("sound")
            await caller.until(lambda _: caller.reply().startswith("It is half past nine."), "the next model's words")
            await server.event("model failed, taking the next", engine="openai")
    finally:
        await model.stop()


# --- Hindi ---

HINDI_AGENT = PATIENCE + '[agents.asha]\nname = "Asha"\nsystem_prompt = "आप आशा हैं।"\nlanguage = "hi"\n'
HINDI_QUESTION = "कल का मौसम कैसा रहेगा?"
HINDI_SENTENCES = ("कल सुबह हल्की बारिश होगी।", " शाम को धूप निकलेगी।", " छाता साथ रखिए!")
HINDI_REPLY = "".join(HINDI_SENTENCES)
HINDI_APOLOGY = "माफ़ करना, कुछ गड़बड़ हो गई। फिर से बोलो।"


def words_of(text):
    """As a model streams them: the space in front."""
    return tuple(word if count == 0 else " " + word for count, word in enumerate(text.split(" ")))


async def speak_hindi(providers, recogniser):
    model = await OpenAi(key="sk-1").start()
    model.answer = Answer(words=words_of(HINDI_REPLY))
    ear = getattr(providers, recogniser)
    ear.hearing.final = HINDI_QUESTION
    if recogniser == "cartesia":
        ear.hearing.partials = ((0.3, "कल का"),)
    if recogniser == "soniox":
        ear.hearing.language = "hi"
    toml = HINDI_AGENT + f'[agents.asha.model]\nkind = "openai"\nbase_url = "{model.base_url}"\napi_key = "sk-1"\n'
    try:
        async with server_with(providers, recogniser, "cartesia", toml) as server:
            async with call(server, "asha") as caller:
                await caller.speak(speech_like(1.0))
                assert (await caller.event("user_text")).text == HINDI_QUESTION
                await caller.event("sound")
                await caller.quiet_for(1.0)
                texts = [heard.text for heard in caller.heard if heard.kind == "llm_text"]
                assert texts[-1] == HINDI_REPLY
                assert all(HINDI_REPLY.startswith(text) for text in texts), "every piece is whole characters"
        asked = await model.next_prompt()
        assert asked.body["messages"][-1] == {"role": "user", "content": HINDI_QUESTION}
        assert "आप आशा हैं।" in asked.body["messages"][0]["content"]
    finally:
        await model.stop()
    if recogniser == "cartesia":
        assert (await ear.next_heard()).call.query["language"] == "hi"
    elif recogniser == "soniox":
        assert (await ear.next_heard()).opening["language_hints"] == ["hi"]
    else:
        heard = [one for one in ear.calls if one.path == "/v1/audio/transcriptions" and any(one.sound)]
        assert heard[0].form["language"] == "hi"
    context = await providers.cartesia.next_context()
    assert {request["language"] for request in context.requests} == {"hi"}
    said = [request["transcript"] for request in context.requests if request["transcript"]]
    assert tuple(text.strip() for text in said) == tuple(text.strip() for text in HINDI_SENTENCES)
    assert providers.cartesia.complaints == []


async def test_hindi_from_end_to_end():
    await all_at_once(speak_hindi, ("cartesia",), ("soniox",), ("openai",))


async def hindi_is_spoken_by_espeak_where_nobody_else_can(providers):
    """`auto` has two voices at home, and only one of them knows Hindi."""
    settings = {"SCRIPTED_STT_TEXT": HINDI_QUESTION, "SCRIPTED_REPLY": HINDI_REPLY}
    settings.update(OPENAI_BASE_URL=None, CARTESIA_BASE_URL=None)
    async with server_with(providers, "scripted", "auto", HINDI_AGENT, **settings) as server:
        async with call(server, "asha") as caller:
            await caller.speak(speech_like(0.6))
            assert (await caller.event("user_text")).text == HINDI_QUESTION
            await caller.event("sound")
            await caller.quiet_for(1.0)
            assert caller.reply() == HINDI_REPLY
            assert caller.seconds_of_sound() > 3


async def a_voice_that_breaks_off_in_hindi_is_followed_by_one_that_speaks_it(providers):
    providers.cartesia.speaking = speaking_of("cartesia", Fault.RESET)
    # Without another voice at home than those that are built in.
    settings = {"SCRIPTED_STT_TEXT": HINDI_QUESTION, "SCRIPTED_REPLY": HINDI_REPLY, "OPENAI_BASE_URL": None}
    async with server_with(providers, "scripted", "cartesia,auto", HINDI_AGENT, **settings) as server:
        async with call(server, "asha") as caller:
            await caller.speak(speech_like(0.6))
            await caller.event("sound")
            await server.event("synthesiser failed, the next takes over", engine="cartesia", next="espeak")
            await caller.quiet_for(1.0)
            assert caller.seconds_of_sound() > 3
            assert caller.reply() == HINDI_REPLY


async def the_apology_is_in_the_agents_language(providers):
    providers.cartesia.hearing = hearing_of("cartesia", Fault.CLOSES, END)
    async with server_with(providers, "cartesia", "espeak", HINDI_AGENT) as server:
        async with call(server, "asha") as caller:
            await caller.speak(speech_like(0.6))
            await caller.event("sound")
            assert caller.reply() == HINDI_APOLOGY


async def test_hindi_where_voices_fail_or_are_wanting():
    await all_at_once(
        told,
        (hindi_is_spoken_by_espeak_where_nobody_else_can,),
        (a_voice_that_breaks_off_in_hindi_is_followed_by_one_that_speaks_it,),
        (the_apology_is_in_the_agents_language,),
    )
