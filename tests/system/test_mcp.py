"""The server of the Model Context Protocol at /mcp as bytes on the wire: both eras, who may come in, and what is refused."""

import asyncio
import base64
import json

import pytest
import pytest_asyncio
from support.command import Command
from support.house import SqliteHouse
from support.openai import Answer, Ending
from support.voice_ai import VoiceAi
from support.waiting import within

OLD = "2025-11-25"
NEW = "2026-07-28"
EVERYTHING = {"ask", "say", "memory_search", "memory_remember", "memory_forget"}
ENDLESS = Answer(words=("Let", " me", " see"), ending=Ending.STALLS)


@pytest_asyncio.fixture(scope="module")
async def house(event_loop, openai):
    async with SqliteHouse() as house:
        yield await house.start(openai.settings())


class Reply:
    def __init__(self, response, text):
        self.status, self.headers, self.text = response.status, response.headers, text

    @property
    def body(self):
        return json.loads(self.text)

    @property
    def events(self):
        """(id, data) of each event of a stream."""
        events = []
        for block in filter(None, self.text.split("\n\n")):
            fields = dict(line.split(": ", 1) if ": " in line else (line.rstrip(":"), "") for line in block.split("\n"))
            events.append((fields.get("id"), json.loads(fields["data"]) if fields["data"] else None))
        return events

    def __repr__(self):
        return f"<{self.status} {self.text[:1000]}>"


class Client:
    """Sends what a test tells it to; knows nothing of the protocol but where the headers go."""

    def __init__(self, server, token=None):
        self.server, self.headers, self.number = server, {}, 0
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    async def send(self, body, method="POST", **headers):
        headers = {"Accept": "application/json, text/event-stream", **self.headers, **headers}
        headers = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        if method == "POST":
            headers.setdefault("Content-Type", "application/json")
        data = body if isinstance(body, (bytes, str)) or body is None else json.dumps(body)
        async with self.server.http.request(method, self.server.url + "/mcp", data=data, headers=headers) as response:
            return Reply(response, await response.text())

    def frame(self, method, params=None):
        self.number += 1
        return {"jsonrpc": "2.0", "id": self.number, "method": method, **({} if params is None else {"params": params})}


class Old(Client):
    """Shakes hands."""

    async def greet(self, version=OLD):
        params = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        reply = await self.send(self.frame("initialize", params))
        assert reply.status == 200, reply
        self.headers |= {"MCP-Session-Id": reply.headers["MCP-Session-Id"], "MCP-Protocol-Version": version}
        self.greeting = reply.body["result"]
        return self

    async def ask(self, method, params=None, **headers):
        return await self.send(self.frame(method, params), **headers)

    async def call(self, name, meta=None, headers=None, **arguments):
        params = {"name": name, "arguments": arguments, **({"_meta": meta} if meta else {})}
        return await self.ask("tools/call", params, **(headers or {}))


class New(Client):
    """Says each time who it is."""

    def dressed(self, method, params, meta=None):
        about = {"protocolVersion": NEW, "clientCapabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        about = {f"io.modelcontextprotocol/{name}": value for name, value in about.items()}
        headers = {"MCP-Protocol-Version": NEW, "Mcp-Method": method}
        if "name" in params:
            headers["Mcp-Name"] = params["name"]
        return self.frame(method, {**params, "_meta": {**about, **(meta or {})}}), headers

    async def ask(self, method, params=None, meta=None, **change):
        frame, headers = self.dressed(method, params or {}, meta)
        return await self.send(frame, **{**headers, **change})

    async def call(self, name, meta=None, **arguments):
        return await self.ask("tools/call", {"name": name, "arguments": arguments}, meta)


def words(reply):
    assert reply.status == 200, reply
    return reply.body["result"]["content"][0]["text"]


# --- until 2025-11-25 ---


async def test_the_handshake_opens_a_session(house):
    client = await Old(house).greet()
    assert client.greeting["protocolVersion"] == OLD and client.greeting["capabilities"] == {"tools": {}}
    assert client.greeting["serverInfo"]["name"] == "repartee"
    reply = await client.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (reply.status, reply.text) == (202, "")
    assert (await client.ask("ping")).body["result"] == {}
    tools = (await client.ask("tools/list")).body["result"]
    assert {one["name"] for one in tools["tools"]} == EVERYTHING and "nextCursor" not in tools and "ttlMs" not in tools
    assert (await client.ask("tools/list", {"cursor": "2"})).body["error"]["code"] == -32602
    assert (await client.ask("resources/list")).body["error"]["code"] == -32601
    assert (await client.send(None, "GET")).status == 405
    assert (await client.send(None, "DELETE")).status == 204
    gone = await client.ask("tools/list")
    assert gone.status == 404 and gone.body["error"]["code"] == -32001
    assert (await client.send(None, "DELETE")).status == 404


@pytest.mark.parametrize("offered, agreed", [("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"), ("2024-11-05", OLD), (NEW, OLD)])
async def test_the_version_is_theirs_where_we_speak_it(house, offered, agreed):
    client = Client(house)
    reply = await client.send(client.frame("initialize", {"protocolVersion": offered, "capabilities": {}}))
    assert reply.body["result"]["protocolVersion"] == agreed


async def test_a_request_wants_a_session_and_a_known_version(house):
    client = Old(house)
    assert (await client.ask("tools/list")).status == 400
    await client.greet()
    assert (await client.ask("tools/list", MCP_Protocol_Version="1999-12-31")).status == 400
    assert (await client.ask("tools/list", MCP_Protocol_Version=None)).status == 200
    assert (await client.ask("tools/list", MCP_Session_Id="guessed")).status == 404


async def test_an_answer_is_json_or_a_stream(house, openai):
    client = await Old(house).greet()
    plain = await client.call("ask", text="Hello")
    assert plain.headers["Content-Type"] == "application/json" and plain.body["id"] == client.number
    streamed = await client.call("ask", {"progressToken": "p"}, text="Hello")
    assert streamed.headers["Content-Type"] == "text/event-stream"
    (first_id, nothing), *notices, (last_id, answer) = streamed.events
    assert nothing is None and first_id and last_id and len({first_id, last_id}) == 2
    assert all(one["params"]["progressToken"] == "p" for _, one in notices) and notices[0][1]["params"]["progress"] == 1
    assert answer["id"] == client.number and answer["result"]["structuredContent"]["answer"] == "Hello there."
    json_only = await client.call("ask", {"progressToken": "p"}, {"Accept": "application/json"}, text="Hello")
    assert json_only.headers["Content-Type"] == "application/json"
    assert (await client.call("ask", None, {"Accept": "text/html"}, text="Hello")).status == 406
    # Older ones take an empty event for a broken message.
    older = await Old(house).greet("2025-06-18")
    assert all(data for _, data in (await older.call("ask", {"progressToken": 7}, text="Hello")).events)


async def test_one_session_is_one_conversation(house, openai):
    client = await Old(house).greet()
    first = await client.call("ask", text="My boat is called Wave.")
    openai.answers = [Answer(words=("Wave.",))]
    assert words(await client.call("ask", text="What is my boat called?")) == "Wave."
    asked = [call for call in openai.calls if "What is my boat called?" in str(call.body)]
    assert "My boat is called Wave." in str(asked[-1].body["messages"])
    # Nobody else's is.
    stranger = await Old(house).greet()
    await stranger.call("ask", text="And my boat?", session=first.body["result"]["structuredContent"]["session"])
    asked = [call for call in openai.calls if "And my boat?" in str(call.body)]
    assert "Wave" not in str(asked[-1].body["messages"])


async def test_a_lost_stream_is_found_again(house, openai):
    client = await Old(house).greet()
    pause = asyncio.Event()
    openai.answers = [Answer(words=("Late", " but", " well."), pause_after=1, resume=pause)]
    frame = client.frame("tools/call", {"name": "ask", "arguments": {"text": "Take your time"}, "_meta": {"progressToken": 1}})
    headers = {**client.headers, "Accept": "application/json, text/event-stream"}
    async with house.http.post(house.url + "/mcp", json=frame, headers=headers) as response:
        first = await within(response.content.readuntil(b"\n\n"), "the first event")
        response.close()
    event = first.decode().split("\n")[0].removeprefix("id: ")
    pause.set()
    found = await client.send(None, "GET", **{"Last-Event-ID": event})
    assert found.status == 200 and found.events[-1][1]["id"] == client.number, found
    assert found.events[-1][1]["result"]["structuredContent"]["answer"] == "Late but well."
    again = await client.send(None, "GET", **{"Last-Event-ID": event})
    assert again.events[-1][1] == found.events[-1][1]
    assert (await client.send(None, "GET", **{"Last-Event-ID": "c999999-0"})).status == 404
    stranger = await Old(house).greet()
    assert (await stranger.send(None, "GET", **{"Last-Event-ID": event})).status == 404


async def test_a_cancelled_call_stops_the_model(house, openai):
    client = await Old(house).greet()
    openai.answers = [ENDLESS]
    frame = client.frame("tools/call", {"name": "ask", "arguments": {"text": "How deep is it?"}})
    call = asyncio.ensure_future(client.send(frame))
    while "How deep is it?" not in str((asked := await openai.next_prompt()).body):
        pass
    cancelled = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": frame["id"]}}
    assert (await client.send(cancelled)).status == 202
    await within(asked.gone.wait(), "the model's being told")
    reply = await within(call, "the end of the call")
    assert (reply.status, reply.text) == (202, "")


async def test_several_in_one_message(house):
    client = await Old(house).greet("2025-03-26")
    several = [client.frame("ping"), {"jsonrpc": "2.0", "method": "notifications/initialized"},
               client.frame("tools/call", {"name": "memory_search", "arguments": {"query": "cat"}}), client.frame("nonsense")]
    reply = await client.send(several)
    assert [one["id"] for one in reply.body] == [several[0]["id"], several[2]["id"], several[3]["id"]]
    assert reply.body[2]["error"]["code"] == -32601
    newer = await Old(house).greet()
    refused = await newer.send(several)
    assert refused.status == 400 and refused.body["error"]["code"] == -32600


async def test_a_session_outlives_its_server(openai):
    async with SqliteHouse() as house:
        client = await Old(await house.start(openai.settings())).greet()
        client.server = await house.restart()
        assert (await client.ask("tools/list")).status == 200


# --- 2026-07-28 ---


async def test_each_request_stands_for_itself(house):
    client = New(house)
    found = (await client.ask("server/discover")).body["result"]
    assert NEW in found["supportedVersions"] and found["resultType"] == "complete" and found["capabilities"] == {"tools": {}}
    assert found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "repartee"
    tools = (await client.ask("tools/list")).body["result"]
    assert {one["name"] for one in tools["tools"]} == EVERYTHING and tools["ttlMs"] > 0 and tools["cacheScope"] == "private"
    answered = await client.call("ask", text="Hello")
    assert words(answered) == "Hello there." and answered.body["result"]["resultType"] == "complete"
    assert "MCP-Session-Id" not in answered.headers
    streamed = await client.call("ask", {"progressToken": "p"}, text="Hello")
    assert [event for event, _ in streamed.events] == [None] * len(streamed.events) and streamed.events[-1][1]["id"] == client.number
    for method in ("GET", "DELETE"):
        assert (await client.send(None, method, MCP_Protocol_Version=NEW)).status == 405


async def test_a_conversation_goes_on_by_its_name(house, openai):
    client = New(house)
    session = (await client.call("ask", text="My dog is called Salt.")).body["result"]["structuredContent"]["session"]
    await client.call("ask", text="And what is it called?", session=session)
    await client.call("ask", text="Who am I?")
    asked = {text: str(next(c.body for c in openai.calls if text in str(c.body))) for text in ("And what is it called?", "Who am I?")}
    assert "Salt" in asked["And what is it called?"] and "Salt" not in asked["Who am I?"]
    told = await client.call("memory_remember", text="I like tea.")
    assert told.body["result"]["isError"] and "account" in words(told)


@pytest.mark.parametrize("change", [{"Mcp_Method": None}, {"Mcp_Method": "tools/list"}, {"Mcp_Name": None}, {"Mcp_Name": "say"},
                                    {"MCP_Protocol_Version": OLD}, {"MCP_Protocol_Version": None}])
async def test_headers_that_say_something_else(house, change):
    client = New(house)
    change = {name.replace("_", "-"): value for name, value in change.items()}
    reply = await client.ask("tools/call", {"name": "memory_search", "arguments": {"query": "cat"}}, **change)
    assert reply.status == 400 and reply.body["error"]["code"] == -32020 and reply.body["id"] == client.number, reply


async def test_what_is_wrong_has_numbers(house):
    client = New(house)
    unknown = await client.ask("resources/list")
    assert unknown.status == 404 and unknown.body["error"]["code"] == -32601
    assert (await client.ask("ping")).status == 404
    nobody = await client.call("walk_the_plank")
    assert nobody.status == 400 and nobody.body["error"]["code"] == -32602
    nul = await client.call("ask", text="Hello\0")
    assert nul.body["result"]["isError"] and "NUL" in words(nul)
    bare = await client.send(client.frame("tools/list"), MCP_Protocol_Version=NEW, Mcp_Method="tools/list")
    assert bare.status == 400 and bare.body["error"]["code"] == -32602
    frame, headers = client.dressed("tools/list", {})
    frame["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = "2031-01-01"
    later = await client.send(frame, **{**headers, "MCP-Protocol-Version": "2031-01-01"})
    assert later.status == 400 and later.body["error"]["code"] == -32022
    assert later.body["error"]["data"]["requested"] == "2031-01-01" and NEW in later.body["error"]["data"]["supported"]


async def test_leaving_is_giving_up(house, openai):
    client = New(house)
    openai.answers = [ENDLESS]
    frame, headers = client.dressed("tools/call", {"name": "ask", "arguments": {"text": "How far is it?"}})
    call = asyncio.ensure_future(client.send(frame, **headers))
    while "How far is it?" not in str((asked := await openai.next_prompt()).body):
        pass
    call.cancel()
    await within(asked.gone.wait(), "the model's being told")


# --- who may come in ---


async def test_a_key_decides_whose_memory_it_is(house):
    people = [await VoiceAi(house).register() for _ in range(2)]
    await people[0].remember("My cat is called Ink.")
    keys = [(await one.good("POST", "/account/keys", {"name": "x", "scopes": ["memory"]}))["key"] for one in people]
    mine, theirs = [await Old(house, key).greet() for key in keys]
    assert "Ink" in words(await mine.call("memory_search", query="cat"))
    assert words(await theirs.call("memory_search", query="cat")) == "Nothing is remembered about that."
    assert words(await New(house, keys[0]).call("memory_search", query="cat")).startswith("- My cat is called Ink.")
    # A key is shown what it is for, and a session is its owner's.
    tools = (await mine.ask("tools/list")).body["result"]["tools"]
    assert {one["name"] for one in tools} == {name for name in EVERYTHING if name.startswith("memory")}
    refused = await mine.call("ask", text="Hello")
    assert refused.body["result"]["isError"] and "scope chat" in words(refused)
    for other in (keys[1], None):
        stolen = Client(house, other)
        stolen.headers |= {name: value for name, value in mine.headers.items() if name != "Authorization"}
        assert (await stolen.send(stolen.frame("tools/list"))).status == 404
    # Where one goes, others stay.
    assert (await people[0].memories())[0]["text"] == "My cat is called Ink."


async def test_who_is_not_known_is_told_how(house, launch):
    wrong = await New(house, "rk_wrong").ask("tools/list")
    assert wrong.status == 401 and 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]
    closed = await launch(files={"repartee.toml": '[surfaces.voice_ai]\nanonymous = "never"\n'})
    nobody = await New(closed).ask("tools/list")
    assert nobody.status == 401 and nobody.headers["WWW-Authenticate"] == 'Bearer realm="repartee"'


async def test_what_is_no_message_is_refused(house):
    client = Client(house)
    assert (await client.send("{}", Content_Type="text/plain")).status == 415
    assert (await client.send("{}", Origin="https://evil.example")).status == 403
    assert (await client.send("{}", Host="evil.example")).status == 421
    assert (await client.send(b"x" * 300_000)).status == 413
    for text, code in (("nonsense", -32700), ("[" * 10_000, -32700), ("[]", -32600), ("{}", -32600), ('{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600)):
        reply = await client.send(text)
        assert reply.status == 400 and reply.body["error"]["code"] == code, (text[:40], reply)
    await Old(house).greet()  # it is still there


async def test_so_many_at_a_time(house, openai):
    client = await Old(house).greet()
    openai.answers = [ENDLESS] * 4
    calls = [asyncio.ensure_future(client.call("ask", text=f"How many is {i}?")) for i in range(4)]
    asked = []
    while len(asked) < len(calls):
        call = await openai.next_prompt()
        asked += [call] if "How many is" in str(call.body) else []
    more = await client.call("memory_search", query="cat")
    assert more.body["result"]["isError"] and "Too many" in words(more)
    await client.send(None, "DELETE")
    for call in calls:
        assert (await within(call, "the end of the call")).status == 202
    for one in asked:
        await within(one.gone.wait(), "the model's being told")


# --- speech ---


async def test_the_robot_says_it_where_there_is_one(launch, robot):
    server = await launch({"MISTY_URL": robot.url})
    client = New(server)
    said = await client.call("say", text="Land ahoy!")
    assert said.body["result"]["structuredContent"] == {"said_by": "robot"}
    assert (await robot.next_command("tts/speak")).parameters["text"] == "Land ahoy!"
    sound = await client.call("say", text="Land ahoy!", where="sound")
    kinds = {one["type"]: one for one in sound.body["result"]["content"]}
    assert base64.b64decode(kinds["audio"]["data"])[:4] == b"RIFF" and kinds["audio"]["mimeType"] == "audio/wav"
    await robot.go_away()
    instead = await client.call("say", text="Land ahoy!")
    assert instead.body["result"]["structuredContent"]["said_by"] == "sound"
    only_robot = await client.call("say", text="Land ahoy!", where="robot")
    assert only_robot.body["result"]["isError"]


# --- as a program ---


def line(method, number, **params):
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n"


async def test_the_program_says_when_no_server_runs(tmp_path):
    bridge = await Command("mcp", "--url", "http://127.0.0.1:9", directory=tmp_path).run(line("initialize", 1, protocolVersion=OLD))
    answer = json.loads(bridge.out)
    assert answer["id"] == 1 and "repartee serve" in answer["error"]["message"] and "repartee serve" in bridge.err
    assert bridge.code == 1


async def test_the_program_takes_lines_and_gives_lines(house, tmp_path):
    greeting = line("initialize", 1, protocolVersion=OLD, capabilities={})
    bridge = await Command("mcp", "--url", house.url, directory=tmp_path).begin("")
    bridge.process.stdin.write(greeting.encode())
    first = json.loads(await within(bridge.process.stdout.readline(), "the greeting"))
    assert first["result"]["protocolVersion"] == OLD
    bridge.process.stdin.write(b"nonsense\n\n" + b"x" * 3_000_000 + b"\n" + line("tools/list", "two").encode())
    answers = [json.loads(await within(bridge.process.stdout.readline(), "an answer")) for _ in range(2)]
    assert answers[0]["error"]["code"] == -32700 and answers[0]["id"] is None
    assert answers[1]["id"] == "two" and len(answers[1]["result"]["tools"]) == len(EVERYTHING)
    await bridge.end()
    assert bridge.code == 0, bridge.err


async def test_the_program_finds_a_server_that_began_anew(openai, tmp_path):
    async with SqliteHouse() as house:
        server = await house.start(openai.settings())
        bridge = await Command("mcp", "--url", server.url, directory=tmp_path).begin("")
        bridge.process.stdin.write(line("initialize", 1, protocolVersion=OLD, capabilities={}).encode())
        await within(bridge.process.stdout.readline(), "the greeting")
        port = server.port
        await server.stop()
        bridge.process.stdin.write(line("tools/list", 2).encode())
        away = json.loads(await within(bridge.process.stdout.readline(), "the answer"))
        assert "repartee serve" in away["error"]["message"]
        # It does not know the session, which another key has sealed; so there is a new one, of which the client hears nothing.
        server = await house.start({**openai.settings(), "PORT": str(port), "SECRET_KEY": "another key, as long as the first one"})
        bridge.process.stdin.write(line("tools/list", 3).encode())
        back = json.loads(await within(bridge.process.stdout.readline(), "the answer"))
        assert len(back["result"]["tools"]) == len(EVERYTHING)
        assert await server.event("session opened", surface="mcp")
        await bridge.end()


async def test_the_program_takes_sound_too(house, tmp_path):
    # A minute of it; a progressToken has the server stream it, as one event.
    spoken = {"name": "say", "arguments": {"text": "Land ahoy! " * 90, "where": "sound"}}
    frame, _ = New(house).dressed("tools/call", spoken, {"progressToken": 1})
    bridge = await Command("mcp", "--url", house.url, directory=tmp_path).run(json.dumps(frame) + "\n")
    answer = json.loads(bridge.out.splitlines()[-1])
    assert answer["id"] == frame["id"] and len(bridge.out) > 2_000_000, bridge.out[:1000]
