"""`repartee users` and `repartee migrate`: who looks after accounts from a shell, also while the server runs."""

import asyncio
import json

import pytest
import pytest_asyncio
from support.command import Command
from support.terminal import Terminal
from support.voice_ai import PASSWORD, VoiceAi
from support.waiting import within

ANOTHER = "пароль-密码-🐈"


@pytest_asyncio.fixture
async def house(new_house):
    async with new_house() as house:
        yield house


async def run(house, *arguments, words=None, code=0):
    """One command over the house's data; `words` are its standard input."""
    command = await Command(*arguments, directory=house.directory, **house.settings()).run(words)
    assert command.code == code, (command.code, command.out, command.err)
    return command


async def users_of(house):
    return json.loads((await run(house, "users", "list", "--json")).out)


async def test_the_first_admin_is_made_before_there_is_a_server(house):
    assert "users add EMAIL --admin" in (await run(house, "users", "list")).out
    await run(house, "users", "add", "Ink@example.org", "--admin", "--name", "Ink Well", words=PASSWORD + "\n")
    [ink] = await users_of(house)
    assert ink["id"] == 1 and ink["email"] == "Ink@example.org" and ink["full_name"] == "Ink Well"
    assert ink["is_admin"] and ink["is_active"]
    listed = (await run(house, "users", "list")).out
    assert "Ink@example.org" in listed and "admin" in listed

    server = await house.start()
    person = await VoiceAi(server, email="ink@EXAMPLE.org").log_in()
    assert (await person.good("GET", "/account"))["email"] == "Ink@example.org"


async def test_accounts_are_looked_after_while_the_server_runs(house):
    server = await house.start()
    await run(house, "users", "add", "blot@example.org", words=PASSWORD)
    blot = await VoiceAi(server, email="blot@example.org").log_in()
    await blot.said("Hello.")
    await run(house, "users", "make-admin", "BLOT@example.org")
    assert [user["is_admin"] for user in await users_of(house)] == [True]
    await run(house, "users", "make-user", "blot@example.org")

    await run(house, "users", "set-password", "blot@example.org", words=ANOTHER + "\r\n")
    assert (await blot.ask_token(blot.email, PASSWORD)).status == 401
    assert (await blot.ask_token(blot.email, ANOTHER)).status == 200
    await out_within_seconds(blot)

    await VoiceAi(server, email=blot.email, password=ANOTHER).log_in()
    await run(house, "users", "deactivate", "blot@example.org")
    assert (await blot.ask_token(blot.email, ANOTHER)).status == 401
    await run(house, "users", "activate", "blot@example.org")
    assert (await blot.ask_token(blot.email, ANOTHER)).status == 200


async def out_within_seconds(person):
    """The server may know a user from a moment ago; then the token is over."""

    async def refused():
        while (await person.get("/account")).status != 401:
            await asyncio.sleep(0.1)

    await within(refused(), "the end of a token")


async def test_both_write_at_once(house):
    server = await house.start()
    person = await VoiceAi(server).register()

    async def talk():
        for number in range(40):
            await person.said(f"Hello {number}.")

    async def add():
        for number in range(8):
            await run(house, "users", "add", f"number.{number}@example.org", words=PASSWORD)

    await asyncio.gather(talk(), add())
    assert len(await users_of(house)) == 9
    [conversation] = await person.conversations()
    assert len(await person.messages(conversation["id"])) == 80


async def test_what_cannot_be_done_is_said(house):
    await run(house, "users", "add", "ink@example.org", words=PASSWORD)
    for arguments, words, why in (
        (("add", "INK@example.org"), PASSWORD, "has an account already"),
        (("add", "blot@example.org"), "short", "at least 8 characters"),
        (("add", "blot@example.org"), "x" * 5000, "at most 1024 bytes"),
        (("add", "blot@example.org"), "", "nothing came"),
        (("add", " "), PASSWORD, "is empty"),
        (("make-admin", "nobody@example.org"), None, "nobody has the e-mail address"),
        (("deactivate", "nobody@example.org"), None, "nobody has the e-mail address"),
        (("set-password", "nobody@example.org"), PASSWORD, "nobody has the e-mail address"),
    ):
        command = await run(house, "users", *arguments, words=words, code=1)
        assert command.err.startswith("repartee: ") and why in command.err, command.err
    assert len(await users_of(house)) == 1
    # The command line is no place for a password.
    await run(house, "users", "add", "blot@example.org", PASSWORD, code=2)
    await run(house, "users", code=2)


async def test_a_password_is_typed_unseen_and_twice():
    terminal = Terminal("users", "add", "ink@example.org")
    try:
        await terminal.start()
        await terminal.shows("Password for ink@example.org: ")
        terminal.press(PASSWORD + "y\x7f\r")
        await terminal.shows("The same again: ")
        terminal.press(PASSWORD + "\r")
        await terminal.shows("is a user now")
        assert await terminal.ended() == 0
        assert PASSWORD[:4] not in terminal.text
    finally:
        await terminal.discard()


@pytest.mark.parametrize("keys, words", [("\x03", "given up"), ("something else\r", "not the same")])
async def test_a_password_that_is_not_given(keys, words):
    terminal = Terminal("users", "add", "ink@example.org")
    try:
        await terminal.start()
        await terminal.shows("Password for")
        terminal.press(PASSWORD + "\r")
        await terminal.shows("The same again: ")
        terminal.press(keys)
        await terminal.shows(words)
        assert await terminal.ended() == 1
    finally:
        await terminal.discard()


async def test_migrate_says_what_was_there_and_what_is(house):
    first = (await run(house, "migrate")).out
    assert ("repartee.db" in first or "PostgreSQL" in first) and "migrations applied" in first
    again = (await run(house, "migrate")).out
    assert "before: answers" in again
    server = await house.start()
    assert "before: answers" in (await run(house, "migrate")).out
    assert (await server.http.get(server.url + "/health")).status == 200
