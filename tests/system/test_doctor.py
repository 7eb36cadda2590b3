"""`repartee doctor`: the machine, models, engines, and how well they do when they are tried."""

import re
from pathlib import Path

import pytest
from support.command import Command
from support.ollama import Answer, Ending
from support.server import ROOT, binary

WHISPER_IS_BUILT = (Path(binary()).parent / "repartee-whisper").exists()
needs_whisper = pytest.mark.skipif(not WHISPER_IS_BUILT, reason="built without the engine kit")

TINY_WORDS = (ROOT / "tests/models/tiny-words.bin").read_bytes()

# With what is built in, and nothing that might be running on this machine.
EMBEDDED = {"LLM_ROUTE": "rules", "PORT": "1", "CI": ""}


@pytest.fixture
def doctor(tmp_path):
    async def run(*arguments, **settings):
        command = Command("doctor", *arguments, directory=tmp_path, **{**EMBEDDED, "REPARTEE_DATA_DIR": tmp_path, **settings})
        return await command.run()

    return run


def lines_about(run, subject):
    """What is said of it, with the mark in front."""
    pattern = re.compile(rf"^  (ok  |FAIL|off ) {re.escape(subject)} +(.*)$", re.MULTILINE)
    return [(mark.strip(), words) for mark, words in pattern.findall(run.out)]


async def test_it_knows_the_machine(doctor):
    run = await doctor("--quick")
    assert run.code == 0, run.out
    for subject in ("processor", "memory", "disk"):
        assert lines_about(run, subject)[0][0] == "ok", run.out
    assert "core" in lines_about(run, "processor")[0][1]
    assert "Self-test" not in run.out


async def test_it_says_which_models_would_suit_and_how_to_fetch_them(doctor):
    run = await doctor("--quick")
    (mark, words), *_ = lines_about(run, "silero")
    assert mark == "off" and "licence MIT" in words and "tells voices from noise" in words
    assert "-> repartee models pull silero" in run.out
    assert re.search(r"to recognise speech: .* MiB to fetch, about \d+ MiB of memory, licence MIT", run.out), run.out


async def test_it_tries_what_is_built_in(doctor):
    run = await doctor()
    assert run.code == 0, run.out
    (_, heard), = lines_about(run, "recogniser")
    assert re.search(r'pocketsphinx: understood "what time is it" of "what time is it", [\d.]+ m?s after', heard), heard
    spoken = dict(words.split(": ", 1) for _, words in lines_about(run, "synthesiser"))
    for voice in ("flite", "espeak"):
        assert re.match(r"first sound after [\d.]+ m?s, [\d.]+ times as fast", spoken[voice]), spoken
    decoders = dict(words.split(": ", 1) for _, words in lines_about(run, "decoder"))
    assert "0.5 s of sound" in decoders["decode"] and "s of sound" in decoders["wav"]
    assert "finds the voice" in lines_about(run, "detector")[0][1]
    assert lines_about(run, "model")[0][1].startswith("rules: first word after")


async def test_one_that_hangs_is_reported_and_the_rest_goes_on(doctor, ollama):
    ollama.answer = Answer(words=(), ending=Ending.STALLS)
    run = await doctor("--patience", "1", LLM_ROUTE="ollama", OLLAMA_BASE_URL=ollama.url)
    assert run.code == 1
    assert lines_about(run, "model") == [("FAIL", "ollama: it has not done its work after 1.0 s")]
    assert all(mark == "ok" for mark, _ in lines_about(run, "synthesiser")), run.out


async def test_nobody_elses_computer_is_asked(doctor):
    run = await doctor(STT_ENGINE="soniox, pocketsphinx")
    recognisers = lines_about(run, "recogniser")
    assert ("off", "soniox: not tried, it is somebody else's computer") in recognisers
    assert any(words.startswith("pocketsphinx: understood") for _, words in recognisers)


@needs_whisper
async def test_a_model_that_is_here_is_looked_through_and_tried(doctor, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models/ggml-tiny.en.bin").write_bytes(TINY_WORDS)
    (tmp_path / "models/ggml-small.bin").write_bytes(TINY_WORDS[:-100])
    run = await doctor(WHISPER_MODEL="tiny.en")
    (mark, words), = lines_about(run, "tiny.en")
    assert mark == "ok" and "put there by hand" in words and "in use by engines.whisper.model" in words
    (mark, words), = lines_about(run, "small")
    assert mark == "FAIL" and "cut off" in words and "-> repartee models pull small" in run.out
    heard = [words for _, words in lines_about(run, "recogniser")]
    assert any(re.match(r'whisper: understood ".*" of "what time is it", ', words) for words in heard), run.out


async def test_a_folder_that_cannot_be_written_to_is_told(doctor, tmp_path):
    (tmp_path / "file").write_text("in the way")
    run = await doctor("--quick", REPARTEE_DATA_DIR=tmp_path / "file" / "data")
    assert run.code == 1
    assert lines_about(run, "data")[0][0] == "FAIL", run.out
