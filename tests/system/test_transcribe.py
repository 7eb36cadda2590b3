"""`repartee transcribe`: recordings of any kind to text and subtitles, with the embedded recogniser."""

import json
import os
import re
import shutil
import signal
import subprocess
from contextlib import asynccontextmanager

import pytest
from support.command import Command
from support.containers import CONTAINERS, encoded
from support.server import binary, environment
from support.sound import say, silence, speech_like, wav
from support.waiting import within

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


def test_a_file_is_replaced_only_by_a_whole_one(folder, tmp_path):
    (tmp_path / "one.txt").write_text("an older transcript")
    run = transcribe(folder, "-o", str(tmp_path), "one.wav")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", f"{tmp_path}/one.txt\n")
    assert (tmp_path / "one.txt").read_text() == FIRST + "\n"
    assert [path.name for path in tmp_path.iterdir()] == ["one.txt"]


def test_what_cannot_be_done_is_said_at_once(folder):
    def refused(*arguments, code=2):
        run = transcribe(folder, *arguments)
        assert (run.returncode, run.stdout) == (code, "")
        return run.stderr

    assert refused() == "repartee transcribe: give a FILE, or a folder to --watch.\n"
    assert "missing.wav" in refused("missing.wav")
    assert "missing" in refused("--watch", "missing")
    assert "subtitles of several recordings need a --directory" in refused("-f", "srt", "one.wav", "three.mp3")
    assert "give FILEs or a folder to --watch, not both" in refused("--watch", ".", "one.wav")
    shutil.copy(folder / "one.wav", folder / "two.wav")
    assert "two of the recordings are called 'two'" in refused("-o", "out", "two.wav", "two.webm")
    assert "pocketsphinx does not translate into 'de'" in refused("--translate", "de", "one.wav", code=1)
    assert "pocketsphinx does not understand 'fr'" in refused("--language", "fr", "one.wav", code=1)


# --- a folder that is watched ---


SOUND = wav(speech_like(1.0))
SAID = "somebody spoke"


class Watch:
    """`repartee transcribe --watch in -o out`, with a recogniser that says the same always."""

    def __init__(self, directory, *arguments, **settings):
        self.directory = directory
        self.into = directory / "in"
        self.out = directory / "out"
        self.into.mkdir(exist_ok=True)
        scripted = {"STT_ENGINE": "scripted", "SCRIPTED_STT_TEXT": SAID, **settings}
        self.command = Command("transcribe", "--watch", "in", "-o", "out", *arguments, directory=directory, **scripted)
        self.told = []

    async def start(self):
        await self.command.begin()
        await self.until("Recordings in 'in' become transcripts in 'out'")
        return self

    async def until(self, words):
        """The next line that it tells, which has these words."""
        line = await within(self.command.process.stderr.readline(), f"'{words}' after {self.told}")
        self.told.append(line.decode())
        assert words in self.told[-1], self.told
        return self.told[-1]

    async def until_transcript(self, name):
        await self.until(f"out/{name}\n")
        return (self.out / name).read_text()

    async def end(self):
        """How it ended, and all that it told besides."""
        out, err = await within(self.command.process.communicate(), "the end of the watch")
        return self.command.process.returncode, out.decode(), err.decode()


@asynccontextmanager
async def watching(directory, *arguments, **settings):
    watch = Watch(directory, *arguments, **settings)
    try:
        yield await watch.start()
        watch.command.process.send_signal(signal.SIGTERM)
        assert await watch.end() == (0, "", "")
        drafts = [path.name for path in watch.out.iterdir() if path.suffix not in (".txt", ".json", ".srt", ".vtt")]
        assert not drafts, "nothing half done is left"
    finally:
        if watch.command.process.returncode is None:
            watch.command.process.kill()
            await watch.command.process.wait()


async def test_what_lies_in_a_watched_folder_is_transcribed_where_it_is_not_yet(tmp_path):
    for folder in ("in", "out", "in/below"):
        (tmp_path / folder).mkdir()
    (tmp_path / "out/old.txt").write_text("older than its recording")
    for name in ("done.wav", "new.wav", "old.wav", "below/deep.wav", ".hidden.wav", "letter.txt", "empty.wav"):
        (tmp_path / "in" / name).write_bytes(b"" if name == "empty.wav" else SOUND)
    (tmp_path / "out/done.txt").write_text("done before")
    async with watching(tmp_path) as watch:
        assert "The folder within is not looked into." in watch.told[0]
        told = {await watch.until(".txt"), await watch.until(".txt")}
        assert told == {"out/new.txt\n", "out/old.txt\n"}
        assert (watch.out / "old.txt").read_text() == f"{SAID}\n"
        (watch.into / "last.wav").write_bytes(SOUND)
        assert await watch.until_transcript("last.txt") == f"{SAID}\n"
        assert (watch.out / "done.txt").read_text() == "done before"
        assert sorted(path.name for path in watch.out.iterdir()) == ["done.txt", "last.txt", "new.txt", "old.txt"]


async def test_a_recording_is_taken_up_when_it_is_whole(tmp_path):
    (tmp_path / "in").mkdir()
    with open(tmp_path / "in/before.wav", "wb") as before:
        before.write(SOUND[:9000])
        before.flush()
        async with watching(tmp_path) as watch:
            slow = open(watch.into / "slow.wav", "wb")
            slow.write(SOUND[:9000])
            slow.flush()
            (watch.into / ".rsynced.wav.x7Hg2k").write_bytes(SOUND)
            (watch.into / "fetched.wav.part").write_bytes(SOUND)
            (watch.into / "quick.wav").write_bytes(SOUND)
            await watch.until_transcript("quick.txt")
            assert [path.name for path in watch.out.iterdir()] == ["quick.txt"]
            slow.write(SOUND[9000:])
            slow.close()
            assert await watch.until_transcript("slow.txt") == f"{SAID}\n"
            (watch.into / ".rsynced.wav.x7Hg2k").rename(watch.into / "rsynced.wav")
            await watch.until_transcript("rsynced.txt")
            (watch.into / "fetched.wav.part").rename(watch.into / "fetched.wav")
            await watch.until_transcript("fetched.txt")
            before.write(SOUND[9000:])
            before.close()
            assert await watch.until_transcript("before.txt") == f"{SAID}\n"


async def test_what_comes_by_another_way_counts_as_well(tmp_path):
    outside = tmp_path / "outside.wav"
    outside.write_bytes(SOUND)
    async with watching(tmp_path, "-f", "json") as watch:
        os.link(outside, watch.into / "linked.wav")
        await watch.until_transcript("linked.json")
        outside.rename(watch.into / "moved.wav")
        transcript = json.loads(await watch.until_transcript("moved.json"))
        assert transcript["file"] == "in/moved.wav"
        assert [passage["text"] for passage in transcript["passages"]] == [SAID]
        (watch.into / "moved.wav").rename(watch.into / "renamed.WAV")
        await watch.until_transcript("renamed.json")
        (watch.into / "renamed.WAV").write_bytes(wav(silence(1)))
        assert json.loads(await watch.until_transcript("renamed.json"))["passages"] == []


async def test_a_recording_that_fails_is_told_once_and_done_when_it_is_another(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/broken.webm").write_bytes(bytes.fromhex("1a45dfa3") + b"and nothing of it" * 10)
    (tmp_path / "in/words.wav").write_text("Dear reader, this is no sound at all.")
    async with watching(tmp_path) as watch:
        told = await watch.until("in/") + await watch.until("in/")
        assert "in/broken.webm: " in told
        assert "in/words.wav: it is no recording of a known kind" in told
        (watch.into / "good.wav").write_bytes(SOUND)
        await watch.until_transcript("good.txt")
        (watch.into / "words.wav").write_bytes(SOUND)
        await watch.until_transcript("words.txt")


async def test_an_engine_that_fails_is_tried_again(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/one.wav").write_bytes(SOUND)
    watch = await Watch(tmp_path, STT_ENGINE="wyoming", WYOMING_STT_URI="tcp://127.0.0.1:9").start()
    told = await watch.until("in/one.wav: ")
    assert told.endswith(" It is tried again in 10 s.\n")
    watch.command.process.send_signal(signal.SIGTERM)
    assert await watch.end() == (0, "", "Ended. One recording will be taken up at the next start.\n")


async def test_two_recordings_of_one_name_are_told(tmp_path):
    async with watching(tmp_path) as watch:
        (watch.into / "talk.mp3").write_bytes(SOUND)
        await watch.until_transcript("talk.txt")
        (watch.into / "talk.wav").write_bytes(SOUND)
        told = await watch.until("in/talk.wav: ")
        assert "its transcript would be that of another recording, 'talk.txt'; rename one of them." in told
        (watch.into / "talk.wav").rename(watch.into / "speech.wav")
        await watch.until_transcript("speech.txt")
        (watch.out / "speech.txt").write_text("of speech.wav")
        (watch.into / "speech.mp3").write_bytes(SOUND)
        assert "rename one of them." in await watch.until("in/speech.mp3: ")
        assert (watch.out / "speech.txt").read_text() == "of speech.wav", "though it comes first in the alphabet"


async def test_however_many_files_are_empty_it_ends_when_told_to(tmp_path):
    (tmp_path / "in").mkdir()
    for number in range(1100):
        (tmp_path / f"in/{number}.wav").touch()
    async with watching(tmp_path) as watch:
        (watch.into / "full.wav").write_bytes(SOUND)
        await watch.until_transcript("full.txt")


async def test_a_watched_folder_that_goes_is_the_end(tmp_path):
    watch = await Watch(tmp_path).start()
    watch.into.rename(tmp_path / "elsewhere")
    assert await watch.end() == (1, "", "repartee: 'in' is gone.\n")


async def test_who_ends_it_in_the_middle_is_told_what_is_left(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("one.wav", "two.wav", "three.wav"):
        (tmp_path / "in" / name).write_bytes(SOUND)
    watch = await Watch(tmp_path, SCRIPTED_STT_FINAL_MS="600000").start()
    watch.command.process.send_signal(signal.SIGINT)
    assert await watch.end() == (0, "", "Ended. 3 recordings will be taken up at the next start.\n")
    assert list(watch.out.iterdir()) == []
