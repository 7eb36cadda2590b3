"""The page at /, and what it shows of the house: /api/console."""

import asyncio
import json
import re
import signal
import socket
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from support.command import Command
from support.house import SqliteHouse
from support.hub import Hub, Manner
from support.server import ROOT, binary
from support.sound import frames, speech_like
from support.voice_ai import VoiceAi
from support.waiting import within

WHISPER_IS_BUILT = (Path(binary()).parent / "repartee-whisper").exists()
needs_whisper = pytest.mark.skipif(not WHISPER_IS_BUILT, reason="built without the engine kit")

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
JSON = {"Content-Type": "application/json"}

TINY_WORDS = (ROOT / "tests/models/tiny-words.bin").read_bytes()
NAME, FILE = "base.en-q5_1", "ggml-base.en-q5_1.bin"


def own_address():
    """One of this machine that is not loopback: who comes from there is a stranger."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unconnected:
        try:
            unconnected.connect(("192.0.2.1", 9))  # sends nothing
            return unconnected.getsockname()[0]
        except OSError:
            return None


needs_a_network = pytest.mark.skipif(own_address() is None, reason="this machine has no address but loopback")


async def asked(server, path, **more):
    response = await server.get(path, **more)
    assert response.status == 200, await response.text()
    return await response.json()


async def until(condition, what):
    """Asks again and again: nobody tells."""

    async def look():
        while not await condition():
            await asyncio.sleep(0.02)

    await within(look(), what)


class Live:
    """What comes over /api/console/live, by type."""

    def __init__(self, socket):
        self.socket = socket

    async def fetch(self, fits):
        """The one model on its way, once it is as it should be."""
        message = await self.next("fetches", lambda message: message["fetches"] and fits(message["fetches"][0]))
        return message["fetches"][0]

    async def next(self, kind, fits=lambda message: True):
        async def look():
            while True:
                message = json.loads((await self.socket.receive()).data)
                if message["type"] == kind and fits(message):
                    return message

        return await within(look(), f"a message '{kind}'")


@asynccontextmanager
async def live(server, query="", **more):
    url = server.url.replace("http", "ws", 1) + "/api/console/live" + query
    async with server.http.ws_connect(url, **more) as socket:
        yield Live(socket)


# --- the page ---


async def test_a_browser_gets_the_page_and_a_program_the_description(scripted):
    page = await scripted.get("/", headers=BROWSER)
    assert page.status == 200 and page.content_type == "text/html"
    assert "Accept" in page.headers.getall("Vary")
    text = await page.text()
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        described = await scripted.get("/", headers=headers)
        assert (await described.json())["message"] == "Toy Backend API"
        assert described.headers["Vary"] == "Accept"
    # All that the page names is there, and for good where its name says what is in it.
    named = re.findall(r'(?:src|href)="\./([^"]+)"', text)
    assert any(name.startswith("assets/") for name in named)
    for name in named:
        response = await scripted.get(f"/{name}")
        assert response.status == 200 and response.headers["X-Content-Type-Options"] == "nosniff"
        assert ("immutable" in response.headers["Cache-Control"]) == name.startswith("assets/")


async def test_the_page_may_load_nothing_but_itself(scripted):
    headers = (await scripted.get("/", headers=BROWSER)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy
    assert f"ws://127.0.0.1:{scripted.port}" in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Permissions-Policy"].startswith("microphone=(self)")


async def test_a_browser_that_has_the_page_is_told_so(scripted):
    tag = (await scripted.get("/", headers=BROWSER)).headers["ETag"]
    again = await scripted.get("/", headers={**BROWSER, "If-None-Match": tag})
    assert again.status == 304


async def test_the_port_of_calls_knows_no_page(launch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = await launch({"MEDIA_STREAM_PORT": port})
    async with server.http.get(f"http://127.0.0.1:{port}/", headers=BROWSER) as response:
        assert (await response.json())["message"] == "Toy Backend API"
    async with server.http.get(f"http://127.0.0.1:{port}/api/console/overview") as response:
        assert response.status == 404


async def test_a_server_may_have_no_page(launch):
    server = await launch(files={"repartee.toml": "[surfaces.console]\npage = false\n"})
    assert (await (await server.get("/", headers=BROWSER)).json())["message"] == "Toy Backend API"
    assert (await asked(server, "/api/console/overview"))["ready"] is True


# --- the house at a glance ---


async def test_the_overview_says_who_can_be_talked_to_and_with_what(scripted):
    overview = await asked(scripted, "/api/console/overview")
    assert overview["full"] and overview["ready"] and overview["anonymous"] and overview["registration"]
    assert overview["you"] == {"local": True, "admin": False, "may_fetch_models": True, "may_examine": True}
    assert [agent["id"] for agent in overview["agents"] if agent["is_default"]] == ["shinchan"]
    assert {"id": "repartee", "name": "Repartee", "language": "en", "is_default": False} in overview["agents"]
    assert overview["captions"]["allowed"] is True
    assert overview["robot"]["configured"] is False
    recogniser = next(trade for trade in overview["engines"] if trade["trade"] == "recogniser")
    assert recogniser["choice"] == "scripted"
    assert recogniser["candidates"][0]["in_use"] and recogniser["candidates"][0]["usable"]
    assert {store["role"] for store in overview["stores"]} == {"database", "sessions"}
    assert overview["listening"]["urls"] == [scripted.url]
    assert re.fullmatch(r"\d+\.\d+\.\d+", overview["version"])


async def test_an_engine_that_is_missing_says_what_to_do(launch):
    server = await launch({"LLM_ROUTE": "ollama", "OLLAMA_BASE_URL": "http://127.0.0.1:9"}, ready=False)

    async def missing():
        overview = await asked(server, "/api/console/overview")
        model = next(trade for trade in overview["engines"] if trade["trade"] == "model")
        return not overview["ready"] and model["candidates"][0]["advice"] != ""

    await until(missing, "that the overview says so")


async def test_a_proxy_on_this_machine_speaks_for_strangers(scripted):
    overview = await asked(scripted, "/api/console/overview", headers={"X-Forwarded-For": "203.0.113.9"})
    assert overview["full"] is False and overview["you"]["local"] is False
    for path in ("/api/console/models", "/api/console/doctor"):
        assert (await scripted.get(path, headers={"X-Forwarded-For": "203.0.113.9"})).status == 403


@needs_a_network
async def test_strangers_see_what_they_need_and_admins_all():
    async with SqliteHouse() as house:
        server = await house.start({"HOST": "0.0.0.0"})
        server.url = f"http://{own_address()}:{server.port}"
        overview = await asked(server, "/api/console/overview")
        assert not overview["full"] and not overview["anonymous"] and overview["agents"] and overview["version"] == ""
        assert "engines" not in overview and "stores" not in overview and "listening" not in overview
        assert not overview["captions"]["allowed"]
        admin, user = await VoiceAi(server).register(), await VoiceAi(server).register()
        command = await Command("users", "make-admin", admin.email, directory=house.directory, **house.settings()).run()
        assert command.code == 0, command.err
        while not (await admin.good("GET", "/account"))["is_superuser"]:  # within three seconds
            await asyncio.sleep(0.05)
        key = (await admin.good("POST", "/account/keys", {"name": "prometheus", "scopes": ["metrics"]}))["key"]
        pull = "/api/console/models/no-such-model/pull"
        # token -> who sees all, who may have something done
        for token, sees, acts in (
            (None, 403, 403),
            (user.token, 403, 403),
            ("no token", 401, 401),
            (key, 200, 403),
            (admin.token, 200, 404),
        ):
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            # A page whose token is no good any more learns that, renews it or asks without.
            seen = await server.get("/api/console/overview", headers=headers)
            assert seen.status == (401 if sees == 401 else 200), token
            assert seen.status == 401 or (await seen.json())["full"] == (sees == 200), token
            for path in ("/api/console/models", "/api/console/doctor"):
                assert (await server.get(path, headers=headers)).status == sees, (token, path)
            assert (await server.post(pull, headers={**headers, **JSON}, data="{}")).status == acts, token
            query = f"?token={token}" if token else ""
            if sees == 200:
                async with live(server, query) as view:
                    assert (await view.next("samples"))["samples"]
            else:
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    async with live(server, query):
                        pass
                assert refused.value.status == sees


# --- models ---


@pytest_asyncio.fixture
async def hub():
    hub = Hub()
    hub.files = {FILE: TINY_WORDS}
    await hub.start()
    yield hub
    await hub.stop()


@pytest_asyncio.fixture
async def with_hub(launch, hub):
    return await launch({"MODELS_URL": hub.url}, files={"repartee.toml": '[models]\npatience = "1s"\n'})


async def fetch(server, name, status=202):
    response = await server.post(f"/api/console/models/{name}/pull", headers=JSON, data="{}")
    assert response.status == status, await response.text()
    return await response.json()


async def model(server, name):
    shelf = await asked(server, "/api/console/models")
    return next(model for model in shelf["models"] if model["name"] == name)


async def test_a_model_is_fetched_from_the_page(with_hub, hub):
    before = await model(with_hub, NAME)
    assert before["bytes"] == 0 and before["can_be_fetched"] and before["engine"] == "whisper"
    assert before["licence"] == "MIT" and before["knows"] == "English" and before["about_bytes"] > 50 << 20
    async with live(with_hub) as view:
        await fetch(with_hub, NAME)

        await view.fetch(lambda fetch: fetch["name"] == NAME and fetch["state"] == "done")
    after = await model(with_hub, NAME)
    assert after["bytes"] == len(TINY_WORDS) and after["sum"] == "first_download"
    shelved = with_hub.directory / "data" / "models" / FILE
    assert shelved.read_bytes() == TINY_WORDS
    # Once more is no work, and no harm.
    hub.calls.clear()
    async with live(with_hub) as view:
        await view.fetch(lambda fetch: fetch["state"] == "done")
        began = (await fetch(with_hub, NAME))["fetches"][0]["changed_at"]
        await view.fetch(lambda fetch: fetch["state"] == "done" and fetch["changed_at"] >= began)
    assert not hub.calls


@needs_whisper
async def test_what_has_come_is_taken_up_at_once(launch, hub):
    server = await launch({"STT_ENGINE": "auto", "MODELS_URL": hub.url})

    def is_in_use(message):
        recogniser = next(trade for trade in message["engines"] if trade["trade"] == "recogniser")
        return any(each["kind"] == "whisper" and each["in_use"] for each in recogniser["candidates"])

    async with live(server) as view:
        assert not is_in_use(await view.next("engines"))
        await fetch(server, NAME)
        await view.next("engines", is_in_use)
    assert (await model(server, NAME))["used_by"] == "engines.whisper.model"


async def test_a_fetch_shows_how_far_it_is_and_can_be_stopped_and_gone_on_with(with_hub, hub):
    half = len(TINY_WORDS) // 2
    hub.manners = [Manner(stall_after=half, until=asyncio.Event())]
    async with live(with_hub) as view:
        await fetch(with_hub, NAME)
        await view.fetch(lambda fetch: fetch["bytes"] >= half)
        assert (await fetch(with_hub, NAME, status=409))["code"] == "conflict"
        async with with_hub.http.delete(with_hub.url + f"/api/console/models/{NAME}/pull") as response:
            assert response.status == 202
        await view.fetch(lambda fetch: fetch["state"] == "stopped")
        kept = (await model(with_hub, NAME))["part_bytes"]
        assert half // 2 < kept <= half
        await fetch(with_hub, NAME)
        await view.fetch(lambda fetch: fetch["state"] == "done")
    assert hub.fetches()[-1].headers["Range"] == f"bytes={kept}-"


async def test_what_is_on_its_way_is_kept_when_the_server_ends(with_hub, hub):
    half = len(TINY_WORDS) // 2
    hub.manners = [Manner(stall_after=half, until=asyncio.Event())]
    async with live(with_hub) as view:
        await fetch(with_hub, NAME)
        await view.fetch(lambda fetch: fetch["bytes"] >= half)
    await with_hub.stop()


async def test_a_hub_that_has_nothing_is_told_of(with_hub):
    async with live(with_hub) as view:
        await fetch(with_hub, "tiny")
        failed = await view.fetch(lambda fetch: fetch["state"] == "failed")
    assert failed["trouble"]
    assert not (await model(with_hub, "tiny"))["bytes"]


@pytest.mark.parametrize("name", ["no-such-model", "..%2F..%2Fetc%2Fpasswd", "%00", "x" * 5000, "%F0%9F%92%A3"])
async def test_names_of_no_model(with_hub, hub, name):
    response = await with_hub.post(f"/api/console/models/{name}/pull", headers=JSON, data="{}")
    assert response.status in (400, 404), await response.text()
    assert not hub.calls


async def test_another_page_cannot_have_models_fetched(with_hub, hub):
    """A form of any page may be posted to this machine; JSON may not, without being asked for first."""
    path = f"/api/console/models/{NAME}/pull"
    for headers in ({}, {"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}):
        assert (await with_hub.post(path, headers=headers, data="{}")).status == 415
    foreign = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    async with with_hub.http.options(with_hub.url + path, headers=foreign) as response:
        assert "Access-Control-Allow-Origin" not in response.headers
    assert not hub.calls


async def test_fetching_can_be_switched_off(launch):
    server = await launch(files={"repartee.toml": "[surfaces.console]\nfetch_models = false\n"})
    assert (await asked(server, "/api/console/overview"))["you"]["may_fetch_models"] is False
    assert "repartee models pull" in (await fetch(server, NAME, status=403))["message"]


# --- the doctor ---


async def test_the_doctor_examines_a_server_that_runs(launch):
    server = await launch({"STT_ENGINE": "pocketsphinx", "LLM_ROUTE": "rules", "TTS_ENGINE": "flite"})
    assert (await asked(server, "/api/console/doctor"))["state"] == "never"
    async with live(server) as view:
        response = await server.post("/api/console/doctor", headers=JSON, data='{"thorough":true}')
        assert response.status == 202, await response.text()
        assert (await server.post("/api/console/doctor", headers=JSON, data="{}")).status == 409
        done = await view.next("examination", lambda message: message["examination"]["state"] in ("done", "failed"))
    examination = done["examination"]
    assert examination == await asked(server, "/api/console/doctor")
    assert examination["state"] == "done" and examination["well"], examination
    lines = {part["heading"]: part["lines"] for part in examination["parts"]}
    assert {"Machine", "Models", "Engines", "Devices", "Server"} <= lines.keys()
    tried = lines["Self-test, one engine after the other"]
    assert any('understood "what time is it"' in line["words"] for line in tried), tried
    assert any(line["subject"] == "silero" and line["advice"] == "repartee models pull silero" for line in lines["Models"])


@pytest.mark.parametrize("body", ["[1]", "{", '{"thorough":"yes"}', "[" * 4000, '{"thorough":1}'])
async def test_bodies_that_make_no_sense(scripted, body):
    response = await scripted.post("/api/console/doctor", headers=JSON, data=body)
    assert response.status == 422, await response.text()
    assert (await response.json())["request_id"]


async def test_a_body_that_is_too_large(scripted):
    response = await scripted.post("/api/console/doctor", headers=JSON, data=" " * 5000)
    assert response.status == 413


# --- what happens ---


async def test_a_page_is_told_what_happens(scripted):
    async with live(scripted) as view:
        samples = (await view.next("samples"))["samples"]
        assert samples[-1]["memory"] > 1 << 20
        assert {trade["trade"] for trade in (await view.next("engines"))["engines"]} >= {"recogniser", "model", "decoder"}
        log = await view.next("log")
        assert any('"event":"listening"' in line["text"] for line in log["lines"]), log
        async with scripted.assistant() as client:
            await client.turn(frames(speech_like()))
            one = await view.next("sample", lambda message: message["sessions"].get("assistant") == 1)
            assert one["processor"] is not None
        await view.next("log", lambda message: any("session closed" in line["text"] for line in message["lines"]))
        done = await view.next("sample", lambda message: sum(message["turns_total"].values()) >= 1)
        assert done["stages"]["speech_end>final_text"][2] >= 1


async def test_what_people_say_is_in_no_line(launch):
    secrets = {"SCRIPTED_STT_TEXT": "a purple walrus", "SCRIPTED_REPLY": "an orange giraffe"}
    server = await launch({**secrets, "LOG_TEXTS": "false", "LOG_LEVEL": "TRACE"})
    async with server.assistant() as client:
        await client.turn(frames(speech_like()))
    await server.event("session closed")
    async with live(server) as view:
        text = json.dumps(await view.next("log"))
    assert "session closed" in text
    assert "walrus" not in text and "giraffe" not in text


async def test_a_page_of_another_origin_sees_nothing(scripted):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with live(scripted, headers={"Origin": "https://elsewhere.example"}):
            pass
    assert refused.value.status == 403
    response = await scripted.get("/api/console/overview", headers={"Origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_pages_of_others_are_never_this_machine(launch):
    """Whatever other pages may do here: to see the house takes to sit at this machine, or a token."""
    server = await launch({"CORS_ALLOW_ORIGINS": '["*"]'})
    foreign = (
        {"Origin": "https://elsewhere.example"},
        {"Origin": f"http://localhost:{server.port + 1}"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    )
    for headers in foreign:
        assert (await asked(server, "/api/console/overview", headers=headers))["full"] is False, headers
        for path in ("/api/console/models", "/api/console/doctor"):
            assert (await server.get(path, headers=headers)).status == 403, headers
        post = await server.post("/api/console/doctor", headers={**headers, **JSON}, data="{}")
        assert post.status == 403, headers
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with live(server, headers=headers):
                pass
        assert refused.value.status == 403, headers
    own = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    assert (await asked(server, "/api/console/overview", headers=own))["full"] is True
    async with live(server, headers=own) as view:
        await view.next("samples")


@pytest.mark.parametrize("trace", ["X-Forwarded-Proto", "CF-Connecting-IP", "True-Client-IP", "Via"])
async def test_proxies_leave_many_traces(scripted, trace):
    headers = {trace: "203.0.113.9"}
    assert (await asked(scripted, "/api/console/overview", headers=headers))["full"] is False
    assert (await scripted.get("/metrics", headers=headers)).status == 403
    ready = await (await scripted.get("/ready", headers=headers)).json()
    assert "reason" not in ready["stores"]["database"]
    assert "reason" in (await (await scripted.get("/ready")).json())["stores"]["database"]


async def test_as_many_pages_look_as_may(launch):
    server = await launch(files={"repartee.toml": "[surfaces.console]\nviewers = 1\n"})
    async with live(server) as view:
        await view.next("samples")
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with live(server):
                pass
        assert refused.value.status == 503

    async def there_is_room():
        try:
            async with live(server):
                return True
        except aiohttp.WSServerHandshakeError:
            return False

    await until(there_is_room, "a place that has become free")


async def test_what_a_page_says_is_passed_over(scripted):
    async with live(scripted) as view:
        await view.socket.send_str("x" * 4000)
        await view.socket.send_bytes(b"\xff\x00")
        await view.next("sample")
        await view.socket.send_str("x" * 5000)
        end = await within(_end_of(view.socket), "the end of the socket")
        assert end == 1009


async def _end_of(socket):
    async for _ in socket:
        pass
    return socket.close_code


async def test_pages_that_look_do_not_keep_a_server_from_ending(launch):
    server = await launch()
    async with live(server) as view:
        await view.next("samples")
        server.process.send_signal(signal.SIGTERM)
        assert await within(_end_of(view.socket), "the end of the socket") == 1012
        assert await server.exit_code() == 0
