"""The accounts API under attack by people: tokens that were made up, passwords without end, everybody at once, strings that
want to be statements, JSON that wants to be a bomb, sound that is none. Whatever comes, the server stays up and somebody else
is answered meanwhile. What models do to it: test_voice_ai_hostile_models.py."""

import asyncio
import base64
import hashlib
import random
import re
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio
from support.bystander import registered, somebody_else_is_answered
from support.house import PARROT, SECRET_KEY
from support.server import ROOT
from support.sound import silence, speech_like, wav
from support.voice_ai import API, PASSWORD, VoiceAi, forged, new_email, new_word, parts_of, signed
from support.waiting import within
from yarl import URL

JSON = {"Content-Type": "application/json"}


@pytest_asyncio.fixture(scope="module")
async def house(event_loop, new_house):
    async with new_house() as house:
        yield house


@pytest_asyncio.fixture(scope="module")
async def server(house):
    return await house.start()


# --- tokens ---


def made_up_tokens(token, other):
    """Each is what somebody might try who has a token of his own, or has read how they are made."""
    header, claims, signature = parts_of(token)
    head, body, sign = token.split(".")
    other_head, other_body, other_sign = other.split(".")
    now = claims["exp"]

    def b64(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    none = {name: signed({**header, "alg": name}, claims, "").rsplit(".", 1)[0] for name in ("none", "None", "NONE")}
    return {
        **{f"alg {name}, no signature": text + "." for name, text in none.items()},
        **{f"alg {name}, two parts": text for name, text in none.items()},
        "alg none, the old signature": none["none"] + "." + sign,
        "alg HS512, well signed": signed({**header, "alg": "HS512"}, claims, SECRET_KEY, hashlib.sha512),
        "alg RS256": signed({**header, "alg": "RS256"}, claims, SECRET_KEY),
        "no alg": signed({"typ": "JWT"}, claims, SECRET_KEY),
        "a key of the header's own": signed({**header, "jwk": {"kty": "oct", "k": b64(b"x")}}, claims, "x"),
        "a kid that is a path": signed({**header, "kid": "../../../dev/null"}, claims, ""),
        "another secret": forged(token, "somebody else's key, which is just as long as ours"),
        "an empty secret": forged(token, ""),
        "expired": forged(token, SECRET_KEY, exp=now - 100_000),
        "expired at the dawn of time": forged(token, SECRET_KEY, exp=0),
        "made in the future": forged(token, SECRET_KEY, iat=now + 10_000_000, exp=now + 10_000_000),
        "not valid yet": forged(token, SECRET_KEY, nbf=now + 10_000_000, exp=now + 20_000_000),
        "an exp that is text": forged(token, SECRET_KEY, exp="9999999999"),
        "an exp that is no number": forged(token, SECRET_KEY, exp=None),
        "an exp without end": forged(token, SECRET_KEY, exp=10**400),
        "an exp below zero": forged(token, SECRET_KEY, exp=-1),
        "no exp": forged(token, SECRET_KEY, drop=("exp",)),
        "no sub": forged(token, SECRET_KEY, drop=("sub",)),
        "a sub that is a number": forged(token, SECRET_KEY, sub=1),
        "a sub that is nobody": forged(token, SECRET_KEY, sub=new_email("nobody")),
        "a sub that is a list": forged(token, SECRET_KEY, sub=[claims["sub"]]),
        "another's claims": ".".join((head, other_body, sign)),
        "another's signature": ".".join((head, body, other_sign)),
        "one bit of the signature": ".".join((head, body, b64(bytes([signature[0] ^ 1]) + signature[1:]))),
        "half a signature": ".".join((head, body, b64(signature[:16]))),
        "a longer signature": ".".join((head, body, b64(signature + b"\0"))),
        "no signature": ".".join((head, body, "")),
        "two parts": ".".join((head, body)),
        "four parts": token + "." + sign,
        "no parts": "...",
        "claims that are no object": head + "." + b64(b"[]") + "." + sign,
        "claims that are no JSON": signed(header, claims, SECRET_KEY).replace(body, b64(b"{")),
        "padding": token + "==",
        "spaces inside": token.replace(".", " ."),
        "a very long one": token + "A" * 20_000,
        "an API key that is none": "rk_" + "A" * 43,
        "an API key that is nothing": "rk_",
        "nothing": "",
        "text": "let me in",
        "not ASCII": "tökèn",
    }


async def test_tokens_that_were_made_up(server):
    person, other = await registered(server), await registered(server)
    # That the forger knows how is seen from one who changes nothing.
    assert (await person.get("/account", token=forged(person.token, SECRET_KEY))).status == 200
    body = {"message": "hi", "session_id": "s", "user_id": person.user_id}
    async with somebody_else_is_answered(server):
        for what, token in made_up_tokens(person.token, other.token).items():
            headers = {"Authorization": f"Bearer {token}".encode().decode("latin-1")}
            for ask in (person.get("/account", token=None, headers=headers),
                        person.post("/chat/message", body, token=None, headers=headers)):  # fmt: skip
                answer = await ask
                if answer.status in (400, 431) and ("long" in what or "ASCII" in what):
                    continue  # a header that is none is refused before anybody reads it
                assert answer.status == 401, (what, answer)
                assert answer.body["detail"] == "Could not validate credentials", (what, answer)
                assert answer.headers["WWW-Authenticate"] == "Bearer", what
            try:
                async with person.stream(token=token) as stream:
                    await stream.say("Hello.")
                    assert await stream.closing() == 1008, what
            except aiohttp.WSServerHandshakeError as refused:
                assert refused.status in (400, 414, 431) and "long" in what, (what, refused)


async def test_other_ways_to_present_oneself(server):
    person = await registered(server)
    basic = base64.b64encode(f"{person.email}:{PASSWORD}".encode()).decode()
    for value in (f"Basic {basic}", f"Token {person.token}", person.token, "Bearer", "Bearer ", f"Bearer {person.token} x",
                  f"Bearer {person.token}, Bearer {person.token}"):  # fmt: skip
        answer = await person.get("/account", token=None, headers={"Authorization": value})
        assert answer.status in (400, 401), (value, answer)
    # The scheme's name has no case.
    for scheme in ("bearer", "BEARER"):
        answer = await person.get("/account", token=None, headers={"Authorization": f"{scheme} {person.token}"})
        assert answer.status == 200, (scheme, answer)


# --- registrations and log-ins ---


async def test_passwords_without_end(server):
    endless = "p" * 10_000_000
    async with somebody_else_is_answered(server):
        person = VoiceAi(server)
        for fields in (
            {"email": new_email(), "password": endless, "full_name": "A"},
            {"email": endless, "password": PASSWORD, "full_name": "A"},
            {"email": new_email(), "password": PASSWORD, "full_name": endless},
        ):
            answer = await person.post("/auth/register", fields)
            assert answer.status in (413, 422), answer
            assert len(answer.text) < 10_000, "what is too long is not sent back"
        for username, password in ((new_email(), endless), (endless, PASSWORD)):
            answer = await person.ask_token(username, password)
            assert answer.status in (401, 413, 422), answer
            assert len(answer.text) < 10_000


async def test_passwords_and_addresses_that_will_not_do(server):
    person = VoiceAi(server)
    for fields in ({"email": ""}, {"password": ""}, {"email": " "}, {"email": "a\0b@example.org"}, {"email": "a" * 2000}):
        whole = {"email": new_email(), "password": PASSWORD, "full_name": "A", **fields}
        answer = await person.post("/auth/register", whole)
        assert answer.status == 422, (fields, answer)
    # Any password that somebody may have is one, whatever is in it.
    for password in ("pässwörd पासवर्ड 🐈", "with\ttabs and\nlines", "'; DROP TABLE users; --", "x" * 200, " " * 12):
        person = VoiceAi(server, password=password)
        await person.register()
        await person.log_in()
        assert (await person.ask_token(person.email, password + "x")).status == 401
        assert (await person.ask_token(person.email, password[:-1])).status == 401


async def test_one_address_registered_by_everybody_at_once(server):
    email = new_email("wanted")
    spellings = [email, email.upper(), email.capitalize(), email.swapcase()]

    async def register(number):
        fields = {"email": spellings[number % 4], "password": PASSWORD, "full_name": f"Number {number}"}
        return await VoiceAi(server).post("/auth/register", fields)

    async with somebody_else_is_answered(server):
        answers = await asyncio.gather(*(register(number) for number in range(20)))
    assert sorted(answer.status for answer in answers) == [200] + 19 * [400], answers
    for answer in answers:
        assert answer.status == 200 or answer.body["detail"] == "Email already registered"


async def test_the_case_of_an_address_is_nobodys_secret(server):
    email = new_email("Mixed.Case")
    person = await VoiceAi(server).register(email)
    for spelling in (email.upper(), email.lower(), email.swapcase()):
        answer = await person.ask_token(spelling, PASSWORD)
        assert answer.status == 200, (spelling, answer)
        assert (await person.get("/account", token=answer.body["access_token"])).status == 200
        again = await person.post("/auth/register", {"email": spelling, "password": PASSWORD, "full_name": "A"})
        assert again.status == 400, (spelling, again)


async def test_a_flood_of_log_ins_waits_for_itself(server):
    person = await registered(server)
    async with somebody_else_is_answered(server):
        answers = await asyncio.gather(*(person.ask_token(person.email, "wrong") for _ in range(200)))
    for answer in answers:
        assert answer.status in (401, 429, 503), answer
        assert answer.status == 401 or int(answer.headers["Retry-After"]) > 0
    await person.log_in()


async def test_who_comes_too_often_is_told_when_to_come_back(launch):
    """With the limits that a server has where nobody has set others."""
    server = await launch(PARROT)
    person = VoiceAi(server)
    for limit, ask in (
        (20, lambda: person.ask_token(new_email(), PASSWORD)),
        (60, lambda: person.post("/auth/register", {"email": new_email(), "password": PASSWORD, "full_name": "A"})),
    ):
        answers = [await ask() for _ in range(limit + 5)]
        refused = [answer for answer in answers if answer.status == 429]
        assert 1 <= len(refused) <= 5, [answer.status for answer in answers]
        for answer in refused:
            assert int(answer.headers["Retry-After"]) > 0 and answer.body["detail"], answer
    # Who has a token is not bothered by those who have none.
    assert (await person.said("Hello."))["response"] == "Hello."


async def test_nothing_that_lets_people_in_is_logged(new_house):
    async with new_house() as house:
        server = await house.start({"LOG_LEVEL": "TRACE"})
        secret = "a password: " + new_word("password")
        person = await (await VoiceAi(server, password=secret).register()).know_oneself()
        await person.ask_token(person.email, secret + "x")
        log_in = (await person.ask_token(person.email, secret, scope="offline_access")).body
        refreshed = (await person.post("/auth/refresh", {"refresh_token": log_in["refresh_token"]}, token=None)).body
        key = (await person.good("POST", "/account/keys", {"name": "x", "scopes": ["chat"]}))["key"]
        provider = "sk-" + new_word("provider")
        await person.good("PATCH", "/profile", {"provider_keys": {"openai": provider}})
        for token in (person.token, key, "not.a.token", "rk_nothing"):
            async with person.stream(token=token) as stream:
                await stream.say("Hello.")
                await stream.receive()
            await person.get("/account", token=token)
            await person.get(f"/account?token={token}", token=None)
        await person.ask("DELETE", "/account", json={"password": secret})
        await house.end()
        log = server.log_text()
        for what in (secret, person.email, person.token, person.token.split(".")[2], key, provider,
                     log_in["access_token"], log_in["refresh_token"], refreshed["refresh_token"]):  # fmt: skip
            assert what not in log, what
        kept = b"".join(file.read_bytes() for file in house.directory.rglob("*") if file.is_file())
        for what in (secret, key, provider, log_in["refresh_token"]):
            assert what.encode() not in kept, f"{what} is on the disk"


# --- many at once, upon the same ---


async def test_everything_at_once_by_one_person(server):
    """In one session, from many devices: nothing breaks, and what is there in the end is whole."""
    person = await registered(server)
    words = [f"From device {number}." for number in range(40)]
    answers = await asyncio.gather(*(person.say(one, "one session") for one in words))
    taken = [one for one, answer in zip(words, answers) if answer.status == 200]
    for one, answer in zip(words, answers):
        assert answer.status in (200, 429, 503), answer
        assert answer.status != 200 or answer.body["response"] == one
    assert len(taken) >= 10
    [conversation] = await person.conversations()
    messages = await person.messages(conversation["id"])
    assert [one["position"] for one in messages] == list(range(1, 2 * len(taken) + 1))
    assert sorted(one["text"] for one in messages[0::2]) == sorted(taken)
    assert [one["text"] for one in messages[1::2]] == [one["text"] for one in messages[0::2]]


async def test_what_is_deleted_while_it_is_used(server):
    person = await registered(server)
    stop = asyncio.Event()
    statuses = {}

    async def again_and_again(name, ask):
        while not stop.is_set():
            answer = await ask()
            statuses.setdefault(name, set()).add(answer.status)

    async def change_one(change):
        listed = await person.get("/history/conversations?limit=1")
        if not listed.body.get("conversations"):
            return listed
        return await change(f"/history/conversations/{listed.body['conversations'][0]['id']}")

    async def forget_one():
        listed = await person.get("/memory?limit=1")
        if not listed.body.get("memories"):
            return listed
        return await person.ask("DELETE", f"/memory/{listed.body['memories'][0]['id']}")

    doing = {
        "talk": lambda: person.say("Hello.", "one"),
        "talk elsewhere": lambda: person.say("Hello.", "two"),
        "rename": lambda: change_one(lambda path: person.ask("PATCH", path, json={"title": "x"})),
        "read": lambda: change_one(person.get),
        "delete": lambda: change_one(lambda path: person.ask("DELETE", path)),
        "delete all": lambda: person.ask("DELETE", "/history"),
        "export": lambda: person.get("/history/export"),
        "remember": lambda: person.post("/memory", {"text": f"Fact {new_word('fact')}."}),
        "search": lambda: person.search("fact"),
        "forget": forget_one,
        "forget all": lambda: person.ask("DELETE", "/memory"),
        "profile": lambda: person.ask("PATCH", "/profile", json={"persona_style": "x"}),
    }
    tasks = [asyncio.ensure_future(again_and_again(name, ask)) for name, ask in doing.items()]
    async with somebody_else_is_answered(server):
        for _ in range(100):
            assert (await person.get("/account")).status == 200
    async with somebody_else_is_answered(server):
        assert (await person.ask("DELETE", "/account", json={"password": PASSWORD})).status == 204
    stop.set()
    await within(asyncio.gather(*tasks), "the end of those at work")
    for name, seen in statuses.items():
        assert seen <= {200, 201, 204, 401, 404}, (name, seen)
    assert (await person.get("/account")).status == 401


# --- strings that want to be something else ---

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
INJECTIONS = [
    "'; DROP TABLE users; --",
    '" OR ""="',
    "' OR '1'='1' /*",
    "\\'; SELECT pg_sleep(30); --",
    "') UNION SELECT email, password_hash FROM users --",
    "$1 $2 :name ?1 @x %s %n {0} {{7*7}} ${7*7} #{7*7}",
    "$$; DELETE FROM messages; $$",
    "*3\r\n$3\r\nSET\r\n$1\r\nx\r\n$1\r\ny\r\n",
    "x\r\nFLUSHALL\r\n",
    "%' OR text LIKE '%",
    "100% _under_score_ [a-z] * ? \\% \\_",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "${jndi:ldap://127.0.0.1/x}",
    "../../../../etc/passwd",
    "user/1",
    "session/1",
    "a\tb\nc\rd\x1b[31m\x7f",
    "नमस्ते 👩‍👩‍👧 \u202eesrever\u202c \ufeff\u200b ẞ ﬀ İ",
    "\U0010ffff\ue000\ufdd0",
    "NULL",
    "null",
    "[]",
    "{}",
    '{"action":"x"}',
    "-1",
    "1e400",
    "\\",
    "\\u0000",
]


async def test_what_is_said_comes_back_as_it_was(server):
    person, other = await registered(server), await registered(server)
    async with somebody_else_is_answered(server):
        for number, text in enumerate(INJECTIONS):
            # What stands first keeps the parrot's words from being taken for an action.
            words = f"{number}: {text} !"
            answer = await person.said(words, session=f"{number} {text}")
            assert answer["action"] is None
        kept = {}
        for conversation in await person.conversations():
            messages = await person.messages(conversation["id"])
            kept[conversation["session_id"]] = [one["text"] for one in messages if one["role"] == "user"]
            assert [one["text"] for one in messages if one["role"] == "assistant"] == kept[conversation["session_id"]]
        assert kept == {f"{number} {text}": [f"{number}: {text} !"] for number, text in enumerate(INJECTIONS)}
        assert await other.conversations() == []


async def test_names_titles_memories_and_searches_are_text(server):
    person = await registered(server)
    await person.said("Hello.", "one conversation")
    [conversation] = await person.conversations()
    path = f"/history/conversations/{conversation['id']}"
    async with somebody_else_is_answered(server):
        for text in INJECTIONS:
            answer = await person.ask("PATCH", "/account", json={"full_name": text})
            if CONTROL.search(text):
                assert answer.status == 422, answer  # nobody's name has any
            else:
                assert (await person.good("GET", "/account"))["full_name"] == text
            await person.good("PATCH", path, {"title": text})
            assert (await person.good("GET", path))["conversation"]["title"] == text
            await person.good("PATCH", "/profile", {"persona_name": text, "persona_style": text})
            profile = await person.good("GET", "/profile")
            assert (profile["persona_name"], profile["persona_style"]) == (text, text)
            # A fact is one line, and its letters run in one direction: models read it among others.
            fact = " ".join(re.sub("[\x00-\x20\x7f-\xa0\u2028-\u202e\u2066-\u2069]+", " ", text).split())
            memory = await person.remember(text)
            assert memory["text"] == fact
            assert [one["text"] for one in await person.memories(q=fact)] == [fact]
            assert fact in await person.found(text)
            await person.good("DELETE", f"/memory/{memory['id']}")
            assert await person.memories() == await person.found(text) == []
            assert [one["id"] for one in await person.conversations(q=text)] == [conversation["id"]], text
            answer = await person.post("/account/keys", {"name": text, "scopes": ["chat"]})
            if CONTROL.search(text):
                assert answer.status == 422, answer
            else:
                assert [one["name"] for one in await person.good("GET", "/account/keys")] == [text]
                await person.good("DELETE", f"/account/keys/{answer.body['id']}")
    # Wherever an id is expected, these are ids of nothing.
    for text in INJECTIONS:
        for method, place, body in (
            ("GET", "/history/conversations/", None),
            ("DELETE", "/history/conversations/", None),
            ("PATCH", "/memory/", {"text": "x"}),
            ("DELETE", "/memory/", None),
            ("DELETE", "/account/keys/", None),
        ):
            path = URL(person.server.url + API + place + quote(text, safe=""), encoded=True)
            answer = await person.ask(method, path, json=body)
            assert answer.status in (400, 404, 422), (method, place, text, answer)
    for text in INJECTIONS:
        for path in ("/history/conversations", "/memory"):
            answer = await person.get(path, params={"before": text})
            assert answer.status in (200, 422), (path, text, answer)
            answer = await person.get(path, params={"limit": text})
            assert answer.status == 422, (path, text, answer)


async def test_percent_and_underscore_find_only_themselves(server):
    person = await registered(server)
    await person.said("It is 100% sure.", "one")
    await person.said("It is half as sure.", "two")

    async def found(query):
        return {one["session_id"] for one in await person.conversations(q=query)}

    assert await found("sure") == {"one", "two"}
    assert await found("100%") == {"one"}
    assert await found("%") == {"one"}
    assert await found("_") == set()
    assert await found("h_lf") == set()
    assert await found("SURE") == {"one", "two"}


async def test_characters_that_no_database_likes(server):
    """A zero, and halves of characters: refused, or kept in some form; never the end of anything."""
    person = await registered(server)
    for raw in ('"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"'):
        for path, body in {
            "/chat/message": f'{{"message": {raw}, "session_id": {raw}, "user_id": {person.user_id}}}',
            "/memory/search": f'{{"query": {raw}, "user_id": {person.user_id}}}',
            "/auth/register": f'{{"email": {raw}, "password": {raw}, "full_name": {raw}}}',
            "/memory": f'{{"text": {raw}}}',
        }.items():
            answer = await person.post(path, data=body, headers=JSON)
            assert answer.status in (200, 201, 400, 422), (raw, path, answer)
    for raw in (b'{"message": "\xff\xfe", "session_id": "s", "user_id": 1}', b"\xef\xbb\xbf{}", b"\x00", b"\xc0\xaf"):
        answer = await person.post("/chat/message", data=raw, headers=JSON)
        assert answer.status in (400, 422), (raw, answer)
    assert (await person.said("Still here?"))["response"] == "Still here?"


# --- JSON that wants to be a bomb ---


def bombs(user_id):
    whole = f'"message": "hi", "session_id": "s", "user_id": {user_id}'
    deep = 200_000
    return {
        "deep lists": "[" * deep + "]" * deep,
        "deep objects": '{"a":' * deep + "1" + "}" * deep,
        "deep lists beside what is asked for": f'{{{whole}, "more": {"[" * deep}{"]" * deep}}}',
        "deep lists without end": "[" * deep,
        "a number past all numbers": f'{{"message": "hi", "session_id": "s", "user_id": {"9" * 100_000}}}',
        "an exponent past all numbers": '{"message": "hi", "session_id": "s", "user_id": 1e999999999}',
        "a number below all numbers": f'{{"message": "hi", "session_id": "s", "user_id": -{"9" * 400}}}',
        "64 bits and one": '{"message": "hi", "session_id": "s", "user_id": 18446744073709551617}',
        "no number": '{"message": "hi", "session_id": "s", "user_id": NaN}',
        "a string of 10 MB": f'{{"message": "{"m" * 10_000_000}", "session_id": "s", "user_id": {user_id}}}',
        "a session of 10 MB": f'{{"message": "hi", "session_id": "{"s" * 10_000_000}", "user_id": {user_id}}}',
        "a key of 10 MB": f'{{"{"k" * 10_000_000}": 1}}',
        "a million keys": "{" + ",".join(f'"k{number}":1' for number in range(300_000)) + "}",
        "a million zeros": "[" + ",".join(["0"] * 1_000_000) + "]",
        "escapes": '{"message": "' + "\\u0041" * 1_000_000 + '"}',
    }


async def test_json_that_wants_to_be_a_bomb(server):
    person = await registered(server)
    async with somebody_else_is_answered(server):
        for what, text in bombs(person.user_id).items():
            for path in ("/chat/message", "/memory/search", "/auth/register"):
                answer = await within(person.post(path, data=text, headers=JSON), what)
                assert answer.status in (400, 413, 422), (what, path, answer)
                assert len(answer.text) < 10_000, (what, path, "a bomb is not thrown back")
    async with person.stream() as stream, somebody_else_is_answered(server):
        for what, text in bombs(person.user_id).items():
            await stream.send(text)
            await stream.say("Hello.")
            *before, reply = await stream.until(lambda frame: "message" in frame)
            assert all(set(frame) == {"error"} for frame in before) and len(before) <= 1, (what, before)
            assert reply == {"message": "Hello.", "action": None}, what


async def test_the_last_of_two_keys_is_meant_or_none(server):
    person, other = await registered(server), await registered(server)
    mine, theirs = person.user_id, other.user_id
    for first, second in ((mine, theirs), (theirs, mine)):
        text = f'{{"message": "hi", "session_id": "s", "user_id": {first}, "user_id": {second}}}'
        answer = await person.post("/chat/message", data=text, headers=JSON)
        assert answer.status == (200 if second == mine else 403) or answer.status == 422, answer
    assert await other.conversations() == []


# --- sound that is none ---


def broken_sounds():
    pcm = speech_like(0.5)
    good = wav(pcm)
    webm = (ROOT / "tests/samples/what_time_is_it.streamed.webm").read_bytes()
    noise = random.Random(1).randbytes(50_000)
    return {
        "nothing": b"",
        "half a sample": b"\x01",
        "a head without sound": good[:44],
        "half a head": good[:20],
        "a head that promises 4 GB": good[:40] + b"\xff\xff\xff\xff" + pcm,
        "a rate of zero": good[:24] + bytes(4) + good[28:],
        "no channels": good[:22] + bytes(2) + good[24:],
        "an unknown coding": good[:20] + b"\x55\x55" + good[22:],
        "half a WebM file": webm[: len(webm) // 2],
        "a WebM head and noise": webm[:100] + noise,
        "an Ogg head and noise": b"OggS" + noise,
        "an MP4 head and noise": b"\0\0\0\x18ftypmp42" + noise,
        "an ID3 head without end": b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + noise,
        "HTML": b"<html>Bad gateway</html>" * 100,
        "noise": noise,
    }


@pytest.mark.parametrize("sound", broken_sounds().values(), ids=broken_sounds().keys())
async def test_sound_that_is_none(server, sound):
    """Something is said about it, once; the socket stays, and others are answered."""
    async with VoiceAi(server).stream() as stream:
        await stream.send_audio(sound, final=True)
        frame = await stream.receive()
        assert set(frame) & {"error", "info", "message"} and len(set(frame) & {"error", "message"}) < 2, frame
        await stream.say("Hello.")
        assert await stream.receive() == {"message": "Hello.", "action": None}


async def test_more_sound_than_anybody_can_say(server):
    async with somebody_else_is_answered(server), VoiceAi(server).stream() as stream:
        piece = wav(silence(60.0))
        await stream.send_audio(piece)
        for _ in range(14):
            await stream.send_audio(silence(60.0), final=False)
        *_, frame = await stream.until(lambda frame: "error" in frame)
        assert frame == {"error": "max_audio_bytes exceeded"}
        await stream.send_audio(b"", final=True)
        await stream.say("Hello.")
        frames = await stream.until(lambda frame: frame.get("message") == "Hello.")
        assert len(frames) <= 2, frames


async def test_a_frame_without_end(server):
    async with somebody_else_is_answered(server), VoiceAi(server).stream() as stream:
        await stream.send("x" * (17 << 20))
        assert await stream.closing() == 1009


async def test_what_is_said_about_sound_may_be_wrong(server):
    async with VoiceAi(server).stream() as stream:
        for final in ("yes", 1, None, [], {}):
            await stream.send_audio(wav(speech_like()), final=final)
            frame = await stream.receive()
            assert set(frame) & {"error", "message"}, (final, frame)
