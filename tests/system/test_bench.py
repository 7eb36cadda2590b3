"""`repartee bench` against a server of its own: each benchmark runs briefly and says what it found."""

import asyncio
import json

import pytest
from conftest import running
from support.server import binary, environment
from support.waiting import within

# How long one may take on a machine that is busy with other things.
PATIENCE = 180


async def bench(tmp_path, *arguments):
    process = await asyncio.create_subprocess_exec(
        binary(),
        "bench",
        *arguments,
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, complaints = await within(process.communicate(), "the end of the benchmark", PATIENCE)
    return process.returncode, output.decode(), complaints.decode()


# Long enough for a turn or two of each caller, and one run.
BRIEFLY = {
    "calls": (["--calls", "2,4", "--seconds", "7"], ["4 calls", "CPU of an audio second", "frame delay p99.9",
                                                     "memory of a call", "memory not given back"]),
    "turns": (["--calls", "4", "--seconds", "6"], ["final text to first sound, at the server p99",
                                                   "final text to first sound, at the caller p95"]),
    "bargein": (["--calls", "4", "--seconds", "6"], ["last sound p95", "stop, after the frame that decided p95"]),
    "overload": (["--from", "6", "--steps", "1", "--ramp-seconds", "3", "--times", "1", "--seconds", "2", "--turns", "1",
                  "--bound-ms", "30000"],
                 ["peak goodput, turns a second", "calls refused", "end of speech to first sound"]),
    "idle": (["--sockets", "50", "--seconds", "1"], ["memory of a socket", "sockets still open at the end"]),
    "http": (["--per-second", "300", "--seconds", "1"], ["CPU of a request", "due to answered p99"]),
    "jobs": (["--per-second", "10", "--seconds", "1"], ["upload due to done p50", "CPU of a job"]),
}  # fmt: skip


@pytest.mark.parametrize("what", BRIEFLY)
async def test_each_benchmark_prints_its_table(tmp_path, what):
    arguments, figures = BRIEFLY[what]
    code, output, complaints = await bench(tmp_path, what, *arguments, "--runs", "1")
    assert code == 0, complaints
    for figure in [*figures, "cores used by others"]:
        assert figure in output
    assert "nan" not in output


async def test_short_calls_show_what_is_left_of_them(tmp_path):
    code, output, complaints = await bench(tmp_path, "calls", "--short", "100", "--runs", "1")
    assert code == 0, complaints
    assert "memory above a fresh server's after 100%" in output


async def test_everything_is_there_as_json(tmp_path):
    code, output, complaints = await bench(
        tmp_path, "http", "--per-second", "2000", "--seconds", "0.5", "--runs", "2", "--json"
    )
    assert code == 0, complaints
    figures = {figure["name"]: figure for figure in json.loads(output)["sections"][0]["figures"]}
    assert len(figures["due to answered p99"]["runs"]) == 2
    assert figures["answers other than 200"]["runs"] == [0, 0]
    assert figures["never answered"]["runs"] == [0, 0]
    assert figures["CPU of a request"]["runs"][0] > 0


async def test_all_calls_are_answered_and_given_back(tmp_path):
    code, output, complaints = await bench(
        tmp_path, "calls", "--calls", "6", "--frame-bytes", "256", "--seconds", "7", "--runs", "1", "--json"
    )
    assert code == 0, complaints
    calls = {figure["name"]: figure["runs"][0] for figure in json.loads(output)["sections"][0]["figures"]}
    assert calls["turns answered"] == 100
    assert calls["calls the server cut off"] == 0


async def test_a_running_server_is_measured_by_its_address(tmp_path):
    async with running() as server:
        pid = str(server.process.pid)
        code, output, complaints = await bench(
            tmp_path, "http", "--url", server.url, "--pid", pid, "--per-second", "200", "--seconds", "0.5"
        )
    assert code == 0, complaints
    assert "CPU of a request" in output


async def test_nobody_at_the_address_is_said_and_not_measured(tmp_path):
    code, output, complaints = await bench(tmp_path, "idle", "--url", "http://127.0.0.1:1")
    assert code == 1
    assert output == ""
    assert "127.0.0.1:1" in complaints


@pytest.mark.parametrize(
    "arguments", [["calls", "--frame-bytes", "100"], ["turns", "--calls", "0"], ["nothing"], ["calls", "--url"]]
)
async def test_nonsense_is_refused_with_the_help(tmp_path, arguments):
    code, _, complaints = await bench(tmp_path, *arguments)
    assert code == 2
    assert "--help" in complaints or "Usage" in complaints
