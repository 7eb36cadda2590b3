"""A language model on the machine itself, by the real llama-server, with a model of random weights."""

import asyncio
import json
import os
import resource
import signal
from pathlib import Path

import pytest
from conftest import SCRIPTED
from support.gguf_file import gguf_file
from support.processes import children, eventually, is_running
from support.server import ROOT, Repartee
from support.sound import frames, speech_like
from support.waiting import within
from support.whisper_file import whisper_file

KIT = ROOT / "build/engine-kit/root/usr/bin/llama-server"
pytestmark = pytest.mark.skipif(not KIT.exists(), reason="built without the engine kit")

# Answers that end by themselves make no difference here; these end when so many words have come.
BRIEF = {"num_predict": 12, "temperature": 0, "seed": 1}

INSTRUCTIONS = {"role": "system", "content": "You are friendly and brief, whatever happens. " * 20}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return gguf_file(tmp_path_factory.mktemp("models") / "random-words.gguf")


@pytest.fixture(scope="module")
def endless(tmp_path_factory):
    """One that never stops by itself, with a network large enough to be slow."""
    return gguf_file(tmp_path_factory.mktemp("models") / "endless.gguf", ends=False, width=256, layers=4)


def with_model(file, **more):
    return {"LLM_ROUTE": "llama", "LLAMA_MODEL": str(file), **more}


def servers_of(server):
    """The llama-servers below one of ours; of the kit they are run by its own loader."""

    def is_one(pid):
        try:
            return b"llama-server" in Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return False

    return [pid for pid in children(server.process.pid) if is_one(pid)]


async def llama_of(server):
    (pid,) = await eventually(lambda: servers_of(server), "a llama-server")
    return pid


async def chat(server, *words, **more):
    """What the model answers when this has been said so far, the user first, as Ollama's API has it."""
    roles = ["user", "assistant"] * len(words)
    messages = [INSTRUCTIONS, *({"role": role, "content": said} for role, said in zip(roles, words))]
    body = {"model": "any", "messages": messages, "options": BRIEF, **more}
    async with server.http.post(server.url + "/api/chat", json=body) as response:
        return response.status, await response.json(content_type=None)


async def answer(server, *words):
    status, reply = await chat(server, *words)
    assert status == 200, reply
    assert reply["message"]["content"], reply
    return reply["message"]["content"]


async def read_counts(server, number, event="language model answered"):
    """How many tokens of the last prompt of so many were read, and how many were known from before."""

    def counts():
        return [event_ for event_ in server.events if event_["event"] == event]

    await eventually(lambda: len(counts()) >= number, f"{number} times '{event}'")
    last = counts()[number - 1]
    return last["prompt_tokens"] - last["cached_tokens"], last["cached_tokens"]


async def test_it_answers(launch, model):
    server = await launch(with_model(model))
    first = await answer(server, "hello")
    assert await answer(server, "hello") == first, "the same seed says the same"
    assert await eventually(lambda: "on this machine, f32" in server.output, "the banner")


async def test_auto_takes_it_when_a_model_is_in_the_folder(launch, model, tmp_path):
    folder = tmp_path / "data/models"
    folder.mkdir(parents=True)
    (folder / "words.gguf").write_bytes(model.read_bytes())
    server = await launch({"LLM_ROUTE": None, "REPARTEE_DATA_DIR": str(tmp_path / "data")})
    await eventually(lambda: "llama" in server.output, "the choice of the model")
    assert await answer(server, "hello")
    await read_counts(server, 1)


async def test_history_is_not_read_again(launch, model):
    """By the server's own count; and also where conversations with the same instructions take turns."""
    server = await launch(with_model(model))
    said = {"a": ["my name is ada"], "b": ["tell me a story of a robot and a bird"]}
    turns = 0
    for turn in range(4):
        for words in said.values():
            words.append(await answer(server, *words))
            turns += 1
            read, known = await read_counts(server, turns)
            if turn > 0:
                assert read < 100 < known, f"turn {turn}: {read} tokens were read, {known} were known"
            words.append("and then what happened to it?")


async def test_a_long_conversation_loses_its_beginning_and_goes_on(launch, model):
    server = await launch(with_model(model, LLAMA_CONTEXT=2048))
    words = []
    for turn in range(24):
        words.append(f"this is question number {turn} of many, and it has quite a few words in it")
        words.append(await answer(server, *words))
        read, known = await read_counts(server, turn + 1)
        assert turn == 0 or read < 200 < known, f"turn {turn}: {read} tokens were read, {known} were known"


async def test_the_prompt_is_read_while_somebody_speaks(launch, endless):
    server = await launch(with_model(endless))
    async with server.assistant() as client:
        await client.act("start")
        await client.receive()
        await client.send_audio(speech_like(0.5))
        await client.receive()
        read, _ = await read_counts(server, 1, "language model read ahead")
        assert read > 100
        await client.act("end")
        reply = await client.reply()
        assert reply.text
        read, known = await read_counts(server, 1)
        assert read < 60 < known, "the instructions had been read"


async def launch_with_substitute(launch, model, **more):
    """One where another model answers when this one cannot."""
    server = await launch(with_model(model, LLM_ROUTE="llama, rules"), **more)
    await server.event("engine chosen", engine="llama")
    return server


async def begin_to_answer(server):
    """A streamed answer with its first words."""
    body = {"model": "any", "messages": [{"role": "user", "content": "go on for ever"}], "stream": True}
    response = await server.http.post(server.url + "/api/chat", json=body)
    assert response.status == 200
    assert json.loads(await within(response.content.readline(), "the first words"))["message"]["content"]
    return response


async def rest_of(response):
    lines = (await within(response.content.read(), "the end of the answer")).splitlines()
    return json.loads(lines[-1])


async def test_a_turn_in_hand_goes_on_with_the_next_model(launch, model):
    """It is killed when it has the question and before its first word: ten times in a row."""
    server = await launch_with_substitute(launch, model)
    for time in range(10):
        pid = await llama_of(server)
        os.kill(pid, signal.SIGSTOP)
        asked = asyncio.ensure_future(chat(server, "what is two plus three"))
        await eventually(lambda: has_been_asked(pid), "the question at the server")
        os.kill(pid, signal.SIGKILL)
        status, reply = await asked
        assert status == 200 and "calculator" in reply["message"]["content"], reply
        await eventually(lambda: not is_running(pid), "its end")
        assert await answer(server, "hello")
        await read_counts(server, time + 1)  # it was the one that has been started again
    assert len(servers_of(server)) == 1


def sockets_of(pid):
    return {target[8:-1] for name in os.listdir(f"/proc/{pid}/fd") if (target := os.readlink(f"/proc/{pid}/fd/{name}")).startswith("socket:[")}


def tcp_connections():
    """Port on this side, state, bytes that wait to be read, inode: as the kernel has them."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        yield int(fields[1].split(":")[1], 16), fields[3], int(fields[4].split(":")[1], 16), fields[9]


def listening_port(pid):
    own = sockets_of(pid)
    return next((port for port, state, _, inode in tcp_connections() if state == "0A" and inode in own), None)


def has_been_asked(pid):
    """Whether a whole question waits for it, be it on a connection that it has not accepted yet."""
    asked = listening_port(pid)
    return any(port == asked and state == "01" and waiting > len(INSTRUCTIONS["content"]) for port, state, waiting, _ in tcp_connections())


async def test_an_answer_that_breaks_off_says_so_and_the_next_one_comes(launch, endless):
    server = await launch(with_model(endless))
    response = await begin_to_answer(server)
    pid = await llama_of(server)
    os.kill(pid, signal.SIGKILL)
    assert "language model" in (await rest_of(response))["error"].lower()
    await eventually(lambda: not is_running(pid), "its end")
    assert await answer(server, "hello")


async def test_one_that_hangs_is_passed_over_and_replaced(launch, model):
    """Long before its patience ends: one that works answers other questions meanwhile."""
    server = await launch_with_substitute(launch, model)
    pid = await llama_of(server)
    os.kill(pid, signal.SIGSTOP)
    status, reply = await chat(server, "what is two plus three")
    assert status == 200 and "calculator" in reply["message"]["content"], reply
    await eventually(lambda: not is_running(pid), "the end of the one that hangs")
    assert await answer(server, "hello")
    await read_counts(server, 1)


async def test_patience_may_be_short(launch, model):
    impatient = {"repartee.toml": "[engines.llama]\npatience = 500\n"}
    server = await launch(with_model(model), files=impatient)
    os.kill(await llama_of(server), signal.SIGSTOP)
    status, reply = await chat(server, "hello")
    assert status == 504, reply


async def test_one_that_wants_too_much_memory_is_lost_alone(launch, model):
    server = await launch_with_substitute(launch, model)
    pid = await llama_of(server)
    resource.prlimit(pid, resource.RLIMIT_AS, (1 << 20, 1 << 20))
    status, reply = await chat(server, "what is two plus three")
    assert status == 200 and reply["message"]["content"], reply
    assert await answer(server, "hello")  # whoever it is


async def test_it_may_fill_no_more_memory_than_it_is_given(launch, model):
    server = await launch(with_model(model), files={"repartee.toml": "[engines.llama]\nmemory = 900\n"})
    soft, hard = resource.prlimit(await llama_of(server), resource.RLIMIT_DATA)
    assert soft == hard == 900 << 20


async def refusal(launch, file, reason, advice, **more):
    """Nothing is started for it, and both the banner and the answer say why."""
    server = await launch(with_model(file), ready=False, **more)
    status, reply = await chat(server, "hello")
    assert status == 503 and reason in json.dumps(reply), (status, reply)
    await eventually(lambda: reason in server.output and advice in server.output, "the reason and the advice")
    assert not servers_of(server), "started for a file that is none"
    return server


async def test_a_file_that_is_cut_off_is_refused(launch, model, tmp_path):
    short = tmp_path / "short.gguf"
    short.write_bytes(model.read_bytes()[:-1000])
    await refusal(launch, short, "it is cut off", "")


async def test_a_model_of_another_kind_is_refused(launch, tmp_path):
    other = whisper_file(tmp_path / "ggml-base.en.bin", "hello")
    await refusal(launch, other, "no language model", "name a GGUF file")


async def test_a_model_that_is_not_there_is_told_of(launch):
    await refusal(launch, "nobody-7b", "no language model 'nobody-7b'", "put a GGUF file")


async def test_a_model_that_does_not_fit_is_refused(launch, model):
    little = {"repartee.toml": "[engines.llama]\nmemory = 20\n"}
    await refusal(launch, model, "and there are 20 MiB", "fewer bits a weight", files=little)


async def test_without_a_server_it_says_what_to_do(launch, model):
    server = await launch(with_model(model, LLAMA_SERVER="/nowhere/llama-server"), ready=False)
    status, reply = await chat(server, "hello")
    assert status == 503 and "/nowhere/llama-server" in json.dumps(reply), reply
    await eventually(lambda: "LLAMA_SERVER" in server.output, "the advice")


async def test_a_server_that_ends_at_once_is_told_of(launch, model, tmp_path):
    broken = tmp_path / "llama-server"
    broken.write_text("#!/bin/sh\necho 'E load_model: out of luck' >&2\nexit 1\n")
    broken.chmod(0o755)
    server = await launch(with_model(model, LLAMA_SERVER=str(broken)), ready=False)
    await eventually(lambda: "out of luck" in server.output, "the reason")
    status, reply = await chat(server, "hello")
    assert status == 503 and "out of luck" in json.dumps(reply), reply


async def test_nobody_else_is_served(launch, model):
    """It has a key, which does not show in the list of processes."""
    server = await launch(with_model(model))
    pid = await llama_of(server)
    port = await eventually(lambda: listening_port(pid), "the port of llama-server")
    async with server.http.get(f"http://127.0.0.1:{port}/v1/models") as response:
        assert response.status == 401
    key = next(entry.partition(b"=")[2] for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") if entry.startswith(b"LLAMA_API_KEY="))
    assert len(key) == 48 and key not in Path(f"/proc/{pid}/cmdline").read_bytes()
    headers = {"Authorization": f"Bearer {key.decode()}"}
    async with server.http.get(f"http://127.0.0.1:{port}/slots", headers=headers) as response:
        assert response.status == 501
    async with server.http.get(f"http://127.0.0.1:{port}/", headers=headers) as response:
        assert response.status == 404
    assert key.decode() not in server.log_text()


async def test_its_chatter_stays_out_of_the_log(launch, model):
    server = await launch(with_model(model))
    await answer(server, "hello")
    assert "print_timing" not in server.log_text() and "worker says" not in server.log_text()


async def test_it_ends_with_the_server(launch, endless):
    server = await launch(with_model(endless))
    response = await begin_to_answer(server)
    pid = await llama_of(server)
    response.close()
    await server.stop()
    assert not is_running(pid)


async def test_it_ends_with_a_server_that_is_killed(model):
    server = Repartee({**SCRIPTED, **with_model(model)})
    try:
        await server.start()
        pid = await llama_of(server)
        os.kill(pid, signal.SIGSTOP)  # not even one that cannot do anything stays
        server.process.kill()
        await eventually(lambda: not is_running(pid), "the end of llama-server")
    finally:
        await server.discard()


async def test_many_talk_at_once(launch, endless):
    """More than there is room for are told so at once; those who wait are answered, and nobody takes the server for one
    that hangs."""
    server = await launch(with_model(endless))
    pid = await llama_of(server)
    answers = await within(asyncio.gather(*(chat(server, f"hello from {n}") for n in range(60))), "sixty answers")
    statuses = [status for status, _ in answers]
    assert statuses.count(200) >= 26 and statuses.count(200) + statuses.count(503) == 60, statuses
    assert all("busy" in json.dumps(reply) for status, reply in answers if status == 503)
    assert await llama_of(server) == pid


async def test_a_conversation_that_is_too_long_from_the_start(launch, model):
    server = await launch(with_model(model, LLAMA_CONTEXT=2048))
    assert await answer(server, *(f"message {n} of a conversation that somebody else has begun" for n in range(99)))
    await read_counts(server, 1)


async def test_a_turn_by_voice(launch, endless):
    server = await launch(with_model(endless))
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like(0.5)))
    assert reply.start["model"] == "endless" and reply.text
    assert reply.last["event"] == "end", reply.last
