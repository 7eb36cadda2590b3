"""The accounts API as its published clients use it: the phone app without a log-in, the integration guide's client, and
what both get when they are wrong. test_voice_ai_stores.py runs all of it again on PostgreSQL and Redis."""

import asyncio
import base64
import json

import aiohttp
import pytest
import pytest_asyncio
from conftest import houses
from support.assistant import Closed
from support.containers import CONTAINERS, encoded, with_unknown_sizes
from support.house import PARROT, SECRET_KEY, SqliteHouse
from support.server import ROOT
from support.sound import frames, silence, speech_like, wav
from support.voice_ai import (
    API,
    PASSWORD,
    VoiceAi,
    forged,
    new_email,
    new_word,
    parts_of,
    token_in,
)
from support.waiting import within

HEARD = PARROT["SCRIPTED_STT_TEXT"]

CALL_MOM = {"name": "call", "params": {"target": "Mom"}, "needs_confirmation": True}
CALLING_MOM = json.dumps({"message": "Calling Mom.", "action": CALL_MOM})


new_house = houses(SqliteHouse.name)


@pytest_asyncio.fixture(scope="module")
async def house(event_loop, new_house):
    async with new_house() as house:
        yield house


@pytest_asyncio.fixture(scope="module")
async def server(house):
    return await house.start()


@pytest.fixture
def app(server):
    """The phone app: no token, user 1, the session that every copy of it has."""
    return VoiceAi(server)


@pytest_asyncio.fixture
async def guide(server):
    """Somebody who does what the integration guide says."""
    return await registered(server)


async def registered(server):
    return await (await VoiceAi(server).register()).know_oneself()


def fault(kind, name, message, place="body"):
    return {"type": kind, "loc": [place, name], "msg": message}


def assert_faults(answer, *faults):
    """A 422 with these, each with the `input` that was wrong."""
    assert answer.status == 422, answer
    assert set(answer.body) >= {"detail"}, answer
    told = [{key: one[key] for key in ("type", "loc", "msg")} for one in answer.body["detail"]]
    assert told == list(faults), answer
    assert all("input" in one for one in answer.body["detail"]), answer


# --- the phone app ---


async def test_the_app_opens_its_stream_without_a_token_and_gets_one_frame_for_each_text(app):
    async with app.stream() as stream:
        for words in ("Good morning.", "What can you do?", "Good night."):
            await stream.say(words)
            assert await stream.receive() == {"message": words, "action": None}
            await stream.expect_quiet()


async def test_the_app_is_told_to_call(app):
    async with app.stream() as stream:
        await stream.say(CALLING_MOM)
        assert await stream.receive() == {"message": "Calling Mom.", "action": CALL_MOM}
        await stream.expect_quiet()


async def test_the_app_uses_every_call_without_a_token(app):
    assert await app.said("Good morning.") == {"response": "Good morning.", "action": None}
    assert await app.said(CALLING_MOM) == {"response": "Calling Mom.", "action": CALL_MOM}
    assert await app.found("what is my cat called") == []
    skills = await app.good("GET", "/skills/")
    assert all(set(skill) == {"name", "description"} and skill["description"] for skill in skills), skills
    names = [skill["name"] for skill in skills]
    assert names[:7] == ["call", "sms", "navigation", "calendar", "search", "media", "system"]
    assert {"learn", "weather", "timer", "ingest"} <= set(names)
    assert await app.good("GET", "/voice/status") == {"status": "active", "mode": "listening"}


async def test_numbers_may_come_as_text(app):
    assert (await app.say("Hello.", user_id="1")).body == {"response": "Hello.", "action": None}
    assert (await app.search("anything", user_id="1")).body["results"] == []


async def test_what_an_app_says_is_nobody_elses(server):
    """Every copy of the app has the same identity. The streams of two are two people all the same."""
    word = new_word("secret")
    one, other = VoiceAi(server), VoiceAi(server)
    learn = {"message": "Noted.", "action": {"name": "learn", "params": {"fact": word, "category": "personal"}}}
    async with one.stream() as first, other.stream() as second:
        await first.say(json.dumps(learn))
        await first.reply()
        await second.say("Hello.")
        assert word not in json.dumps(await second.reply())
    assert await other.found(word) == []


# --- what the integration guide tells its clients to do ---


async def test_register_log_in_and_a_bearer_everywhere(server):
    person = await VoiceAi(server).register(full_name="Ink")
    registration = person.token
    await (await person.log_in()).know_oneself()
    for token in (registration, person.token):
        header, claims, _ = parts_of(token)
        assert header == {"alg": "HS256", "typ": "JWT"}
        assert claims["sub"] == person.email
        assert isinstance(claims["exp"], int)

    assert await person.said("Good morning.", "morning") == {"response": "Good morning.", "action": None}
    assert await person.found("what is my cat called") == []
    assert isinstance(await person.good("GET", "/skills/"), list)
    assert await person.good("GET", "/voice/status") == {"status": "active", "mode": "listening"}
    async with person.stream() as stream:
        await stream.say(CALLING_MOM)
        assert await stream.receive() == {"message": "Calling Mom.", "action": CALL_MOM}
        await stream.expect_quiet()
    # A client that can set headers may send it there.
    async with person.stream(token=None, headers={"Authorization": f"Bearer {person.token}"}) as stream:
        await stream.say("Hello.")
        assert (await stream.reply())["message"] == "Hello."


async def test_a_registration_answers_with_a_token_and_no_more_than_clients_know(server):
    fields = {"email": new_email(), "password": PASSWORD, "full_name": "Ink"}
    answer = await VoiceAi(server).post("/auth/register", fields)
    assert answer.status == 200
    assert answer.body["token_type"] == "bearer" and isinstance(answer.body["access_token"], str)
    again = await VoiceAi(server).post("/auth/register", fields)
    assert again.status == 400
    assert again.body["detail"] == "Email already registered"


async def test_a_log_in_by_either_kind_of_form(server, guide):
    more = {"grant_type": "password", "scope": "", "client_id": "app", "client_secret": "none"}
    token_in(await guide.ask_token(guide.email, PASSWORD))
    token_in(await guide.ask_token(guide.email, PASSWORD, **more))
    form = aiohttp.FormData()
    for name, value in {"username": guide.email, "password": PASSWORD, **more}.items():
        form.add_field(name, value)
    multipart = aiohttp.MultipartWriter("form-data")
    for name, value in {"username": guide.email, "password": PASSWORD}.items():
        multipart.append(value).set_content_disposition("form-data", name=name)
    token_in(await VoiceAi(server).post("/auth/token", data=form()))
    token_in(await VoiceAi(server).post("/auth/token", data=multipart))


async def test_a_log_in_that_is_wrong(server, guide):
    nobody = await guide.ask_token(new_email("nobody"), PASSWORD)
    wrong = await guide.ask_token(guide.email, PASSWORD + "r")
    for answer in (nobody, wrong):
        assert answer.status == 401
        assert answer.body["detail"] == "Incorrect username or password"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    # Whether somebody is registered is not to be told from the answer.
    assert set(nobody.body) == set(wrong.body)


async def test_a_log_in_as_json_is_none(server, guide):
    answer = await guide.post("/auth/token", {"username": guide.email, "password": PASSWORD}, token=None)
    missing = [fault("missing", name, "Field required") for name in ("username", "password")]
    assert_faults(answer, *missing)
    assert [one["input"] for one in answer.body["detail"]] == [None, None]

    answer = await guide.ask_token(guide.email, PASSWORD, grant_type="client_credentials")
    assert answer.status == 422
    assert answer.body["detail"][0]["loc"] == ["body", "grant_type"], answer


# --- a token decides who it is ---


async def test_the_user_in_a_body_has_to_be_the_tokens(server, guide):
    other = await registered(server)
    assert other.user_id != guide.user_id
    for answer in (
        await guide.say("Hello.", user_id=other.user_id),
        await guide.search("anything", user_id=other.user_id),
    ):
        assert answer.status == 403, answer
        assert "detail" in answer.body
    assert (await guide.say("Hello.")).status == 200


def wrong_tokens(token):
    _, claims, _ = parts_of(token)
    return {
        "no token": "",
        "no JWT": "abc",
        "another secret": forged(token, "somebody else's key, which is just as long as ours"),
        "expired": forged(token, SECRET_KEY, exp=claims["exp"] - 100_000),
        "tampered": token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
    }


async def test_a_token_that_is_none_is_refused_everywhere(server, guide):
    assert (await guide.get("/account", token=forged(guide.token, SECRET_KEY))).status == 200
    for what, token in wrong_tokens(guide.token).items():
        for method, path, body in (
            ("POST", "/chat/message", {"message": "hi", "session_id": "s", "user_id": guide.user_id}),
            ("POST", "/memory/search", {"query": "hi", "user_id": guide.user_id}),
        ):
            answer = await guide.ask(method, path, json=body, token=token)
            assert answer.status == 401, (what, path, answer)
            assert answer.body["detail"] == "Could not validate credentials", (what, path)
            assert answer.headers["WWW-Authenticate"] == "Bearer", (what, path)


async def test_a_stream_with_a_token_that_is_none_is_closed(server, guide):
    for what, token in wrong_tokens(guide.token).items():
        async with guide.stream(token=token) as stream:
            await stream.say("Hello.")
            assert await stream.receive() == Closed(1008), what


# --- requests that are not what they should be ---


async def test_fields_that_are_missing_or_wrong(app):
    def missing(name):
        return fault("missing", name, "Field required")

    def no_text(name):
        return fault("string_type", name, "Input should be a valid string")

    no_integer = "Input should be a valid integer, unable to parse string as an integer"
    sent = {"message": "hi"}
    answer = await app.post("/chat/message", sent)
    assert_faults(answer, missing("session_id"), missing("user_id"))
    assert answer.body["detail"][0]["input"] == sent
    assert_faults(await app.post("/auth/register", {}), *map(missing, ("email", "password", "full_name")))
    assert_faults(await app.post("/memory/search", {}), *map(missing, ("user_id", "query")))
    answer = await app.post("/memory/search", {"user_id": "one", "query": 5})
    assert_faults(answer, fault("int_parsing", "user_id", no_integer), no_text("query"))
    assert [one["input"] for one in answer.body["detail"]] == ["one", 5]
    for path, fields in {
        "/auth/register": {"email": 1, "password": ["x"], "full_name": None},
        "/chat/message": {"message": {}, "session_id": 7, "user_id": 1},
    }.items():
        answer = await app.post(path, fields)
        assert_faults(answer, *(no_text(name) for name in fields if name != "user_id"))


async def test_user_ids_that_are_no_integers(app):
    for value in ("1.5", "", "0x1", 1.5, None, [], {}, "9" * 30):
        answer = await app.say("hi", user_id=value)
        assert answer.status == 422, (value, answer)
        assert answer.body["detail"][0]["loc"] == ["body", "user_id"], (value, answer)


async def test_a_body_that_is_no_json(app):
    kind = {"Content-Type": "application/json"}
    for text in ('{"message": "hi",}', "hello", '{"a"', '{"a": 01}', "[1"):
        for path in ("/chat/message", "/memory/search", "/auth/register"):
            answer = await app.post(path, data=text, headers=kind)
            assert answer.status == 422, (text, answer)
            [detail] = answer.body["detail"]
            place, offset = detail["loc"]
            assert (detail["type"], place, detail["msg"]) == ("json_invalid", "body", "JSON decode error"), answer
            assert 0 <= offset <= len(text) and detail["input"] == {} and detail["ctx"]["error"], answer


async def test_a_body_that_is_json_and_no_object(app):
    for value in ([], "text", 5, None):
        answer = await app.post("/chat/message", data=json.dumps(value), headers={"Content-Type": "application/json"})
        assert answer.status == 422, (value, answer)
        assert answer.body["detail"][0]["loc"][0] == "body", answer


async def test_paths_and_methods_that_are_not_there(server, app):
    answer = await app.get("/nothing")
    assert (answer.status, answer.body["detail"]) == (404, "Not Found")
    answer = await app.get("/chat/message")
    assert (answer.status, answer.body["detail"]) == (405, "Method Not Allowed")
    assert answer.headers["Allow"] == "POST"
    for path, other in (("/skills", "/skills/"), ("/voice/status/", "/voice/status")):
        answer = await app.get(path)
        assert (answer.status, answer.text) == (307, ""), (path, answer)
        assert answer.headers["Location"] == server.url + API + other
    answer = await app.post("/chat/message/", {"message": "hi"})
    assert answer.status == 307


# --- the stream ---


async def test_what_the_stream_makes_of_other_frames(app):
    async with app.stream() as stream:
        for text in ("no JSON", "{", '{"type":"text"', ""):
            await stream.send(text)
            assert await stream.receive() == {"error": "Invalid JSON"}, text
        await stream.send({"type": "applause"})  # nobody knows it
        await stream.expect_quiet()
        for odd in ([], "text", 5, None, {}, {"type": "text"}, {"type": "text", "content": 5}, {"type": ["text"]},
                    {"type": "audio"}, {"type": "audio", "content": "&&&"}, {"type": "audio", "content": {}}):  # fmt: skip
            await stream.send(json.dumps(odd))
            await stream.say("Hello.")
            seen = await stream.until(lambda frame: "message" in frame)
            assert all(set(frame) == {"error"} for frame in seen[:-1]) and len(seen) <= 2, (odd, seen)
            assert seen[-1] == {"message": "Hello.", "action": None}, odd


async def test_texts_are_answered_in_their_order(app):
    words = [f"Number {number}." for number in range(4)]
    async with app.stream() as stream:
        for one in words:
            await stream.say(one)
        assert [(await stream.reply())["message"] for _ in words] == words
        await stream.expect_quiet()


def recordings():
    pcm = speech_like()
    return {
        "wav": wav(pcm),
        "webm": encoded(pcm, CONTAINERS["webm"]),
        "streamed webm": with_unknown_sizes(encoded(pcm, CONTAINERS["webm"])),
        "ogg": encoded(pcm, CONTAINERS["ogg"]),
    }


async def test_a_recording_is_a_turn(app):
    async with app.stream() as stream:
        for kind, recording in recordings().items():
            await stream.send_audio(recording, final=True)
            assert await stream.receive() == {"message": HEARD, "action": None, "transcript": HEARD}, kind
            await stream.expect_quiet()


async def test_a_recording_that_comes_whole_needs_no_flag(app):
    async with app.stream() as stream:
        for kind, recording in recordings().items():
            await stream.send_audio(recording)
            assert await stream.receive() == {"message": HEARD, "action": None, "transcript": HEARD}, kind


async def test_sound_without_a_head_in_pieces(app):
    pieces = frames(speech_like())
    async with app.stream() as stream:
        for piece in pieces[:-1]:
            await stream.send_audio(piece)
        await stream.send_audio(pieces[-1], final=True)
        assert await stream.receive() == {"message": HEARD, "action": None, "transcript": HEARD}
        await stream.expect_quiet()


async def test_the_end_of_an_utterance_is_heard(app):
    async with app.stream() as stream:
        for piece in frames(speech_like() + silence(2.0)):
            await stream.send_audio(piece)
        assert await stream.receive() == {"message": HEARD, "action": None, "transcript": HEARD}


async def test_binary_frames_are_sound(app):
    async with app.stream() as stream:
        await stream.socket.send_bytes(wav(speech_like()))
        assert await stream.receive() == {"message": HEARD, "action": None, "transcript": HEARD}
        for piece in frames(speech_like() + silence(2.0)):
            await stream.socket.send_bytes(piece)
        assert await stream.receive() == {"message": HEARD, "action": None, "transcript": HEARD}


async def test_sound_and_text_take_turns(app):
    async with app.stream() as stream:
        await stream.send_audio(wav(speech_like()))
        await stream.say("And I type.")
        assert (await stream.reply())["message"] == HEARD
        assert await stream.receive() == {"message": "And I type.", "action": None}


async def test_a_reply_is_spoken_only_to_who_asks_for_it(app):
    async with app.stream(tts=1) as stream:
        await stream.say("Good morning.")
        *sound, reply = await stream.until(lambda frame: "message" in frame)
        assert reply == {"message": "Good morning.", "action": None}
        assert [frame["seq"] for frame in sound] == list(range(len(sound)))
        for frame in sound:
            assert set(frame) == {"type", "format", "sample_rate", "seq", "content"}
            assert (frame["type"], frame["format"], frame["sample_rate"]) == ("tts_audio", "pcm_s16le", 16000)
        # More than half a second of it.
        assert sum(len(base64.b64decode(frame["content"])) for frame in sound) > 16000
        await stream.expect_quiet()
    async with app.stream(timeline=1) as stream:
        await stream.say("Good morning.")
        seen = await stream.until(lambda frame: frame.get("type") == "timeline")
        assert sum("message" in frame for frame in seen) == 1 and "message" not in seen[-1]


async def test_a_client_may_leave_at_any_moment(app):
    for steps in range(3):
        async with app.stream() as stream:
            if steps > 0:
                await stream.send_audio(frames(speech_like())[0])
            if steps > 1:
                await stream.say("Good bye.")
    async with app.stream() as stream:
        await stream.say("Hello.")
        assert (await stream.reply())["message"] == "Hello."


async def test_many_people_at_once_get_their_own_answers(server):
    async def visit(number):
        person = await registered(server)
        async with person.stream() as stream:
            for turn in range(5):
                words = f"I am {number}, and this is {turn}."
                await stream.say(words)
                assert await stream.receive() == {"message": words, "action": None}
                assert (await person.said(words, f"session {number}"))["response"] == words

    await within(asyncio.gather(*(visit(number) for number in range(12))), "twelve people's talk")


# --- what describes it ---


async def test_the_description_is_there_and_is_shown_without_a_network(server, app):
    description = await app.good("GET", "/openapi.json")
    assert description["openapi"].startswith("3.")
    for path in ("/auth/register", "/auth/token", "/chat/message", "/skills/", "/memory/search", "/voice/status"):
        assert API + path in description["paths"], path
    page = await server.get("/docs")
    assert page.status == 200 and page.content_type == "text/html"
    text = await page.text()
    assert "openapi.json" in text
    assert "http://" not in text.replace(server.url, "") and "//cdn" not in text


# --- who is let in without an account, and from which pages ---


async def is_let_in(server):
    """Whether the app is, by any of its calls; all of them have to agree."""
    app = VoiceAi(server)
    answers = [await app.say("Hello."), await app.search("Hello.")]
    async with app.stream() as stream:
        await stream.say("Hello.")
        frame = await stream.receive()
    if frame == Closed(1008):
        for answer in answers:
            assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), answer
        return False
    assert frame == {"message": "Hello.", "action": None}
    assert [answer.status for answer in answers] == [200, 200], answers
    return True


def anonymous(who):
    return {"files": {"repartee.toml": f'[surfaces.voice_ai]\nanonymous = "{who}"\n'}}


async def test_strangers_are_let_in_while_only_this_machine_can_come(launch):
    assert await is_let_in(await launch(PARROT))
    assert not await is_let_in(await launch(PARROT, **anonymous("never")))
    wide = {**PARROT, "HOST": "0.0.0.0"}
    assert not await is_let_in(await within_reach(launch, wide))
    assert await is_let_in(await within_reach(launch, wide, **anonymous("always")))


async def within_reach(launch, settings, **more):
    server = await launch(settings, **more)
    server.url = f"http://127.0.0.1:{server.port}"
    return server


async def test_pages_of_others_get_nothing_unless_they_are_listed(launch):
    page = "https://app.example"
    preflight = {"Origin": page, "Access-Control-Request-Method": "POST",
                 "Access-Control-Request-Headers": "authorization"}  # fmt: skip
    app = VoiceAi(await launch(PARROT))
    assert "Access-Control-Allow-Origin" not in (await app.get("/voice/status", headers={"Origin": page})).headers
    assert (await app.ask("OPTIONS", "/chat/message", headers=preflight)).status == 405

    app = VoiceAi(await launch({**PARROT, "BACKEND_CORS_ORIGINS": f'["{page}"]'}))
    for path, status in (("/voice/status", 200), ("/account", 401), ("/nothing", 404)):
        answer = await app.get(path, headers={"Origin": page})
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (status, page), path
        answer = await app.get(path, headers={"Origin": "https://other.example"})
        assert "Access-Control-Allow-Origin" not in answer.headers, path
    answer = await app.ask("OPTIONS", "/chat/message", headers=preflight)
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == page
    assert answer.headers["Access-Control-Allow-Headers"].lower() == "authorization"


# --- with ears and a voice that are not made up ---


async def test_the_sample_is_heard_and_answered_aloud(launch):
    server = await launch(
        {**PARROT, "STT_ENGINE": "pocketsphinx", "TTS_ENGINE": "flite", "LLM_ROUTE": "rules"}, ready=True
    )
    async with VoiceAi(server).stream(tts=1) as stream:
        for name in ("what_time_is_it.wav", "what_time_is_it.streamed.webm"):
            await stream.send_audio((ROOT / "tests/samples" / name).read_bytes())
            *sound, reply = await stream.until(lambda frame: "message" in frame)
            assert reply["transcript"] == "what time is it" and reply["action"] is None, reply
            assert "It is" in reply["message"] or "It's" in reply["message"], reply
            assert sum(len(base64.b64decode(frame["content"])) for frame in sound) > 16000
