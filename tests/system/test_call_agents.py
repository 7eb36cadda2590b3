"""Who answers a call: agents with prompts, engines and manners of their own, chosen by ?agent_id=."""

import json
import signal
import socket

import aiohttp
import pytest
from support.call import Caller
from support.openai import Answer, OpenAi
from support.sound import speech_like
from support.waiting import within

NAMASTE = "नमस्ते! मैं नोरा हूँ।"


def call(server, query=""):
    return Caller(server.http, server.url.replace("http", "ws", 1) + "/api/media-stream" + query)


async def is_refused(server, agent):
    try:
        async with call(server, f"?agent_id={agent}"):
            return False
    except aiohttp.WSServerHandshakeError as refused:
        assert refused.status == 403
        return True


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def test_both_built_in_agents_can_be_called(launch):
    server = await launch()
    for query in ("", "?agent_id=shinchan", "?agent_id=repartee"):
        async with call(server, query) as caller:
            await caller.event("start_media_streaming")
    agents = [event["agent"] for event in server.events if event.get("event") == "session opened"]
    assert agents == ["shinchan", "shinchan", "repartee"]


async def test_agents_of_a_file_take_their_place(launch):
    agents = {"nora": {"id": "nora", "name": "Nora", "system_prompt": "You are Nora.",
                       "first_response_message": NAMASTE}}  # fmt: skip
    server = await launch({"REPARTEE_AGENTS_JSON": "agents.json"}, files={"agents.json": json.dumps(agents)})
    async with call(server) as caller:
        await caller.event("start_media_streaming")
        assert caller.reply() == NAMASTE
        assert caller.seconds_of_sound() > 0.5
    assert await is_refused(server, "shinchan")


async def test_each_agent_thinks_with_its_own_model(launch):
    one, other = await OpenAi(models=("small",), key="sk-one").start(), await OpenAi(models=("large",)).start()
    one.answer, other.answer = Answer(words=("I", " am", " one.")), Answer(words=("I", " am", " other."))
    settings = f"""
        [agents.one]
        system_prompt = "You are one."
        temperature = 0.25
        [agents.one.model]
        kind = "openai"
        base_url = "{one.base_url}"
        model = "small"
        api_key = "sk-one"
        [agents.other]
        [agents.other.model]
        kind = "openai"
        base_url = "{other.base_url}"
        model = "large"
        """
    server = await launch({"OPENAI_API_KEY": "sk-of-the-settings"}, files={"repartee.toml": settings})
    for agent, simulator, said in (("one", one, "I am one."), ("other", other, "I am other.")):
        async with call(server, f"?agent_id={agent}") as caller:
            await caller.speak(speech_like(1.0))
            await caller.until(lambda heard, said=said: heard.kind == "llm_text" and heard.text == said, said)
            await caller.event("sound")
        simulator.asked = await simulator.next_prompt()
    assert one.asked.headers["Authorization"] == "Bearer sk-one"
    assert one.asked.body["model"] == "small" and one.asked.body["temperature"] == 0.25
    assert one.asked.body["messages"][0]["content"].startswith("You are one.")
    assert other.asked.body["model"] == "large"
    assert "sk-of-the-settings" not in str(other.asked.headers), "a key went to an address it is not for"
    await one.stop()
    await other.stop()


async def test_agents_are_read_again_without_dropping_a_call(launch):
    def table(greeting):
        return f'[agents.shinchan]\nfirst_response_message = "{greeting}"\n'

    server = await launch(files={"repartee.toml": table("I am the first.")})
    file = server.directory / "repartee.toml"

    async with call(server) as before:
        await before.event("start_media_streaming")
        file.write_text(table("I am the second.") + '[agents.new]\nname = "New"\n')
        server.process.send_signal(signal.SIGHUP)
        await server.event("agents read again")
        async with call(server, "?agent_id=shinchan") as after:
            await after.event("start_media_streaming")
            assert after.reply() == "I am the second."
        assert not await is_refused(server, "new")

        file.write_text("[agents.shinchan]\nspeed = 'fast'\n")
        server.process.send_signal(signal.SIGHUP)
        failure = await server.event("agents were not read again")
        assert "agents.shinchan.speed" in failure["reason"]
        assert not await is_refused(server, "new")

        # The call that began with the first of them goes on as it was.
        position = len(before.heard)
        await before.speak(speech_like(1.0))
        await before.event("sound", position)


async def test_config_json_says_where_calls_are_taken_besides(launch):
    port = free_port()
    config = json.dumps({"server": {"port": port}, "general": {"call_session_timeout": 1}})
    server = await launch(
        {"REPARTEE_CONFIG_JSON": "config.json", "MEDIA_STREAM_PORT": "-1"}, files={"config.json": config}
    )
    async with Caller(server.http, f"ws://127.0.0.1:{port}/api/media-stream") as caller:
        closed = await caller.event("closed")
        assert closed.text == "1000" and closed.at < 3


@pytest.mark.parametrize("query, told", [("?timeline=1", True), ("", False)])
async def test_the_time_line_is_for_those_who_ask(launch, query, told):
    server = await launch()
    lines = []
    async with server.http.ws_connect(server.url.replace("http", "ws", 1) + "/api/media-stream" + query) as client:
        await client.send_bytes(speech_like(1.0))
        await client.send_bytes(bytes(64000))

        async def until_it_ends():
            async for message in client:
                if message.type is aiohttp.WSMsgType.TEXT and message.data != "stop":
                    event = json.loads(message.data)
                    lines.append(event)
                    if event["event_type"] == "timeline" or (not told and event["event_type"] == "llm_text"):
                        return

        await within(until_it_ends(), "the end of the reply")
    assert (lines[-1]["event_type"] == "timeline") == told
    if told:
        assert lines[-1]["outcome"] == "complete"
        assert list(lines[-1]["moments"])[0] == "speech_end" and "first_audio" in lines[-1]["moments"]
