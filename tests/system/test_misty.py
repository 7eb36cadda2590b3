"""The robot's job API: upload, poll, hear the robot; its published clients, its buttons, bad weather."""

import asyncio
import json
import random
import signal
import struct
from pathlib import Path

import pytest
import pytest_asyncio
from conftest import SCRIPTED, running
from support.misty import (
    NEWER_PAGE,
    POLLERS,
    REACT_PAGE,
    README_CLIENT,
    STATES,
    TEST_PAGE,
    act,
    form,
    in_order,
    until_status,
    watch,
)
from support.ollama import Answer as OllamaAnswer
from support.ollama import Ending
from support.raw import Connection
from support.robot import Answer, Trouble
from support.sound import frames, silence, speech_like, wav
from support.waiting import within

WORDS = SCRIPTED["SCRIPTED_STT_TEXT"]
REPLY = SCRIPTED["SCRIPTED_REPLY"]

SPOKEN = wav(speech_like())

# A recogniser that never comes to an end: jobs stay in "transcribing" until their deadline.
DEAF = {"SCRIPTED_STT_FINAL_MS": 3_600_000}


def settings(**jobs):
    """A settings file for the queue, and for a server that need not wait long for what will not end."""
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in jobs.items())
    return {"repartee.toml": f'[server]\ndrain_time = "300ms"\n[surfaces.misty.jobs]\n{lines}'}


@pytest.fixture
def with_ollama(launch, ollama):
    async def start(**more):
        environment = {"LLM_ROUTE": "ollama", "OLLAMA_BASE_URL": ollama.url, **more.pop("environment", {})}
        return await launch(environment, **more)

    return start


def by_name(client):
    return client.name


# --- the published flows ---


async def test_the_test_message_comes_back(scripted):
    for message, reply in (({"message": "Hello"}, "Hello"), ({}, "None"), ({"message": ""}, "")):
        async with scripted.http.post(scripted.url + "/test", json=message) as response:
            assert response.status == 200
            assert await response.json() == {"reply": f"Server received: {reply}"}
    response = await scripted.post("/test", data="Hello")
    assert response.status == 400
    assert (await response.json())["error"] is True


@pytest.mark.parametrize("path", ["/stt", "/upload"])
async def test_an_upload_is_answered_with_a_job(scripted, path):
    async with scripted.http.post(scripted.url + path, data=form(SPOKEN)) as response:
        assert response.status == 200
        answer = await response.json()
    assert set(answer) == {"job_id", "status"}
    assert answer["status"] == "received"
    shown, body = await watch(scripted, answer["job_id"])
    assert body == {"status": "done", "text": WORDS, "response": REPLY}
    assert in_order(shown.seen)


@pytest.mark.parametrize("client", POLLERS, ids=by_name)
async def test_each_client_shows_the_answer(scripted, client):
    shown = await client.on(scripted).ask(SPOKEN)
    assert (shown.status, shown.text, shown.response) == ("done", WORDS, REPLY)
    assert in_order(shown.seen)


@pytest.mark.parametrize("client", POLLERS, ids=by_name)
async def test_each_client_is_told_of_silence(scripted, client):
    """With `done`, for the sake of the one that takes no other end."""
    shown = await client.on(scripted).ask(wav(silence()))
    assert (shown.status, shown.text) == ("done", "")
    assert "not hear" in shown.response


# Of the published ones all but the test page, which waits for `done` alone whatever it is told.
ENDS_ON_ERRORS = [client for client in POLLERS if client is not TEST_PAGE]


@pytest.mark.parametrize("client", ENDS_ON_ERRORS, ids=by_name)
async def test_each_client_ends_on_a_recording_that_is_none(scripted, client):
    shown = await client.on(scripted).ask(b"certainly no recording")
    assert shown.status == "error"
    assert "WAV" in shown.response and shown.response.endswith(".")


@pytest.mark.parametrize("client", ENDS_ON_ERRORS, ids=by_name)
@pytest.mark.parametrize("job_id", ["undefined", "", "00000000-0000-4000-8000-000000000000", "a%20b", "%F0%9F%A4%96"])
async def test_each_client_ends_on_a_job_that_nobody_knows(scripted, client, job_id):
    shown = await client.on(scripted).poll(job_id)
    assert (shown.status, shown.text, shown.response) == ("error", "", "Job not found")


@pytest.mark.parametrize("client", ENDS_ON_ERRORS, ids=by_name)
async def test_each_client_ends_on_an_upload_that_was_refused(scripted, client):
    shown = await client.on(scripted).ask(b"")
    assert shown.status == "error"


@pytest.mark.parametrize("client", ENDS_ON_ERRORS, ids=by_name)
async def test_each_client_ends_when_the_model_breaks_off(with_ollama, ollama, client):
    server = await with_ollama()
    ollama.answer = OllamaAnswer(words=("It", " is"), ending=Ending.BREAKS_OFF)
    shown = await client.on(server).ask(SPOKEN)
    assert shown.status == "error"
    assert shown.text == WORDS, "what was understood is not lost"
    assert "broke off" in shown.response
    assert in_order(shown.seen)


async def test_an_unknown_job_is_404_with_every_key_that_is_known(scripted):
    async with scripted.http.get(scripted.url + "/status/nobody") as response:
        assert response.status == 404
        body = await response.json()
    assert body.pop("request_id")
    assert body == {
        "status": "error",
        "error": True,
        "message": "Job not found",
        "text": "",
        "response": "Job not found",
        "detail": "Job not found",
        "code": "not_found",
    }


async def test_every_state_can_be_seen(with_ollama, ollama):
    server = await with_ollama(environment={"SCRIPTED_STT_FINAL_MS": 1500}, files=settings(running=1))
    resume = asyncio.Event()
    ollama.answer = OllamaAnswer(words=("It", " is", " nine", "."), pause_after=2, resume=resume)
    page = NEWER_PAGE.on(server)
    first, second = [(await page.upload(SPOKEN))["job_id"] for _ in range(2)]
    assert await until_status(server, first, "transcribing") == {"status": "transcribing", "text": "", "response": ""}
    assert await page.status(second) == {"status": "received", "text": "", "response": ""}
    assert await until_status(server, first, "thinking") == {"status": "thinking", "text": WORDS, "response": ""}
    # What the model has said by now is shown as a whole, or not at all.
    await ollama.next_prompt()
    assert await page.status(first) == {"status": "thinking", "text": WORDS, "response": ""}
    assert (await page.status(second))["status"] == "received"
    resume.set()
    _, body = await watch(server, first)
    assert body == {"status": "done", "text": WORDS, "response": "It is nine."}
    await watch(server, second)


async def test_twenty_at_once_go_forward_and_end_well(launch):
    server = await launch({"SCRIPTED_STT_FINAL_MS": 20, "SCRIPTED_LLM_FIRST_MS": 20})

    async def visit():
        answer = await NEWER_PAGE.on(server).upload(SPOKEN)
        return answer["job_id"], await watch(server, answer["job_id"])

    visits = await asyncio.gather(*(visit() for _ in range(20)))
    assert len({job_id for job_id, _ in visits}) == 20
    for _, (shown, body) in visits:
        assert in_order(shown.seen), shown.seen
        assert body == {"status": "done", "text": WORDS, "response": REPLY}
    assert {status for _, (shown, _) in visits for status in shown.seen} == set(STATES)


async def test_a_result_stays_readable(scripted):
    page = REACT_PAGE.on(scripted)
    job_id = (await page.upload(SPOKEN))["job_id"]
    await page.poll(job_id)
    for _ in range(3):
        assert (await page.poll(job_id)).response == REPLY


async def test_a_result_is_forgotten_after_its_time(launch):
    server = await launch(files=settings(keep="1s"))
    page = NEWER_PAGE.on(server)
    job_id = (await page.upload(SPOKEN))["job_id"]
    await page.poll(job_id)

    async def forgotten():
        while (await page.status(job_id))["status"] == "done":
            await asyncio.sleep(0.05)

    await within(forgotten(), "the end of a result's time")
    assert (await page.status(job_id))["message"] == "Job not found"


async def test_an_answer_is_kept_by_nobody_on_the_way(scripted):
    job_id = (await NEWER_PAGE.on(scripted).upload(SPOKEN))["job_id"]
    assert (await scripted.get(f"/status/{job_id}")).headers["Cache-Control"] == "no-store"


async def test_pages_of_any_origin_may_ask(scripted):
    origin = {"Origin": "http://page.example"}
    for path in ("/status/nobody", "/nothing"):
        response = await scripted.get(path, headers=origin)
        assert response.status == 404
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    async with scripted.http.post(scripted.url + "/upload", data=form(SPOKEN), headers=origin) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
    preflight = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for path in ("/upload", "/action", "/status/x"):
        async with scripted.http.options(scripted.url + path, headers=preflight) as response:
            assert response.status == 200
            assert response.headers["Access-Control-Allow-Headers"] == "content-type"


async def test_wrong_methods(scripted):
    for method, path, allowed in (("GET", "/upload", "POST"), ("POST", "/status/x", "GET"), ("GET", "/action", "POST")):
        async with scripted.http.request(method, scripted.url + path) as response:
            assert response.status == 405
            assert allowed in response.headers["Allow"]


async def test_a_head_request_asks_for_a_status(scripted):
    async with scripted.http.head(scripted.url + "/status/nobody") as response:
        assert response.status == 404
        assert await response.read() == b""


# --- real words ---

# Recordings of the words in their names, in any format: `what_time_is_it.wav`. What follows a dot in front
# of the ending tells them apart: `what_time_is_it.chrome.webm`.
SAMPLES = sorted((Path(__file__).resolve().parents[1] / "samples").iterdir())


@pytest_asyncio.fixture(scope="module")
async def embedded(event_loop):
    engines = {"STT_ENGINE": "pocketsphinx", "LLM_ROUTE": "rules", "TTS_ENGINE": "flite"}
    async with running(engines) as server:
        yield server


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
async def test_a_recording_is_understood_and_answered(embedded, sample):
    shown = await README_CLIENT.on(embedded).ask(sample.read_bytes(), file_name=sample.name)
    assert shown.status == "done", shown
    assert shown.text == sample.name.split(".")[0].replace("_", " ")
    assert "It is" in shown.response


# --- the robot ---


async def test_the_robot_says_the_reply(launch, robot):
    server = await launch({"MISTY_URL": robot.url})
    shown = await NEWER_PAGE.on(server).ask(SPOKEN)
    assert shown.response == REPLY
    command = await robot.next_command("tts/speak")
    assert command.parameters["text"] == REPLY
    await server.event("robot speaks")
    assert robot.exceeded == []


async def test_the_robot_says_words_and_no_markup(launch, robot):
    server = await launch({"MISTY_URL": robot.url, "SCRIPTED_REPLY": "**Nine** of `them`. \U0001f916"})
    assert (await NEWER_PAGE.on(server).ask(SPOKEN)).response == "**Nine** of `them`."
    assert (await robot.next_command("tts/speak")).parameters["text"] == "Nine of them."


TROUBLES = [Trouble.REFUSES, Trouble.BREAKS, Trouble.UPDATING, Trouble.DROPS, Trouble.HANGS, Trouble.STRANGER]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name.lower())
async def test_a_robot_in_trouble_never_delays_an_answer(launch, robot, trouble):
    robot.answers["tts/speak"] = Answer(trouble=trouble)
    server = await launch(
        {"MISTY_URL": robot.url}, files={"repartee.toml": "[devices.misty]\ncommand_timeout = 1000\n"}
    )
    for _ in range(3):
        shown = await NEWER_PAGE.on(server).ask(SPOKEN)
        assert (shown.status, shown.response) == ("done", REPLY)
    await server.event("robot does not speak")


async def test_a_slow_robot_never_delays_an_answer(launch, robot):
    resume = asyncio.Event()
    robot.answers["tts/speak"] = Answer(resume=resume)
    server = await launch({"MISTY_URL": robot.url}, files=settings(running=1))
    for _ in range(3):
        assert (await NEWER_PAGE.on(server).ask(SPOKEN)).status == "done"
    # It is asked, and has not answered yet.
    command = await robot.next_command("tts/speak")
    assert not command.answered.is_set()
    resume.set()
    await server.event("robot speaks")


async def test_an_absent_robot_never_delays_an_answer(launch, robot):
    await robot.go_away()
    server = await launch({"MISTY_URL": robot.url})
    assert (await NEWER_PAGE.on(server).ask(SPOKEN)).status == "done"
    await server.event("robot does not speak")
    await robot.come_back()


# --- its buttons ---

ACTIONS = ["nod", "look_left", "look_right", "wave", "dance", "turn_left", "turn_right", "move_forward", "led_color",
           "stop"]  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_button_moves_the_robot(launch, robot, action):
    server = await launch({"MISTY_URL": robot.url})
    assert await act(server, {"action": action}) == (200, {"status": "ok"})
    assert robot.orders, "it has taken its first command by now"
    event = await server.event("action", action=action)
    assert event["request"]
    # A dance would go on for a while.
    await act(server, {"action": "stop"})
    assert robot.exceeded == []


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({"red": 255, "green": 128, "blue": 7}, (255, 128, 7)),
        ({"color": "red"}, (255, 0, 0)),
        ({"color": "#0102fe"}, (1, 2, 254)),
    ],
    ids=["parts", "name", "digits"],
)
async def test_the_light_has_the_colour_that_was_asked_for(launch, robot, fields, expected):
    server = await launch({"MISTY_URL": robot.url})
    assert (await act(server, {"action": "led_color", **fields}))[0] == 200
    shown = (await robot.next_command("led")).parameters
    assert (shown["red"], shown["green"], shown["blue"]) == expected


@pytest.mark.parametrize(
    "message, words",
    [
        ({}, "No action provided"),
        ({"action": ""}, "No action provided"),
        ({"action": None}, "No action provided"),
        ({"action": "fly"}, "Unknown action: fly"),
        ({"action": "led_color", "red": 300}, "red must be"),
        ({"action": "led_color", "color": "plaid"}, "color must be"),
        ("dance", "JSON"),
        ("", "JSON"),
        ("[" * 5000, "JSON"),
    ],
)
async def test_an_action_that_is_none(scripted, message, words):
    status, body = await act(scripted, message)
    assert status == 400
    assert body["error"] is True
    assert words in body["message"]
    assert body["detail"] == body["message"]
    assert body["code"] == "malformed"
    assert body["request_id"]


async def test_without_a_robot_an_action_is_unavailable(scripted):
    status, body = await act(scripted, {"action": "dance"})
    assert status == 503
    assert body["error"] is True
    assert "robot" in body["message"]


async def test_an_action_for_a_robot_that_is_switched_off(launch, robot):
    await robot.go_away()
    server = await launch({"MISTY_URL": robot.url})
    status, body = await act(server, {"action": "nod"})
    assert (status, body["error"], body["code"]) == (503, True, "unavailable")
    await robot.come_back()


@pytest.mark.parametrize(
    "trouble, status", [(Trouble.REFUSES, 502), (Trouble.BREAKS, 502), (Trouble.HANGS, 504)], ids=lambda p: str(p)
)
async def test_an_action_that_the_robot_does_not_take(launch, robot, trouble, status):
    robot.answers["head"] = Answer(trouble=trouble)
    server = await launch(
        {"MISTY_URL": robot.url}, files={"repartee.toml": "[devices.misty]\ncommand_timeout = 500\n"}
    )
    got, body = await act(server, {"action": "nod"})
    assert got == status, body
    assert body["error"] is True
    assert body["message"]
    await server.event("action failed", action="nod")


# --- how people ask for the form of an answer ---


async def test_spoken_wishes_become_instructions(with_ollama, ollama):
    server = await with_ollama(environment={"SCRIPTED_STT_TEXT": "What is gravity? Long answer in bullet points."})
    ollama.answer = OllamaAnswer(words=("- It pulls.", "\n- It is weak.", "\n- And it"))
    shown = await NEWER_PAGE.on(server).ask(SPOKEN)
    assert shown.text == "What is gravity? Long answer in bullet points."
    assert shown.response == "- It pulls.\n- It is weak."

    call = await ollama.next_prompt()
    system, question = call.body["messages"]
    assert question == {"role": "user", "content": "What is gravity?"}
    assert "Misty" in system["content"]
    assert "list" in system["content"] and "detailed" in system["content"]
    assert call.body["options"]["num_predict"] == 300
    assert call.body["options"]["temperature"] == 0.2


async def test_other_answers_are_short_and_end_with_a_sentence(with_ollama, ollama):
    server = await with_ollama()
    ollama.answer = OllamaAnswer(words=("It is nine.", " Would you"))
    assert (await NEWER_PAGE.on(server).ask(SPOKEN)).response == "It is nine."
    call = await ollama.next_prompt()
    assert [message["role"] for message in call.body["messages"]] == ["system", "user"]
    assert call.body["options"]["num_predict"] == 150


async def test_a_table_is_nothing_but_its_rows(launch):
    server = await launch(
        {
            "SCRIPTED_STT_TEXT": "compare cats and dogs in table format",
            "SCRIPTED_REPLY": "Here you are:\n| a | b |\n| 1 | 2 |\nI hope it helps.",
        }
    )
    assert (await NEWER_PAGE.on(server).ask(SPOKEN)).response == "| a | b |\n| 1 | 2 |"


async def test_jobs_know_nothing_of_each_other(with_ollama, ollama):
    server = await with_ollama()
    for _ in range(2):
        await NEWER_PAGE.on(server).ask(SPOKEN)
        call = await ollama.next_prompt()
        assert [message["role"] for message in call.body["messages"]] == ["system", "user"]


async def test_nothing_goes_to_the_cloud_unless_it_may(launch):
    # An address for documentation: nobody answers there.
    cloud = {"LLM_ROUTE": "ollama", "OLLAMA_BASE_URL": "http://203.0.113.1:9"}
    server = await launch(cloud, ready=False)
    async with server.http.post(server.url + "/upload", data=form(SPOKEN)) as response:
        assert response.status == 503
        body = await response.json()
    assert body["status"] == "error"
    assert "local_only" in body["message"]
    await server.stop()

    files = {"repartee.toml": "[surfaces.misty]\nlocal_only = false\n[server]\ndrain_time = 0\n"}
    server = await launch(cloud, ready=False, files=files)
    async with server.http.post(server.url + "/upload", data=form(SPOKEN)) as response:
        assert response.status == 200


# --- bad weather ---


async def test_a_full_queue_says_when_to_come_back(launch):
    server = await launch(DEAF, files=settings(running=1, waiting=2))
    for _ in range(3):
        async with server.http.post(server.url + "/upload", data=form(SPOKEN)) as response:
            assert response.status == 200
    async with server.http.post(server.url + "/upload", data=form(SPOKEN)) as response:
        assert response.status == 503
        assert int(response.headers["Retry-After"]) > 0
        body = await response.json()
    assert body["error"] is True
    assert body["code"] == "busy"
    # Whoever polls is not kept waiting by that, and neither is a conversation.
    assert (await NEWER_PAGE.on(server).poll("undefined")).status == "error"
    assert (await server.get("/health")).status == 200


async def test_a_job_ends_by_its_deadline(launch):
    server = await launch(DEAF, files=settings(running=1, deadline="500ms"))
    jobs = [(await NEWER_PAGE.on(server).upload(SPOKEN))["job_id"] for _ in range(3)]
    for job_id in jobs:
        shown, body = await watch(server, job_id)
        assert shown.status == "error"
        assert in_order(shown.seen)
        assert "too long" in body["response"]
        assert body["code"] == "provider_late"


async def test_a_model_that_says_nothing_more_ends_by_the_deadline(with_ollama, ollama):
    server = await with_ollama(files=settings(deadline="500ms"))
    ollama.answer = OllamaAnswer(words=("It",), ending=Ending.STALLS)
    shown = await NEWER_PAGE.on(server).ask(SPOKEN)
    assert (shown.status, shown.text) == ("error", WORDS)
    call = await ollama.next_prompt()
    await within(call.gone.wait(), "the end of the call to the model")


async def test_jobs_in_hand_end_well_when_the_server_stops(launch):
    server = await launch({"SCRIPTED_LLM_FIRST_MS": 2000}, files={"repartee.toml": '[server]\ndrain_time = "20s"\n'})
    job_id = (await NEWER_PAGE.on(server).upload(SPOKEN))["job_id"]
    await until_status(server, job_id, "thinking")
    server.process.send_signal(signal.SIGTERM)
    await server.event("job ended", job=job_id, state="done")
    assert await server.exit_code() == 0


async def test_jobs_without_an_end_do_not_hold_up_the_server(launch):
    server = await launch(DEAF, files=settings(running=1))
    jobs = [(await NEWER_PAGE.on(server).upload(SPOKEN))["job_id"] for _ in range(2)]
    await until_status(server, jobs[0], "transcribing")
    server.process.send_signal(signal.SIGTERM)
    for job_id in jobs:
        await server.event("job ended", job=job_id, state="error")
    assert await server.exit_code() == 0


async def test_nothing_is_stored(launch):
    server = await launch()

    def files():
        return sorted(path for path in server.directory.rglob("*") if path.is_file())

    before = files()
    await NEWER_PAGE.on(server).ask(SPOKEN)
    assert files() == before


async def test_the_log_names_every_event_and_no_words(launch, robot):
    secrets = {"SCRIPTED_STT_TEXT": "a purple walrus", "SCRIPTED_REPLY": "An orange giraffe."}
    server = await launch({**secrets, "LOG_TEXTS": "false", "LOG_LEVEL": "TRACE", "MISTY_URL": robot.url})
    job_id = (await NEWER_PAGE.on(server).upload(SPOKEN))["job_id"]
    await watch(server, job_id)
    await NEWER_PAGE.on(server).ask(b"nonsense")
    for name in ("audio received", "transcript", "reply", "job ended", "robot speaks"):
        await server.event(name, job=job_id)
    await server.event("job failed")
    assert "walrus" not in server.log_text()
    assert "giraffe" not in server.log_text()


async def test_jobs_are_counted(launch):
    server = await launch()
    await NEWER_PAGE.on(server).ask(SPOKEN)
    await NEWER_PAGE.on(server).ask(b"nonsense")
    text = await (await server.get("/metrics")).text()
    for line in (
        'repartee_jobs_total{outcome="done",surface="misty"} 1',
        'repartee_jobs_total{outcome="error",surface="misty"} 1',
        'repartee_jobs_total{outcome="refused",surface="misty"} 0',
        'repartee_jobs_waiting{surface="misty"} 0',
        'repartee_job_seconds_count{surface="misty"} 2',
    ):
        assert line in text


# --- bad input, with a conversation beside it ---


@pytest_asyncio.fixture
async def beside(scripted):
    """A conversation over /ws that goes on all the while; it has to be undisturbed to the end."""
    enough = asyncio.Event()

    async def talk():
        turns = 0
        async with scripted.assistant() as client:
            while turns == 0 or not enough.is_set():
                reply = await client.turn(frames(speech_like()))
                assert reply.text == REPLY
                turns += 1
        return turns

    talking = asyncio.ensure_future(talk())
    yield
    enough.set()
    assert await within(talking, "the end of the conversation") > 0


def wav_with(position, value):
    """A recording whose header lies: `value` is written over what is at `position`."""
    return SPOKEN[:position] + value + SPOKEN[position + len(value) :]


HUGE = struct.pack("<I", 0xFFFFFFF0)

RECORDINGS = {
    "a header that ends early": ("error", SPOKEN[:20]),
    "a header and no sound": ("done", SPOKEN[:44]),
    "half a recording": ("done", SPOKEN[: len(SPOKEN) // 2]),
    "a file that claims to be huge": ("done", wav_with(4, HUGE)),
    "sound that claims to be huge": ("done", wav_with(40, HUGE)),
    "a format that claims to be huge": ("error", wav_with(16, HUGE)),
    "a rate of zero": ("error", wav_with(24, struct.pack("<I", 0))),
    "a rate of four billion": ("error", wav_with(24, HUGE)),
    "no channels": ("error", wav_with(22, struct.pack("<H", 0))),
    "many channels": ("error", wav_with(22, struct.pack("<H", 0xFFFF))),
    "samples of zero bits": ("error", wav_with(34, struct.pack("<H", 0))),
    "an unknown encoding": ("error", wav_with(20, struct.pack("<H", 0x4242))),
    "an odd number of bytes": ("done", SPOKEN + b"\x01"),
    "an odd number of bytes in all": ("done", SPOKEN[:-1]),
    "a single byte": ("error", b"R"),
    "random bytes": ("error", random.Random(7).randbytes(100_000)),
    "samples without a header": ("error", SPOKEN[44:]),
    "a text": ("error", b"<html></html>" * 100),
}


@pytest.mark.parametrize("status, recording", RECORDINGS.values(), ids=RECORDINGS.keys())
async def test_recordings_that_lie(scripted, beside, status, recording):
    shown = await NEWER_PAGE.on(scripted).ask(recording)
    assert shown.status == status, shown
    assert in_order(shown.seen)
    assert shown.response


BOUNDARY = "multipart/form-data; boundary=xyz"
PART = b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n'

FORMS = {
    "an empty recording": (422, BOUNDARY, PART + b"\r\n--xyz--\r\n"),
    "no part of that name": (422, BOUNDARY, PART.replace(b'"file"', b'"audio"') + SPOKEN + b"\r\n--xyz--\r\n"),
    "no part at all": (422, BOUNDARY, b"--xyz--\r\n"),
    "an empty body": (400, BOUNDARY, b""),
    "another boundary": (400, BOUNDARY.replace("xyz", "abc"), PART + SPOKEN + b"\r\n--xyz--\r\n"),
    "no boundary": (400, "multipart/form-data", PART + SPOKEN + b"\r\n--xyz--\r\n"),
    "a boundary beyond all limits": (400, "multipart/form-data; boundary=" + 71 * "x", b"--" + 71 * b"x" + b"--"),
    "a form that is cut off": (400, BOUNDARY, PART + SPOKEN),
    "a part without a name": (400, BOUNDARY, b"--xyz\r\n\r\n" + SPOKEN + b"\r\n--xyz--\r\n"),
    "a form within the form": (
        400,
        BOUNDARY,
        PART.replace(b"audio/wav", b"multipart/mixed; boundary=abc") + b"--abc\r\n\r\n1\r\n--abc--\r\n--xyz--\r\n",
    ),
    "parts without end": (413, BOUNDARY, (PART + b"1\r\n") * 10_000),
    "a header without end": (413, BOUNDARY, b"--xyz\r\nX: " + b"x" * 1_000_000),
    "an encoding": (415, BOUNDARY, PART[:-2] + b"Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--xyz--"),
    "a recording and no form": (415, "audio/wav", SPOKEN),
    "JSON": (415, "application/json", b'{"file":"a.wav"}'),
    "no type": (415, "", SPOKEN),
}


def upload_head(framing, content_type=BOUNDARY):
    lines = ["POST /upload HTTP/1.1", "Host: 127.0.0.1", framing]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.mark.parametrize("status, content_type, body", FORMS.values(), ids=FORMS.keys())
async def test_forms_that_are_none(scripted, beside, status, content_type, body):
    async with Connection(scripted) as connection:
        await connection.send(upload_head(f"Content-Length: {len(body)}", content_type) + body)
        answer = await connection.head()
        assert answer.status == status
        said = json.loads(await connection.exactly(int(answer.headers["content-length"])))
    assert said["status"] == "error"
    assert said["error"] is True
    assert said["message"] == said["response"]
    assert said["request_id"]
    if status == 422 and "named" in said["message"]:
        assert said["detail"] == [{"type": "missing", "loc": ["body", "file"], "msg": "Field required", "input": None}]


async def test_an_upload_of_thirty_megabytes(scripted, beside):
    async with Connection(scripted) as connection:
        await connection.send(upload_head(f"Content-Length: {30 << 20}") + PART + bytes(100_000))
        assert (await connection.head()).status == 413
    # One that does not say beforehand how long it will be.
    async with Connection(scripted) as connection:
        await connection.send(upload_head("Transfer-Encoding: chunked"))
        # Just past the limit: who goes on sending for long is cut off, and may not read the answer.
        chunk = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
        for _ in range(24):
            await connection.send(chunk)
        assert (await connection.head()).status == 413


async def test_the_largest_recording_is_taken(scripted, beside):
    sound = bytes(25_000_000 - 44)
    shown = await NEWER_PAGE.on(scripted).ask(wav(sound))
    assert shown.status == "done"
    async with scripted.http.post(scripted.url + "/upload", data=form(wav(sound) + b"\0")) as response:
        assert response.status == 413
        assert (await response.json())["error"] is True


async def test_an_upload_that_breaks_off_harms_nobody(scripted, beside):
    for piece in (b"", PART, PART + SPOKEN[:1000]):
        async with Connection(scripted) as connection:
            await connection.send(upload_head("Content-Length: 100000") + piece)
    assert (await NEWER_PAGE.on(scripted).ask(SPOKEN)).status == "done"
