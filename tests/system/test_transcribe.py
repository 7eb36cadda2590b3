"""`repartee transcribe`: recordings of any kind to text and subtitles, with the embedded recogniser."""

import json
import re
import subprocess

import pytest
from support.containers import CONTAINERS, encoded
from support.server import binary, environment
from support.sound import say, silence, wav

FIRST = "what time is it"
SECOND = "please tell me about the history of music"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recordings")
    first, second = (say(binary(), environment(folder), words) for words in (FIRST, SECOND))
    (folder / "one.wav").write_bytes(wav(first))
    (folder / "two.webm").write_bytes(encoded(first + silence(1.5) + second, CONTAINERS["webm"]))
    (folder / "three.mp3").write_bytes(encoded(second, CONTAINERS["mp3"]))
    (folder / "broken.webm").write_bytes(bytes.fromhex("1a45dfa3") + b"and nothing of it" * 10)
    (folder / "letter.txt").write_text("Dear reader, this is no sound at all.")
    return folder


def transcribe(folder, *arguments):
    return subprocess.run(
        [binary(), "transcribe", *arguments],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_one_file_is_its_text(folder):
    run = transcribe(folder, "one.wav")
    assert (run.returncode, run.stdout, run.stderr) == (0, FIRST + "\n", "")


def test_several_come_in_the_order_given_and_one_that_fails_stops_none(folder):
    run = transcribe(folder, "two.webm", "broken.webm", "three.mp3", "letter.txt", "one.wav")
    assert run.returncode == 1
    assert run.stdout == f"== two.webm\n{FIRST}\n{SECOND}\n== three.mp3\n{SECOND}\n== one.wav\n{FIRST}\n"
    complaints = run.stderr.splitlines()
    assert [line.split(": ")[1] for line in complaints] == ["broken.webm", "letter.txt"], complaints


def test_json_has_times_in_the_recording(folder):
    run = transcribe(folder, "--format", "json", "two.webm")
    result = json.loads(run.stdout)
    first, second = result["passages"]
    assert (first["text"], second["text"]) == (FIRST, SECOND)
    assert first["end_ms"] < second["start_ms"] < second["end_ms"] <= result["length_ms"]
    assert " ".join(word["text"] for word in second["words"]) == SECOND
    assert second["start_ms"] <= second["words"][0]["start_ms"] < second["words"][-1]["end_ms"] <= second["end_ms"]


@pytest.mark.parametrize("kind, mark", [("srt", ","), ("vtt", "[.]")])
def test_subtitles_are_written_beside_each_other(folder, kind, mark, tmp_path):
    run = transcribe(folder, "-f", kind, "-d", str(tmp_path), "two.webm", "three.mp3")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / f"three.{kind}").exists()
    text = (tmp_path / f"two.{kind}").read_text()
    times = re.findall(rf"(\d\d:\d\d:\d\d{mark}\d\d\d) --> (\d\d:\d\d:\d\d{mark}\d\d\d)\n(.+)\n", text)
    assert [words for _, _, words in times] == [FIRST, SECOND]
    assert all(start < end for start, end, _ in times)


def test_what_cannot_be_done_is_said_at_once(folder):
    assert transcribe(folder).returncode == 2
    assert transcribe(folder, "missing.wav").returncode == 2
    run = transcribe(folder, "-f", "srt", "one.wav", "three.mp3")
    assert run.returncode == 2 and "--directory" in run.stderr
