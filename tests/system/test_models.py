"""`repartee models`: fetching model files from a hub that misbehaves, looking through them, removing them; and what the
engine makes of them."""

import asyncio
import hashlib
import json
import os
import signal
from pathlib import Path

import pytest
import pytest_asyncio
from support.command import Command
from support.hub import Hub, Manner
from support.processes import eventually
from support.server import ROOT, binary
from support.whisper_file import whisper_file

WHISPER_IS_BUILT = (Path(binary()).parent / "repartee-whisper").exists()
needs_whisper = pytest.mark.skipif(not WHISPER_IS_BUILT, reason="built without the engine kit")

SILERO = ROOT / "../shared/models/for-tests-silero-v6.2.0-ggml.bin"

# Knows forty words, and stands for any model of Whisper that nobody publishes a sum of.
TINY_WORDS = (ROOT / "tests/models/tiny-words.bin").read_bytes()
NAME, FILE = "base.en-q5_1", "ggml-base.en-q5_1.bin"
PINNED_NAME, PINNED_FILE = "base.en", "ggml-base.en.bin"

WRONG_COMMAND = 2


@pytest_asyncio.fixture
async def hub():
    hub = Hub()
    hub.files = {FILE: TINY_WORDS, PINNED_FILE: TINY_WORDS}
    await hub.start()
    yield hub
    await hub.stop()


class Shelf:
    """A data directory and the command that works on it."""

    def __init__(self, directory, hub=None):
        self.directory = directory
        self.folder = directory / "data" / "models"
        self.settings = {"REPARTEE_DATA_DIR": directory / "data"}
        if hub is not None:
            self.settings["MODELS_URL"] = hub.url
        # A test waits no longer than it must.
        (directory / "repartee.toml").write_text('[models]\npatience = "1s"\n')

    async def begin(self, *arguments, **settings):
        return await Command("models", *arguments, directory=self.directory, **{**self.settings, **settings}).begin()

    async def end(self, command):
        await command.end()
        self.code, self.out, self.err = command.code, command.out, command.err
        return self.code

    async def run(self, *arguments, **settings):
        return await self.end(await self.begin(*arguments, **settings))

    async def listed(self):
        assert await self.run("list", "--json") == 0, self.err
        return {model["name"]: model for model in json.loads(self.out)["models"]}

    def files(self):
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []

    def record(self):
        return json.loads((self.folder / "record.json").read_text())["files"]

    def part(self):
        path = self.folder / f"{FILE}.part"
        return path.stat().st_size if path.exists() else 0


@pytest.fixture
def shelf(tmp_path, hub):
    return Shelf(tmp_path, hub)


def impatient(shelf):
    """For tests in which every attempt fails."""
    (shelf.directory / "repartee.toml").write_text('[models]\npatience = "200ms"\n')


# --- fetching ---


async def test_a_model_is_fetched_by_its_name(shelf, hub):
    assert await shelf.run("pull", NAME) == 0, shelf.err
    assert shelf.files() == [FILE, "record.json"]
    assert (shelf.folder / FILE).read_bytes() == TINY_WORDS
    entry = shelf.record()[FILE]
    assert entry["sha256"] == hashlib.sha256(TINY_WORDS).hexdigest()
    assert entry["as_published"] is False and entry["address"].startswith(hub.url)
    for words in ("57 MiB", "licence MIT", "nobody publishes its sum", entry["sha256"]):
        assert words in shelf.err, shelf.err
    asked = [call.path for call in hub.calls]
    assert asked == [f"/ggerganov/whisper.cpp/resolve/main/{FILE}", f"/store/{FILE}"]


async def test_one_that_is_here_is_not_fetched_again(shelf, hub):
    await shelf.run("pull", NAME)
    hub.calls.clear()
    assert await shelf.run("pull", NAME) == 0
    assert "here already" in shelf.err and not hub.calls


@pytest.mark.skipif(not SILERO.exists(), reason=f"there is no {SILERO}")
async def test_several_are_fetched_and_one_that_fails_stops_none(shelf, hub):
    hub.files["ggml-silero-v6.2.0.bin"] = SILERO.read_bytes()
    assert await shelf.run("pull", "tiny", "silero") == 1
    assert shelf.files() == ["ggml-silero-v6.2.0.bin", "record.json"]
    assert "repartee: tiny: " in shelf.err and "there is no such file" in shelf.err


async def test_a_name_that_is_none_brings_the_nearest(shelf, hub):
    assert await shelf.run("pull", NAME, "bsae.en") == WRONG_COMMAND
    assert "Did you mean base.en?" in shelf.err and "repartee models list" in shelf.err
    assert not hub.calls and shelf.files() == []


async def test_a_connection_that_breaks_is_gone_on_with(shelf, hub):
    hub.manners = [Manner(cut_after=1_000_000), Manner(cut_after=500_000)]
    assert await shelf.run("pull", NAME) == 0, shelf.err
    assert (shelf.folder / FILE).read_bytes() == TINY_WORDS
    ranges = [call.headers.get("Range") for call in hub.fetches()]
    assert ranges == [None, "bytes=1000000-", "bytes=1500000-"]
    assert "Trying again" in shelf.err


async def test_a_hub_that_falls_silent_is_asked_again(shelf, hub):
    hub.manners = [Manner(stall_after=1_000_000)]
    assert await shelf.run("pull", NAME) == 0, shelf.err
    assert [call.headers.get("Range") for call in hub.fetches()] == [None, "bytes=1000000-"]


async def test_ctrl_c_keeps_what_has_come_and_says_how_to_go_on(shelf, hub):
    hub.manners = [Manner(stall_after=2_000_000)]
    command = await shelf.begin("pull", NAME, MODELS_URL=hub.url)
    await eventually(lambda: shelf.part() > 1_000_000, "the first megabytes")
    command.process.send_signal(signal.SIGINT)
    assert await shelf.end(command) == 1
    kept = shelf.part()
    assert kept > 1_000_000 and f"repartee models pull {NAME}" in shelf.err, shelf.err
    assert (await shelf.listed())[NAME]["part_bytes"] == kept
    assert await shelf.run("pull", NAME) == 0
    assert hub.fetches()[-1].headers["Range"] == f"bytes={kept}-"
    assert (shelf.folder / FILE).read_bytes() == TINY_WORDS
    assert shelf.files() == [FILE, "record.json"]


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGTERM])
async def test_so_does_any_other_end(shelf, hub, harm):
    hub.manners = [Manner(stall_after=2_000_000)]
    command = await shelf.begin("pull", NAME)
    await eventually(lambda: shelf.part() > 1_000_000, "the first megabytes")
    command.process.send_signal(harm)
    assert await shelf.end(command) != 0
    kept = shelf.part()
    assert await shelf.run("pull", NAME) == 0
    assert hub.fetches()[-1].headers["Range"] == f"bytes={kept}-"
    assert (shelf.folder / FILE).read_bytes() == TINY_WORDS


async def test_a_file_that_has_changed_meanwhile_is_fetched_anew(shelf, hub, tmp_path):
    impatient(shelf)
    hub.manners = [Manner(cut_after=1_000_000)] + [Manner(status=500)] * 5
    assert await shelf.run("pull", NAME) == 1
    other = whisper_file(tmp_path / "other", "another one").read_bytes()
    hub.files[FILE] = other
    assert await shelf.run("pull", NAME) == 0, shelf.err
    assert (shelf.folder / FILE).read_bytes() == other
    assert "has changed" in shelf.err


async def test_a_hub_that_knows_no_ranges_gives_all_of_it(shelf, hub):
    hub.manners = [Manner(cut_after=1_000_000), Manner(ranges=False)]
    assert await shelf.run("pull", NAME) == 0, shelf.err
    assert (shelf.folder / FILE).read_bytes() == TINY_WORDS


async def test_without_an_etag_nothing_is_gone_on_with(shelf, hub):
    hub.manners = [Manner(cut_after=1_000_000, etag=""), Manner(etag='W/"weak"')]
    assert await shelf.run("pull", NAME) == 0, shelf.err
    assert [call.headers.get("Range") for call in hub.fetches()] == [None, None]


async def test_a_file_with_another_sum_than_the_published_one_is_not_kept(shelf, hub):
    assert await shelf.run("pull", PINNED_NAME) == 1
    assert "its sum is another" in shelf.err and "thrown away" in shelf.err
    assert shelf.files() == []


@pytest.mark.parametrize(
    "manner, words",
    [
        (Manner(status=404), "there is no such file"),
        (Manner(status=403), "not given to everybody"),
        (Manner(body=b"<html>Welcome to our hotel</html>", content_type="text/html"), "log in"),
        (Manner(body=b"<html>Welcome to our hotel</html>"), "is not the model that was asked for"),
        (Manner(body=TINY_WORDS[:-1000]), "is not the model that was asked for"),
        (Manner(body=TINY_WORDS * 30), "is not fetched"),
    ],
)
async def test_what_is_no_model_is_told_and_leaves_nothing(shelf, hub, manner, words):
    hub.manners = [manner]
    assert await shelf.run("pull", NAME) == 1
    assert words in shelf.err, shelf.err
    assert shelf.files() == []


async def test_a_hub_that_promises_more_than_it_has_does_no_harm(shelf, hub):
    hub.manners = [Manner(claims=len(TINY_WORDS) + 1000)]
    assert await shelf.run("pull", NAME) == 0, shelf.err
    assert (shelf.folder / FILE).read_bytes() == TINY_WORDS


async def test_a_hub_that_always_breaks_off_is_given_up_on(shelf, hub):
    impatient(shelf)
    hub.manners = [Manner(cut_after=1_000_000)] + [Manner(cut_after=0)] * 4
    assert await shelf.run("pull", NAME) == 1
    assert len(hub.fetches()) == 5 and not hub.manners
    assert "put it into" in shelf.err and shelf.part() == 1_000_000


@pytest.mark.parametrize(
    "location, words",
    [
        ("http://example.org/model", "plain http"),
        ("nonsense://x", "refused"),
        (f"/ggerganov/whisper.cpp/resolve/main/{FILE}", "without an end"),
    ],
)
async def test_redirects_that_lead_astray_are_refused(shelf, hub, location, words):
    hub.redirects = [Manner(location=location)] * 6
    assert await shelf.run("pull", NAME) == 1
    assert words in shelf.err, shelf.err
    assert "Trying again" not in shelf.err and shelf.files() == []


async def test_a_hub_over_plain_http_is_none(shelf):
    assert await shelf.run("pull", NAME, MODELS_URL="http://hub.example") == WRONG_COMMAND
    assert "MODELS_URL" in shelf.err and "https" in shelf.err


async def test_offline_it_says_where_to_put_the_file_by_hand(shelf):
    assert await shelf.run("pull", NAME, MODELS_URL="http://127.0.0.1:9") == 1
    for words in ("Nobody answers", f"http://127.0.0.1:9/ggerganov/whisper.cpp/resolve/main/{FILE}", str(shelf.folder), FILE):
        assert words in shelf.err, shelf.err
    assert shelf.files() == []


async def test_without_room_on_the_disk_nothing_is_asked_for(shelf, hub):
    (shelf.directory / "repartee.toml").write_text("[models]\nleast_free = 1_000_000_000\n")
    assert await shelf.run("pull", NAME) == 1
    assert "The disk of" in shelf.err and "Make room" in shelf.err
    assert not hub.calls and shelf.files() == []


async def test_two_that_fetch_the_same_file_do_not_break_each_other(shelf, hub):
    go_on = asyncio.Event()
    hub.manners = [Manner(stall_after=1_000_000, until=go_on)]
    first = await shelf.begin("pull", NAME)
    await eventually(lambda: shelf.part() > 0, "the first bytes")
    assert await shelf.run("pull", NAME) == 1
    assert "Another repartee is fetching" in shelf.err
    go_on.set()
    assert await shelf.end(first) == 0, shelf.err
    assert (shelf.folder / FILE).read_bytes() == TINY_WORDS


# --- what is here ---


async def test_the_list_tells_what_is_here_and_who_uses_it(shelf):
    models = await shelf.listed()
    assert models[NAME]["installed"] is False and models[NAME]["licence"] == "MIT"
    assert sum(model["suits_this_machine"] for model in models.values()) >= 2
    await shelf.run("pull", NAME)
    (shelf.folder / "my-own.bin").write_bytes(TINY_WORDS)
    models = await shelf.listed()
    assert models[NAME]["installed"] and models[NAME]["sum"] == "first_download"
    assert models[NAME]["bytes"] == len(TINY_WORDS) and models[NAME]["used_by"] == "engines.whisper.model"
    assert models["my-own.bin"]["sum"] == "none" and models["my-own.bin"]["used_by"] is None
    assert await shelf.run("list", WHISPER_MODEL="my-own.bin") == 0
    (mine,) = [line for line in shelf.out.splitlines() if "my-own.bin" in line]
    assert "put there by hand" in mine and "engines.whisper.model names it" in mine


async def test_a_damaged_file_is_found(shelf):
    await shelf.run("pull", NAME)
    assert await shelf.run("verify") == 0
    assert shelf.out.startswith(f"ok    {NAME}"), shelf.out
    damage(shelf.folder / FILE)
    assert await shelf.run("verify") == 1
    assert shelf.out.startswith(f"FAIL  {NAME}") and f"repartee models pull {NAME}" in shelf.out
    # That is what it says to do, and it helps.
    assert await shelf.run("pull", NAME) == 0, shelf.err
    assert await shelf.run("verify", NAME) == 0


async def test_a_file_put_there_by_hand_is_compared_with_what_was_published(shelf):
    shelf.folder.mkdir(parents=True)
    (shelf.folder / PINNED_FILE).write_bytes(TINY_WORDS)
    (shelf.folder / FILE).write_bytes(TINY_WORDS)
    assert await shelf.run("verify") == 1
    pinned, advice, other = shelf.out.splitlines()
    assert pinned.startswith("FAIL  base.en ") and "not the file that was published" in pinned
    assert "repartee models remove base.en" in advice
    assert other.startswith(f"ok    {NAME}") and "by hand" in other


async def test_what_is_removed_is_gone(shelf, hub):
    await shelf.run("pull", NAME)
    assert await shelf.run("remove", NAME) == 0
    assert shelf.files() == ["record.json"] and shelf.record() == {}
    assert await shelf.run("remove", NAME) == 1
    assert "no model" in shelf.err


async def test_so_is_what_had_not_come_in_whole(shelf, hub):
    impatient(shelf)
    hub.manners = [Manner(cut_after=1_000_000)] + [Manner(status=500)] * 5
    await shelf.run("pull", NAME)
    assert shelf.part() == 1_000_000
    assert await shelf.run("remove", NAME) == 0
    assert shelf.files() == []


# --- what an engine makes of it ---


def damage(path):
    """One byte of the last weights."""
    body = bytearray(path.read_bytes())
    body[-5] ^= 1
    path.write_bytes(body)


@needs_whisper
async def test_what_was_fetched_is_used_until_it_is_damaged(shelf, launch):
    await shelf.run("pull", NAME)
    settings = {"STT_ENGINE": None, "REPARTEE_DATA_DIR": str(shelf.directory / "data")}
    server = await launch(settings)
    await eventually(lambda: "in a worker, English" in server.output, "the choice of the recogniser")
    await server.stop()
    damage(shelf.folder / FILE)
    server = await launch(settings)
    await eventually(lambda: "its sum is another" in server.output, server.output)
    assert f"-> repartee models pull {NAME}" in server.output, server.output
    assert "recogniser   pocketsphinx" in server.output


@needs_whisper
async def test_a_server_that_runs_uses_what_is_fetched_meanwhile(shelf, launch):
    settings = {"STT_ENGINE": None, "REPARTEE_DATA_DIR": str(shelf.directory / "data")}
    server = await launch(settings, files={"repartee.toml": '[engines]\ncheck_interval = "200ms"\n'})
    await shelf.run("pull", NAME)
    await server.event("engine chosen", trade="recogniser", engine="whisper")
    damage(shelf.folder / FILE)  # its worker may have to be started again at any moment
    await server.event("engine chosen", trade="recogniser", engine="pocketsphinx")


@needs_whisper
async def test_the_sum_is_not_computed_at_every_start(shelf, launch):
    await shelf.run("pull", NAME)
    path = shelf.folder / FILE
    # Damage that changes neither size, time nor inode shows who reads the file and who remembers it.
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(-5, os.SEEK_END)
        file.write(bytes([TINY_WORDS[-5] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    server = await launch({"STT_ENGINE": None, "REPARTEE_DATA_DIR": str(shelf.directory / "data")})
    await eventually(lambda: "in a worker, English" in server.output, "the choice of the recogniser")
    assert await shelf.run("verify") == 1, "verify always reads"
