"""What an app with screens of its own asks the accounts API for: history, profile, memory, account; each from outside, with
what is wrong answered by name."""

import asyncio
import json
import socket

import aiohttp
import pytest
import pytest_asyncio
from support.command import Command
from support.house import SECRET_KEY
from support.openai import Answer, Ending, OpenAi
from support.voice_ai import PASSWORD, VoiceAi, new_word, parts_of, token_in
from support.waiting import within

LATER = "another battery, another staple"


@pytest_asyncio.fixture(scope="module")
async def house(event_loop, new_house):
    async with new_house() as house:
        yield house


@pytest_asyncio.fixture(scope="module")
async def server(house):
    return await house.start()


@pytest_asyncio.fixture
async def person(server):
    return await (await VoiceAi(server).register()).know_oneself()


@pytest_asyncio.fixture(scope="module")
async def openai(event_loop):
    simulator = await OpenAi().start()
    yield simulator
    await simulator.stop()


@pytest_asyncio.fixture(scope="module")
async def with_model(event_loop, new_house, openai):
    async with new_house() as house:
        yield await house.start(openai.settings())


def questions(openai, words):
    """What the model was asked with these words last."""
    asked = [call for call in openai.calls if call.path.endswith("/completions")]
    return [call for call in asked if call.body["messages"][-1]["content"] == words]


def texts(messages):
    return [(one["role"], one["text"]) for one in messages]


# --- history ---


async def test_conversations_are_kept_and_found_again(person):
    assert await person.conversations() == []
    await person.said("Let us talk about the sea.", "one")
    await person.said("Let us talk about mountains.", "two")
    await person.said("And about rivers.", "one")
    latest, earlier = await person.conversations()
    assert (latest["session_id"], earlier["session_id"]) == ("one", "two")
    assert (latest["messages"], earlier["messages"]) == (4, 2)
    assert latest["title"].startswith("Let us talk about the sea")
    assert latest["created_at"] < latest["updated_at"]
    assert texts(await person.messages(latest["id"])) == [
        ("user", "Let us talk about the sea."),
        ("assistant", "Let us talk about the sea."),
        ("user", "And about rivers."),
        ("assistant", "And about rivers."),
    ]
    for query, sessions in {"sea": ["one"], "RIVERS": ["one"], "talk": ["one", "two"], "desert": []}.items():
        assert [one["session_id"] for one in await person.conversations(q=query)] == sessions, query


async def test_an_action_is_in_the_history(person):
    call = {"name": "call", "params": {"target": "Mom"}, "needs_confirmation": True}
    await person.said(json.dumps({"message": "Calling Mom.", "action": call}), "one")
    [conversation] = await person.conversations()
    said, answered = await person.messages(conversation["id"])
    assert said["action"] is None
    assert (answered["text"], answered["action"]) == ("Calling Mom.", call)


async def test_what_is_said_on_the_stream_is_kept_too(person):
    async with person.stream() as stream:
        await stream.say("By voice, as it were.")
        await stream.reply()
        [conversation] = await person.conversations()
        assert texts(await person.messages(conversation["id"]))[0] == ("user", "By voice, as it were.")


async def test_a_conversation_is_renamed_and_deleted(person):
    await person.said("Hello.", "one")
    await person.said("Hello again.", "two")
    two, one = await person.conversations()
    path = f"/history/conversations/{one['id']}"
    assert (await person.good("PATCH", path, {"title": "Greetings"}))["title"] == "Greetings"
    assert [each["title"] for each in await person.conversations(q="greetings")] == ["Greetings"]
    assert (await person.ask("DELETE", path)).status == 204
    assert (await person.ask("DELETE", path)).status == 404
    assert (await person.get(path)).status == 404
    assert (await person.ask("PATCH", path, json={"title": "x"})).status == 404
    assert [each["id"] for each in await person.conversations()] == [two["id"]]
    # What was deleted is forgotten: the session begins anew.
    await person.said("Hello once more.", "one")
    again = (await person.conversations())[0]
    assert again["id"] != one["id"] and again["messages"] == 2
    assert (await person.ask("DELETE", "/history")).status == 204
    assert await person.conversations() == []


async def test_long_lists_come_in_pages_and_nothing_is_missed(person):
    for number in range(25):
        await person.said("Hello.", f"session {number}")
    assert await person.conversations(limit=7) == await person.conversations()
    one_by_one = await person.conversations(limit=1)
    # Two of one millisecond have no order that was promised.
    assert sorted(one["session_id"] for one in one_by_one) == sorted(f"session {number}" for number in range(25))
    times = [one["updated_at"] for one in one_by_one]
    assert times == sorted(times, reverse=True)
    for number in range(60):
        await person.said(f"Turn {number}.", "long")
    [conversation] = [one for one in await person.conversations() if one["session_id"] == "long"]
    messages = await person.messages(conversation["id"])
    assert [one["position"] for one in messages] == list(range(1, 121))
    assert [one["text"] for one in messages[0::2]] == [f"Turn {number}." for number in range(60)]


async def test_who_leaves_before_the_answer_and_asks_again_is_in_the_history_once(with_model, openai):
    person = await (await VoiceAi(with_model).register()).know_oneself()
    question = f"What is a {new_word('thing')}?"
    openai.answers = [Answer(words=("It", " is"), ending=Ending.STALLS)]
    leaving = asyncio.create_task(person.say(question))
    call = await openai.next_prompt()
    while call.body["messages"][-1]["content"] != question:
        call = await openai.next_prompt()
    leaving.cancel()  # which closes the connection
    await within(call.gone.wait(), "the end of the question to the model")
    await person.said(question)
    [conversation] = await person.conversations()
    assert [message["text"] for message in await person.messages(conversation["id"])] == [question, "Hello there."]


# --- everything in one file ---


async def test_everything_is_exported(person):
    await person.said("Let us talk about the sea.", "one")
    await person.remember("My cat is called Ink.")
    await person.good("PATCH", "/profile", {"persona_name": "Butler", "provider_keys": {"openai": "sk-secret-123456"}})
    answer = await person.get("/history/export")
    assert answer.status == 200
    everything = answer.body
    assert everything["account"]["email"] == person.email
    assert everything["profile"]["persona_name"] == "Butler"
    assert "Let us talk about the sea." in json.dumps(everything["conversations"])
    assert [one["text"] for one in everything["memories"]] == ["My cat is called Ink."]
    assert "sk-secret" not in answer.text and "argon2" not in answer.text


# --- profile ---


async def test_changes_of_different_things_at_once_do_not_undo_each_other(person):
    changes = [
        {"persona_name": "Butler"},
        {"persona_style": "brief"},
        {"language": "hi-IN"},
        {"voice_speed": 1.25},
        {"provider_keys": {"openai": "sk-secret-123456"}},
        {"provider_keys": {"gemini": "secret-123456"}},
    ]
    await asyncio.gather(*(person.good("PATCH", "/profile", change) for change in changes * 3))
    profile = await person.good("GET", "/profile")
    assert profile | {key: value for change in changes[:4] for key, value in change.items()} == profile
    assert sorted(profile["provider_keys_set"]) == ["gemini", "openai"]


async def test_a_profile_begins_with_the_defaults_and_keeps_what_is_set(person):
    profile = await person.good("GET", "/profile")
    published = ("persona_name", "persona_style", "voice_id", "voice_speed", "allowed_skills")
    assert [profile[name] for name in published] == ["Assistant", "helpful", "default", 1, []]
    changed = await person.good("PATCH", "/profile", {"persona_name": "Butler", "voice_speed": 1.25})
    assert changed == {**profile, "persona_name": "Butler", "voice_speed": 1.25}
    await person.good("PATCH", "/profile", {"allowed_skills": ["call", "timer"], "language": "hi-IN"})
    assert await person.good("GET", "/profile") == {
        **changed,
        "allowed_skills": ["call", "timer"],
        "language": "hi-IN",
    }
    # Set anew, what is not named is as it was in the beginning.
    assert await person.good("PUT", "/profile", {"persona_style": "brief"}) == {**profile, "persona_style": "brief"}


WRONG_PROFILES = [
    {"voice_speed": 0},
    {"voice_speed": 100},
    {"voice_speed": "fast"},
    {"voice_speed": None},
    {"persona_name": ""},
    {"persona_name": 5},
    {"persona_name": "x" * 10_000},
    {"language": "not a language"},
    {"allowed_skills": "all"},
    {"allowed_skills": [1]},
    {"provider_keys": {"openai": 5}},
    {"provider_keys": ["x"]},
]


@pytest.mark.parametrize("change", WRONG_PROFILES, ids=lambda change: str(change)[:40])
async def test_a_profile_that_makes_no_sense_changes_nothing(person, change):
    before = await person.good("GET", "/profile")
    answer = await person.ask("PATCH", "/profile", json={"persona_style": "changed", **change})
    assert answer.status == 422, answer
    assert answer.body["detail"][0]["loc"][:2] == ["body", next(iter(change))], answer
    assert await person.good("GET", "/profile") == before


async def test_a_provider_key_is_never_shown_again(server, person):
    secret = "sk-" + new_word("providerkey")
    answer = await person.ask("PATCH", "/profile", json={"provider_keys": {"openai": secret}})
    assert answer.status == 200 and secret not in answer.text
    assert answer.body["provider_keys_set"] == ["openai"]
    for path in ("/profile", "/account", "/history/export", "/account/keys"):
        assert secret not in (await person.get(path)).text, path
    answer = await person.ask("PATCH", "/profile", json={"provider_keys": {"openai": [secret]}})
    assert answer.status == 422 and secret not in answer.text
    assert secret not in server.log_text()
    assert (await person.good("PATCH", "/profile", {"provider_keys": {"openai": None}}))["provider_keys_set"] == []


async def test_the_profile_is_what_the_model_is_told(with_model, openai):
    """Persona, style, and who is spoken to; and a key of one's own is what the provider sees."""
    person = await (await VoiceAi(with_model).register(full_name="Ada")).know_oneself()
    await person.good("PATCH", "/profile", {"persona_name": "Jeeves", "persona_style": "like a butler of old"})
    morning, evening = (f"Good {new_word(what)}." for what in ("morning", "evening"))
    await person.said(morning)
    [call] = questions(openai, morning)
    instructions = call.body["messages"][0]
    assert instructions["role"] == "system"
    assert "Jeeves" in instructions["content"] and "like a butler of old" in instructions["content"]
    assert "Ada" in instructions["content"]
    assert call.headers["Authorization"] == "Bearer sk-simulated"

    await person.good("PATCH", "/profile", {"provider_keys": {"openai": "sk-of-her-own"}})
    await person.said(evening, "evening")
    [call] = questions(openai, evening)
    assert call.headers["Authorization"] == "Bearer sk-of-her-own"


# --- memory ---


async def test_memories_are_added_found_corrected_and_forgotten(person):
    cat = await person.remember("My cat is called Ink.", category="personal")
    assert (cat["text"], cat["category"], cat["source"]) == ("My cat is called Ink.", "personal", "told")
    await person.remember("I take my tea without sugar.", category="preference")
    assert (await person.found("What is the name of my cat?"))[0].endswith("My cat is called Ink.")
    answer = await person.search("My cat is called Ink.")
    best = answer.body["matches"][0]
    assert best["id"] == cat["id"] and 0.9 < best["score"] <= 1.001
    scores = [one["score"] for one in answer.body["matches"]]
    assert scores == sorted(scores, reverse=True)
    assert len(answer.body["results"]) == len(answer.body["matches"])

    again = await person.good("POST", "/memory", {"text": "My cat is called Ink."})
    assert (again["outcome"], again["memory"]["id"]) == ("known", cat["id"])

    path = f"/memory/{cat['id']}"
    assert (await person.good("PATCH", path, {"text": "My cat is called Blot."}))["text"] == "My cat is called Blot."
    assert [one["text"] for one in await person.memories(q="CAT")] == ["My cat is called Blot."]
    assert "My cat is called Ink." not in json.dumps(await person.found("cat"))
    assert (await person.ask("DELETE", path)).status == 204
    assert (await person.ask("DELETE", path)).status == 404
    assert (await person.ask("PATCH", path, json={"text": "x"})).status == 404
    assert [one["text"] for one in await person.memories()] == ["I take my tea without sugar."]
    assert (await person.ask("DELETE", "/memory")).status == 204
    assert await person.memories() == await person.found("tea") == []


async def test_forget_that(person):
    """By a skill, in the words of a model that has none but its writing."""
    await person.remember("My cat is called Ink.")
    await person.remember("I take my tea without sugar.")
    wish = {"name": "learn", "params": {"fact": "My cat is called Ink.", "operation": "forget"}}
    await person.said(json.dumps({"message": "Forgotten.", "action": wish}))
    assert [one["text"] for one in await person.memories()] == ["I take my tea without sugar."]


# --- account ---


async def test_a_name_is_changed(person):
    assert (await person.good("GET", "/account"))["full_name"] == "Some One"
    assert (await person.good("PATCH", "/account", {"full_name": "Ada"}))["full_name"] == "Ada"
    account = await person.good("GET", "/account")
    assert (account["email"], account["full_name"], account["is_superuser"]) == (person.email, "Ada", False)


async def test_a_password_is_changed_and_every_other_log_in_ends(server, person):
    elsewhere = VoiceAi(server, email=person.email)
    await elsewhere.log_in()
    change = {"old_password": "not the password", "new_password": LATER}
    answer = await person.post("/account/password", change)
    assert answer.status in (401, 403), answer
    assert (await person.post("/account/password", {"old_password": PASSWORD, "new_password": "short"})).status == 422
    async with elsewhere.stream() as stream:
        answer = await person.post("/account/password", {**change, "old_password": PASSWORD})
        old, person.token = person.token, token_in(answer)
        assert (await person.get("/account")).status == 200
        for token in (old, elsewhere.token):
            assert (await person.get("/account", token=token)).status == 401
        # A stream that was open is closed, or says no more than that at the next word.
        await stream.say("Am I still here?")
        frame = await stream.receive()
        assert getattr(frame, "code", None) == 1008, frame
    assert (await person.ask_token(person.email, PASSWORD)).status == 401
    token_in(await person.ask_token(person.email, LATER))


async def test_logging_out_everywhere(server, person):
    answer = await person.ask_token(person.email, PASSWORD, scope="offline_access")
    token, fresh = answer.body["access_token"], answer.body["refresh_token"]
    assert (await person.post("/account/logout")).status == 204
    for one in (person.token, token):
        assert (await person.get("/account", token=one)).status == 401
    assert (await person.post("/auth/refresh", {"refresh_token": fresh}, token=None)).status == 401
    await person.log_in()
    assert (await person.get("/account")).status == 200


async def test_a_refresh_token_is_good_for_once_and_its_family_ends_with_a_copy(server, person):
    assert set((await person.ask_token(person.email, PASSWORD)).body) == {"access_token", "token_type"}
    first = (await person.ask_token(person.email, PASSWORD, scope="profile offline_access")).body
    answer = await person.post("/auth/refresh", {"refresh_token": first["refresh_token"]}, token=None)
    second = answer.body
    assert answer.status == 200 and second["refresh_token"] != first["refresh_token"]
    assert (await person.get("/account", token=second["access_token"])).status == 200
    # The same machine may say so again at once, and gets the same: its answer was lost.
    again = await person.post("/auth/refresh", {"refresh_token": first["refresh_token"]}, token=None)
    assert again.status == 200 and again.body["refresh_token"] == second["refresh_token"]
    # Somebody else has a copy: whoever comes second ends it for both.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))) as elsewhere:
        url = server.url + "/api/v1/auth/refresh"
        async with elsewhere.post(url, json={"refresh_token": first["refresh_token"]}) as copied:
            assert copied.status == 401
    assert (await person.post("/auth/refresh", {"refresh_token": first["refresh_token"]}, token=None)).status == 401
    assert (await person.post("/auth/refresh", {"refresh_token": second["refresh_token"]}, token=None)).status == 401
    for nonsense in ("", "x", second["access_token"], "rt_" + "A" * 43):
        answer = await person.post("/auth/refresh", {"refresh_token": nonsense}, token=None)
        assert answer.status in (401, 422), (nonsense, answer)
    # It is no access token.
    assert (await person.get("/account", token=second["refresh_token"])).status == 401
    # Another log-in is another family.
    assert (await person.get("/account")).status == 200


async def test_a_refresh_token_used_twice_at_once(server, person):
    for _ in range(3):
        token = (await person.ask_token(person.email, PASSWORD, scope="offline_access")).body["refresh_token"]
        asked = [person.post("/auth/refresh", {"refresh_token": token}, token=None) for _ in range(8)]
        answers = await asyncio.gather(*asked)
        assert {answer.status for answer in answers} == {200}, answers
        # The tabs of a browser: all go on from the same.
        assert len({answer.body["refresh_token"] for answer in answers}) == 1


async def test_keys_for_devices(server, person):
    added = await person.post("/account/keys", {"name": "kitchen speaker", "scopes": ["chat", "memory"]})
    assert added.status == 201
    key = added.body
    assert key["key"].startswith("rk_") and key["key"].endswith(key["tail"])
    [listed] = await person.good("GET", "/account/keys")
    assert listed == {name: value for name, value in key.items() if name != "key"}
    speaker = VoiceAi(server, key["key"], user_id=person.user_id)
    assert (await speaker.said("Good morning."))["response"] == "Good morning."
    async with speaker.stream() as stream:
        await stream.say("Good evening.")
        await stream.reply()
    assert len(await person.conversations()) == 2
    for scopes in ([], ["everything"], "chat", [1], ["chat", "metrics"]):
        answer = await person.post("/account/keys", {"name": "x", "scopes": scopes})
        assert answer.status in (403, 422), (scopes, answer)
    # A key makes no keys, and does not change who one is.
    for method, path, body in (
        ("POST", "/account/keys", {"name": "x", "scopes": ["chat"]}),
        ("POST", "/account/password", {"old_password": PASSWORD, "new_password": LATER}),
        ("DELETE", "/account", {"password": PASSWORD}),
        ("POST", "/account/logout", None),
        ("GET", "/history/export", None),
    ):
        assert (await speaker.ask(method, path, json=body)).status == 403, path
    assert (await person.ask("DELETE", f"/account/keys/{key['id']}")).status == 204
    assert (await speaker.say("Good night.")).status == 401
    assert await person.good("GET", "/account/keys") == []


async def test_an_account_is_deleted_with_everything(server, person):
    await person.said("Let us talk about the sea.", "one")
    await person.remember("My cat is called Ink.")
    assert (await person.ask("DELETE", "/account", json={"password": "wrong password"})).status in (401, 403)
    assert (await person.get("/account")).status == 200
    async with person.stream() as stream:
        assert (await person.ask("DELETE", "/account", json={"password": PASSWORD})).status == 204
        await stream.say("Am I still here?")
        assert getattr(await stream.receive(), "code", None) == 1008
    assert (await person.get("/account")).status == 401
    assert (await person.ask_token(person.email, PASSWORD)).status == 401


async def test_a_token_lasts_half_an_hour(server, person):
    answer = await person.ask_token(person.email, PASSWORD, scope="offline_access")
    _, claims, _ = parts_of(answer.body["access_token"])
    assert answer.body["expires_in"] == 1800
    assert claims["exp"] - claims["iat"] == 1800


# --- numbers about the server, from another machine ---


def own_address():
    """One of this machine that is not loopback: who comes from there is a stranger."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unconnected:
        try:
            unconnected.connect(("192.0.2.1", 9))  # sends nothing
            return unconnected.getsockname()[0]
        except OSError:
            return None


@pytest.mark.skipif(own_address() is None, reason="this machine has no address but loopback")
async def test_metrics_are_for_admins_and_their_keys(new_house):
    async with new_house() as house:
        server = await house.start({"HOST": "0.0.0.0"})
        server.url = f"http://{own_address()}:{server.port}"
        admin, user = await VoiceAi(server).register(), await VoiceAi(server).register()
        settings = {**house.settings(), "SECRET_KEY": SECRET_KEY}
        command = await Command("users", "make-admin", admin.email, directory=house.directory, **settings).run()
        assert command.code == 0, command.err
        while not (await admin.good("GET", "/account"))["is_superuser"]:  # within three seconds
            await asyncio.sleep(0.05)
        key = (await admin.good("POST", "/account/keys", {"name": "prometheus", "scopes": ["metrics"]}))["key"]
        other = (await admin.good("POST", "/account/keys", {"name": "speaker", "scopes": ["chat"]}))["key"]
        for token, status in {None: 403, user.token: 403, "no token": 401, other: 403, admin.token: 200, key: 200}.items():
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            response = await server.get("/metrics", headers=headers)
            assert response.status == status, (token, response.status)
        assert (await admin.get("/account", token=key)).status == 403
