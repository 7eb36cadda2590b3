"""The description of the accounts API: what the server says of itself is what it does."""

import itertools
import json

import jsonschema
import pytest
import pytest_asyncio
from support.house import SqliteHouse
from support.openapi import Description
from support.voice_ai import API, PASSWORD, VoiceAi, new_email
from yarl import URL


@pytest_asyncio.fixture(scope="module")
async def server(event_loop):
    async with SqliteHouse() as house:
        yield await house.start()


@pytest_asyncio.fixture(scope="module")
async def description(server):
    return Description(await VoiceAi(server).good("GET", "/openapi.json"))


def test_it_is_openapi(description):
    """What every reader of such a document relies on."""
    document = description.document
    assert document["openapi"].startswith("3.1")
    assert {"title", "version"} <= set(document["info"])
    names = [operation["operationId"] for _, _, operation in description.operations]
    assert len(set(names)) == len(names)
    tags = {tag["name"] for tag in document.get("tags", ())}
    schemes = document["components"]["securitySchemes"]
    for method, path, operation in description.operations:
        where = f"{method} {path}"
        assert operation["responses"], where
        assert set(operation.get("tags", ())) <= tags, where
        in_path = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
        assert in_path == {part[1:-1] for part in path.split("/") if part.startswith("{")}, where
        assert all(one["required"] for one in operation.get("parameters", ()) if one["in"] == "path"), where
        assert all(name in schemes for need in operation.get("security", ()) for name in need), where
        for status, response in operation["responses"].items():
            assert response["description"], (where, status)
    # Every reference leads somewhere, and every schema is one.
    for reference in description.references():
        assert description.followed(reference), reference
    for name, schema in description.schemas.items():
        jsonschema.Draft202012Validator.check_schema(schema), name


# What becomes of a value in a body that was right, by what it is.
SPOILED = [None, True, 5, -1, 1.5, "", "x" * 200_000, [], {}, [1], {"a": 1}]


async def test_every_answer_is_as_it_is_described(server, description):
    """Each operation as it is meant, and with each of its fields spoiled: by somebody, by nobody, with ids of nothing."""
    seen = {}
    person = await (await VoiceAi(server).register()).know_oneself()

    async def ask(method, path, operation, **more):
        answer = await person.ask(method, path, **more)
        what = f"{method} {path} with {str(more)[:300]}"
        assert answer.status < 500, f"{what}: {answer}"
        description.check(operation, answer, what)
        seen.setdefault(operation["name"], set()).add(answer.status)
        return answer

    # What others ask about last: these end the account, or what lets somebody into it.
    last = ("change_password", "log_out_everywhere", "delete_history", "delete_memories", "delete_account")
    in_order = sorted(description.operations, key=lambda one: (last.index(one[2]["name"]) + 1
                                                                if one[2]["name"] in last else 0))  # fmt: skip
    for method, path, operation in in_order:
        name = operation["name"]
        await person.said("Hello.", "session")
        memory = await person.remember("My cat is called Ink.")
        key = await person.good("POST", "/account/keys", {"name": "x", "scopes": ["chat"]})
        [conversation, *_] = await person.conversations()
        known = {
            "user_id": person.user_id,
            "username": person.email,
            "email": new_email(),
            "password": PASSWORD,
            "old_password": PASSWORD,
            "new_password": PASSWORD,
            "grant_type": "password",
            "refresh_token": "rt_spent",
            "provider_keys": {"openai": "sk-x"},
        }
        kind = path.strip("/").split("/")[-2] if "{" in path else ""
        own = {"conversations": conversation["id"], "memory": memory["id"], "keys": key["id"]}.get(kind, "")
        body = description.body(operation, known)

        def at(id):
            return URL(server.url + API + path.replace("{id}", id), encoded=True)

        # By nobody, for nothing, spoiled; and as it is meant at the end.
        await ask(method, at(own), operation, token=None, **body)
        await ask(method, at(own), operation, token="not a token", **body)
        if "{id}" in path:
            for nothing in ("0", "no-such-thing", "x" * 300, "%F0%9F%90%88"):
                await ask(method, at(nothing), operation, **body)
        for parameter, value in itertools.product(operation.get("parameters", ()), ("", "x", "-1", "0", "1e9", "x" * 300)):
            if parameter["in"] == "query":
                await ask(method, at(own).update_query({parameter["name"]: value}), operation, **body)
        if "json" in body:
            for field, value in itertools.product(body["json"], SPOILED):
                if name == "delete_account" and isinstance(value, str):
                    continue
                await ask(method, at(own), operation, json={**body["json"], field: value})
            for field in body["json"]:
                rest = {one: value for one, value in body["json"].items() if one != field}
                await ask(method, at(own), operation, json=rest)
        # What is good for once is made anew.
        log_in = await person.ask_token(person.email, PASSWORD, scope="offline_access")
        known["refresh_token"] = log_in.body["refresh_token"]
        known["email"] = new_email()
        good = await ask(method, at(own), operation, **description.body(operation, known))
        assert good.status in (200, 201, 204), (name, good)
        if name in ("change_password", "log_out_everywhere"):
            await person.log_in()
    everything = {operation["name"] for _, _, operation in description.operations}
    assert set(seen) == everything
    print(json.dumps({name: sorted(statuses) for name, statuses in seen.items()}))


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
async def test_it_may_be_kept_by_whoever_has_it(server, path):
    where = server.url + (API if path.endswith("json") else "") + path
    async with server.http.get(where) as response:
        assert response.status == 200
        tag = response.headers.get("ETag")
    if tag:
        async with server.http.get(where, headers={"If-None-Match": tag}) as response:
            assert response.status == 304
