"""What is somebody's is nobody else's: every operation that the server describes, with every id of somebody else's, by
everybody who should get nothing of it, on every store. What is new in the description is walked, too, without a word here."""

import itertools
import json

import aiohttp
import pytest_asyncio
from support.house import SECRET_KEY
from support.openai import Answer, OpenAi
from support.openapi import Description
from support.voice_ai import AFTERTHOUGHT, API, PASSWORD, VoiceAi, forged, new_email, new_word, parts_of
from yarl import URL


class Blabbermouth(OpenAi):
    """A model that tells whoever asks all that it was shown: what reaches a prompt reaches the client."""

    dictated = ()  # is said first, in place of that

    async def _chat(self, request, call):
        shown = json.dumps((call.body or {}).get("messages"), ensure_ascii=False)
        if self.dictated and AFTERTHOUGHT not in shown:
            self.answer = Answer(words=(self.dictated.pop(0),))
            return await super()._chat(request, call)
        self.answer = Answer(words=("I was shown: ", shown.translate({ord("{"): "(", ord("}"): ")"})))
        return await super()._chat(request, call)


@pytest_asyncio.fixture(scope="module")
async def model(event_loop):
    simulator = await Blabbermouth(key="sk-simulated").start()
    yield simulator
    await simulator.stop()


@pytest_asyncio.fixture(scope="module")
async def house(event_loop, new_house):
    async with new_house() as house:
        yield house


@pytest_asyncio.fixture(scope="module")
async def server(house, model):
    return await house.start(model.settings())


OTHER_PASSWORD = "another battery, another staple"


async def registered(server):
    return await (await VoiceAi(server, password=OTHER_PASSWORD).register()).know_oneself()


class Owner:
    """Somebody with one of everything, and a word in each that stands nowhere else."""

    async def move_in(self, server):
        self.email = new_email(new_word("email"))
        self.name, self.persona, self.said, self.title, self.fact, self.key_name = (
            new_word(what) for what in ("name", "persona", "said", "title", "fact", "keyname")
        )
        self.person = await (await VoiceAi(server).register(self.email, self.name)).know_oneself()
        person = self.person
        await person.good("PATCH", "/profile", {"persona_name": self.persona, "persona_style": "brief " + self.persona})
        self.session = new_word("session")
        await person.said(f"I say {self.said} in the morning.", self.session)
        async with person.stream() as stream:
            await stream.say(f"I say {self.said} on the stream.")
            await stream.reply()
        self.conversations = [one["id"] for one in await person.conversations()]
        await person.good("PATCH", f"/history/conversations/{self.conversations[0]}", {"title": self.title})
        messages = [message for one in self.conversations for message in await person.messages(one)]
        self.memory = (await person.remember(f"My cat is called {self.fact}."))["id"]
        key = await person.good("POST", "/account/keys", {"name": self.key_name, "scopes": ["profile"]})
        self.key, self.key_id = key["key"], key["id"]
        self.ids = [str(person.user_id), *self.conversations, messages[0]["id"], self.session, self.memory, self.key_id]
        # The number of a user is a small one, and no secret; all else is to be seen in no answer to others.
        self.marks = [self.email, self.name, self.persona, self.said, self.title, self.fact, self.key_name, self.key,
                      *self.ids[1:]]  # fmt: skip
        return self

    async def everything(self):
        """All there is, in a form that can be compared."""
        kept = await self.person.good("GET", "/history/export")
        keys = await self.person.good("GET", "/account/keys")
        return json.dumps([kept, [{**key, "last_used_at": None} for key in keys]], sort_keys=True)


# --- requests made from the description ---


def requests(description, owner, password):
    """[(operation's name, method, URL path, body)]: each operation with each of the owner's ids in each of its places."""
    for method, path, operation in description.operations:
        ids = owner.ids if "{" in path else [""]
        for one in ids:
            known = {
                "user_id": owner.person.user_id,
                "session_id": owner.session,
                "query": owner.fact,
                "username": owner.email,
                "email": owner.email,
                "password": password,
                "old_password": password,
                "new_password": password + "!",
                "grant_type": "password",
                "refresh_token": "rt",
                "persona_style": "",
                "provider_keys": {},
            }
            places = {parameter["name"]: one for parameter in operation.get("parameters", ()) if parameter["in"] == "path"}
            queries = [
                {},
                *(
                    {parameter["name"]: value}
                    for parameter in operation.get("parameters", ())
                    if parameter["in"] == "query" and parameter["schema"].get("type") == "string"
                    for value in owner.ids
                ),
            ]
            for query in queries:
                yield operation["name"], method, URL(API + path.format(**places)).with_query(query), description.body(
                    operation, known
                )


def is_open(operation):
    """Nobody needs to be known for it."""
    return not operation.get("security")


async def ask(person, method, path, body, **more):
    answer = await person.ask(method, URL(person.server.url + str(path), encoded=True), **body, **more)
    sent = str(path) + json.dumps(body)
    return answer, sent


def assert_nothing_of(owner, answer, sent, what):
    """None of the owner's words, unless the client has sent them itself."""
    told = [mark for mark in owner.marks if mark in answer.text and mark not in sent]
    assert not told, f"{what} told {told}: {answer}"


async def described(server):
    return Description(await VoiceAi(server).good("GET", "/openapi.json"))


async def test_the_walk_reaches_what_it_should(server):
    """The owner's own token opens what the others' do not, or the walk would prove nothing."""
    description = await described(server)
    owner = await Owner().move_in(server)
    opened, told = set(), set()
    for name, method, path, body in requests(description, owner, PASSWORD):
        if method == "GET" or name == "search_memory":
            answer, sent = await ask(owner.person, method, path, body)
            if answer.status == 200:
                opened.add(name)
                told |= {mark for mark in owner.marks if mark in answer.text and mark not in sent}
    assert {"show_conversation", "list_conversations", "list_memories", "export_history", "show_account", "show_profile",
            "list_keys", "search_memory"} <= opened, opened  # fmt: skip
    assert {owner.email, owner.name, owner.persona, owner.said, owner.title, owner.fact, owner.key_name} <= told
    # And the model was shown what it may be shown, or its silence before others would prove nothing.
    told = (await owner.person.said("What is my cat called?", owner.session))["response"]
    assert owner.fact in told and owner.said in told


async def test_another_user(server):
    description = await described(server)
    owner = await Owner().move_in(server)
    before = await owner.everything()
    paths = {operation["name"]: path for _, path, operation in description.operations}
    other = await registered(server)
    for name, method, path, body in requests(description, owner, OTHER_PASSWORD):
        answer, sent = await ask(other, method, path, body)
        assert_nothing_of(owner, answer, sent, f"{name} {path} by another user")
        assert answer.status < 500, (name, path, answer)
        if "{" in paths[name]:
            assert answer.status in (404, 422), (name, path, answer)
        if name in ("send_message", "search_memory"):
            assert answer.status == 403, (name, answer)
        if name == "log_in":
            assert answer.status == 401, answer
        if (await other.get("/account")).status == 401:  # it was the end of that account, or of its log-in
            other = await registered(server)
    assert await owner.everything() == before


async def test_another_user_who_says_what_the_owner_said(server):
    """With its own number, and everything else as the owner has it."""
    owner = await Owner().move_in(server)
    before = await owner.everything()
    other = await registered(server)
    for session in (owner.session, *owner.conversations, f"user/{owner.person.user_id}"):
        answer = await other.say("What is my cat called?", session)
        assert answer.status == 200, answer
        assert_nothing_of(owner, answer, session, f"another user in session {session}")
    for query in ("What is my cat called?", owner.fact, owner.said):
        answer = await other.search(query)
        assert answer.status == 200 and answer.body["results"] == [], answer
        answer = await other.post("/memory/search", {"user_id": other.user_id, "query": query, "session_id": owner.session})
        assert answer.status == 200 and answer.body["results"] == [], answer
    async with other.stream(session_id=owner.session, user_id=owner.person.user_id) as stream:
        await stream.send({"type": "text", "content": "What is my cat called?", "session_id": owner.session,
                           "user_id": owner.person.user_id})  # fmt: skip
        frame = await stream.reply()
        assert not [mark for mark in owner.marks if mark in frame["message"] and mark != owner.session], frame
    assert await owner.everything() == before


async def test_nobody_in_particular(server):
    description = await described(server)
    owner = await Owner().move_in(server)
    before = await owner.everything()
    nobody = VoiceAi(server)
    operations = {operation["name"]: operation for _, _, operation in description.operations}
    for name, method, path, body in requests(description, owner, "not the password"):
        answer, sent = await ask(nobody, method, path, body)
        assert_nothing_of(owner, answer, sent, f"{name} {path} by nobody")
        if not is_open(operations[name]) and name not in ("send_message", "search_memory"):
            assert answer.status == 401, (name, path, answer)
            assert answer.headers["WWW-Authenticate"] == "Bearer", name
    for session in (owner.session, f"user/{owner.person.user_id}", f"/../user/{owner.person.user_id}"):
        answer = await nobody.say("What is my cat called?", session, user_id=owner.person.user_id)
        assert answer.status == 200
        assert_nothing_of(owner, answer, session, "the same words by nobody")
    async with nobody.stream() as stream:
        await stream.say("What is my cat called?")
        assert owner.fact not in (await stream.reply())["message"]
    assert await owner.everything() == before


async def test_tokens_that_are_over(server):
    description = await described(server)
    owner = await Owner().move_in(server)
    expired = forged(owner.person.token, SECRET_KEY, exp=parts_of(owner.person.token)[1]["exp"] - 100_000)
    left = owner.person.token
    await owner.person.good("POST", "/account/logout")
    await owner.person.log_in()
    before = await owner.everything()
    operations = {operation["name"]: operation for _, _, operation in description.operations}
    for token in (expired, left):
        for name, method, path, body in requests(description, owner, "not the password"):
            answer, sent = await ask(owner.person, method, path, body, token=token)
            assert_nothing_of(owner, answer, sent, f"{name} {path} with a token that is over")
            if not is_open(operations[name]):
                assert answer.status == 401, (name, path, answer)
        async with owner.person.stream(token=token) as stream:
            await stream.say("Hello.")
            assert await stream.closing() == 1008
    assert await owner.everything() == before


async def test_keys_without_the_scope(server):
    """The owner's own keys, each for one thing only, and one that was taken back."""
    description = await described(server)
    owner = await Owner().move_in(server)
    operations = {operation["name"]: operation for _, _, operation in description.operations}
    keys = {}
    for scope in ("chat", "history", "memory", "profile"):
        added = await owner.person.good("POST", "/account/keys", {"name": scope, "scopes": [scope]})
        keys[scope] = added["key"]
    taken = await owner.person.good("POST", "/account/keys", {"name": "old", "scopes": ["chat", "history", "memory"]})
    await owner.person.good("DELETE", f"/account/keys/{taken['id']}")
    before = await owner.everything()

    needed = {"send_message": "chat", "search_memory": "memory", "show_account": "profile"}
    prefixes = {"/history": "history", "/memory": "memory", "/profile": "profile"}
    may = dict.fromkeys(keys, 0)
    for name, method, path, body in requests(description, owner, PASSWORD):
        if is_open(operations[name]):
            continue
        answer, sent = await ask(owner.person, method, path, body, token=taken["key"])
        assert answer.status == 401, (name, answer)
        scope = needed.get(name) or next((s for start, s in prefixes.items() if path.path[len(API):].startswith(start)), None)
        if name == "export_history":
            scope = None  # everything at once is for the person alone
        for one, key in keys.items():
            if one == scope:
                if method == "GET" or name == "search_memory":
                    assert (await ask(owner.person, method, path, body, token=key))[0].status in (200, 404, 422), (name, path)
                    may[one] += 1
                continue
            answer, sent = await ask(owner.person, method, path, body, token=key)
            assert answer.status == 403, (name, path, one, answer)
            assert_nothing_of(owner, answer, sent, f"{name} {path} with a key for {one}")
    assert all(may[scope] for scope in ("history", "memory", "profile")), may
    for scope in ("history", "memory", "profile"):
        try:
            async with owner.person.stream(token=keys[scope]) as stream:
                await stream.say("Hello.")
                assert await stream.closing() == 1008, scope
        except aiohttp.WSServerHandshakeError as refused:
            assert refused.status in (401, 403)
    async with owner.person.stream(token=keys["chat"]) as stream:
        await stream.say("Hello.")
        await stream.reply()
    assert len(await owner.person.conversations()) == len(owner.conversations) + 1
    assert owner.fact in before


async def test_another_users_key(server):
    description = await described(server)
    owner, other = await Owner().move_in(server), await registered(server)
    scopes = ["chat", "history", "memory", "profile"]
    key = (await other.good("POST", "/account/keys", {"name": "all", "scopes": scopes}))["key"]
    before = await owner.everything()
    for name, method, path, body in requests(description, owner, PASSWORD):
        answer, sent = await ask(other, method, path, body, token=key)
        assert_nothing_of(owner, answer, sent, f"{name} {path} with another's key")
    assert await owner.everything() == before


async def test_who_comes_after_somebody_inherits_nothing(server):
    """An account is deleted; the next one has neither its number nor its address's past."""
    owner = await Owner().move_in(server)
    answer = await owner.person.ask("DELETE", "/account", json={"password": "not the password"})
    assert answer.status in (401, 403), answer
    await owner.person.good("DELETE", "/account", {"password": PASSWORD})
    assert (await owner.person.get("/account")).status == 401
    assert (await owner.person.get("/account", token=owner.key)).status == 401
    assert (await owner.person.ask_token(owner.email, PASSWORD)).status == 401

    heir = await (await VoiceAi(server).register(owner.email)).know_oneself()
    assert heir.user_id != owner.person.user_id
    for token in (owner.person.token, owner.key):
        answer = await heir.get("/account", token=token)
        assert answer.status == 401, "what let somebody in lets nobody into another's account"
    assert await heir.conversations() == await heir.memories() == await heir.found(owner.fact) == []
    assert await heir.good("GET", "/account/keys") == []
    told = await heir.said("What is my cat called?", owner.session)
    assert not [mark for mark in owner.marks if mark in told["response"] and mark not in (owner.email, owner.session)]


async def test_sessions_without_an_account_are_strangers_to_each_other(server, model):
    one, other = new_word("sessionone"), new_word("sessionother")
    secret = new_word("secret")
    nobody = VoiceAi(server)
    await nobody.said(f"I say {secret}.", one)
    # In the same session, what was said is known. In no other.
    assert secret in (await nobody.said("What did I say?", one))["response"]
    for session in (other, one + "x", one[:-1], one.upper(), f" {one}", f"{one} ", f"{one}\0", f"session/{one}"):
        answer = await nobody.say("What did I say?", session)
        assert secret not in answer.text, session
    # Two that name no session are not the same.
    await nobody.said(f"I say {secret} without a session.", "")
    assert secret not in (await nobody.said("What did I say?", ""))["response"]
    users = [await registered(server) for _ in range(2)]
    for person, session in itertools.product(users, (one, other)):
        assert secret not in (await person.said("What did I say?", session))["response"]
    async with nobody.stream() as first, nobody.stream() as second:
        await first.say(f"I say {secret} again.")
        await first.reply()
        await second.say("What did I say?")
        assert secret not in (await second.reply())["message"]


async def test_what_a_session_without_an_account_learned_is_that_sessions(server, model):
    one, other, fact = new_word("sessionone"), new_word("sessionother"), new_word("fact")
    nobody, user = VoiceAi(server), await registered(server)
    wish = {"message": "Noted.", "action": {"name": "learn", "params": {"fact": f"My cat is called {fact}."}}}
    model.dictated = [json.dumps(wish), "Noted."]
    await nobody.said("My cat has a name.", one)

    async def found(session, person=nobody):
        body = {"user_id": person.user_id, "query": f"My cat is called {fact}.", "session_id": session}
        return (await person.post("/memory/search", body)).body["results"]

    assert any(fact in text for text in await found(one))
    for session in (other, None, "", one.upper(), f"session/{one}"):
        assert await found(session) == [], session
    assert await found(one, user) == []
    assert fact in (await nobody.said("What is my cat called?", one))["response"]
    assert fact not in (await nobody.said("What is my cat called?", other))["response"]
    assert fact not in (await user.said("What is my cat called?", one))["response"]
