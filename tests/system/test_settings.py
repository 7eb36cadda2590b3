"""Settings: where they come from, and that mistakes stop the start, all of them named at once."""

import re

import pytest
from conftest import SCRIPTED
from support.server import ROOT, Repartee
from support.sound import frames, speech_like

WRONG_SETTINGS = 2


async def refused(settings=None, files=None, arguments=()):
    """Exit code and words of a server that does not start."""
    server = Repartee({**SCRIPTED, **(settings or {})}, files=files, arguments=arguments)
    try:
        await server.launch()
        code = await server.exit_code()
        return code, server.log_text()
    finally:
        await server.discard()


async def answer_of(server):
    response = await server.post("/api/generate", json={"prompt": "hi"})
    return (await response.json())["response"]


async def test_every_mistake_is_told_at_once():
    code, words = await refused(
        {
            "PORT": "eight thousand",
            "MAX_AUDIO_BYTES": "-5",
            "LOG_LEVEL": "loud",
            "LOG_TEXTS": "perhaps",
            "LLM_ROUTE": "telepathy",
            "STT_ENGINE": "stethoscope",
            "TTS_ENGINE": "megaphone",
            "OLLAMA_TIMEOUT": "soon",
            "CERT_FILE": "server.pem",
        }
    )
    assert code == WRONG_SETTINGS
    for name in (
        "PORT",
        "eight thousand",
        "MAX_AUDIO_BYTES",
        "LOG_LEVEL",
        "loud",
        "LOG_TEXTS",
        "LLM_ROUTE",
        "telepathy",
        "STT_ENGINE",
        "stethoscope",
        "TTS_ENGINE",
        "megaphone",
        "OLLAMA_TIMEOUT",
        "KEY_FILE",
    ):
        assert name in words, f"{name} is not in:\n{words}"


@pytest.mark.parametrize("port", ["65536", "-1", "80.5", "http"])
async def test_a_port_that_is_none(port):
    code, words = await refused({"PORT": port})
    assert code == WRONG_SETTINGS
    assert "PORT" in words


async def test_an_unknown_key_is_told_with_its_line_and_the_nearest_name():
    code, words = await refused(files={"repartee.toml": '[server]\nhots = "127.0.0.1"\n'})
    assert code == WRONG_SETTINGS
    assert "repartee.toml:2" in words
    assert "host" in words


async def test_a_file_that_is_no_toml():
    code, words = await refused(files={"repartee.toml": "[server\n"})
    assert code == WRONG_SETTINGS
    assert "repartee.toml:1" in words


async def test_a_file_that_was_named_has_to_be_there():
    code, words = await refused({"REPARTEE_CONFIG": "nowhere.toml"})
    assert code == WRONG_SETTINGS
    assert "nowhere.toml" in words


async def test_a_certificate_that_is_none():
    files = {"server.pem": "this is no certificate", "key.pem": "nor is this a key"}
    code, words = await refused({"CERT_FILE": "server.pem", "KEY_FILE": "key.pem"}, files=files)
    assert code != 0
    assert "server.pem" in words
    code, words = await refused({"CERT_FILE": "absent.pem", "KEY_FILE": "key.pem"}, files=files)
    assert code != 0
    assert "absent.pem" in words


async def test_a_port_that_is_taken(scripted):
    code, words = await refused({"PORT": scripted.port})
    assert code == 1
    assert str(scripted.port) in words


async def test_an_unknown_argument():
    code, words = await refused(arguments=["--frobnicate"])
    assert code == WRONG_SETTINGS
    assert "frobnicate" in words


async def test_the_environment_beats_dotenv_and_dotenv_beats_the_file(launch):
    toml = '[engines.scripted]\nreply = "from the file"\n'
    dotenv = "SCRIPTED_REPLY=from dotenv\n"
    server = await launch({"SCRIPTED_REPLY": None}, files={"repartee.toml": toml})
    assert await answer_of(server) == "from the file"
    server = await launch({"SCRIPTED_REPLY": None}, files={"repartee.toml": toml, ".env": dotenv})
    assert await answer_of(server) == "from dotenv"
    server = await launch({"SCRIPTED_REPLY": "from outside"}, files={"repartee.toml": toml, ".env": dotenv})
    assert await answer_of(server) == "from outside"


async def test_names_know_no_case(launch):
    server = await launch({"SCRIPTED_REPLY": None, "scripted_reply": "in a small voice"})
    assert await answer_of(server) == "in a small voice"


async def test_variables_of_the_originals_are_accepted(launch):
    server = await launch({"APP_NAME": "voice-assistant-backend", "KMP_DUPLICATE_LIB_OK": "TRUE", "UNHEARD_OF": "1"})
    await server.event("variable without effect", name="APP_NAME")
    await server.event("variable without effect", name="KMP_DUPLICATE_LIB_OK")


@pytest.mark.parametrize("word, enabled", [("true", True), ("YES", True), ("1", True), ("off", False), ("0", False)])
async def test_truths(launch, word, enabled):
    server = await launch({"LLM_ROUTE": "auto", "OLLAMA_ENABLED": word, "OLLAMA_BASE_URL": "http://127.0.0.1:9"})
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
    assert reply.last["event"] == ("end" if enabled else "skipped")


async def test_the_example_as_it_is(launch):
    await launch(files={".env": (ROOT / ".env.example").read_text()})


async def test_the_example_with_every_line_in_force(launch):
    """Each default it shows is a value that the program takes."""
    example = (ROOT / ".env.example").read_text()
    lines = [line[1:] for line in example.splitlines() if re.match(r"#[A-Z_]+=", line)]
    # This one names a file that has to be there.
    lines = [line for line in lines if not line.startswith("REPARTEE_CONFIG=")]
    assert len(lines) > 40
    server = await launch(files={".env": "\n".join(lines) + "\n"})
    assert await answer_of(server) == SCRIPTED["SCRIPTED_REPLY"]


async def test_the_example_environment_file_starts_the_server():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    everything_set = re.sub(r"^#([A-Z_]+=)", r"\1", example, flags=re.MULTILINE)
    assert "\nLLM_ROUTE=auto\n" in everything_set
    for text in (example, everything_set):
        server = Repartee(files={".env": text, "repartee.toml": ""})
        try:
            await server.start(ready=False)
            await server.stop()
        finally:
            await server.discard()
