"""Agents: the original's files and their tables, as `repartee check` shows them and as the start takes them."""

import json
import re
import subprocess

import pytest
from support.server import ROOT, binary, environment

EXAMPLES = ROOT / "examples"


def check(directory, **settings):
    """Exit code, what is in force, and mistakes."""
    run = subprocess.run(
        [binary(), "check"], env=environment(directory, **settings), cwd=directory, capture_output=True, text=True,
        timeout=30,
    )  # fmt: skip
    return run.returncode, run.stdout, run.stderr


def value_of(shown, table, key):
    """What `check` shows under a table's key."""
    _, _, rest = shown.partition(f"\n[{table}]\n")
    match = re.search(rf"^{key} = (.*?)\s+# ", rest.partition("\n[")[0], re.MULTILINE)
    assert match, f"no {key} in [{table}] of:\n{shown}"
    return match.group(1)


def test_two_agents_are_built_in(tmp_path):
    code, shown, _ = check(tmp_path)
    assert code == 0
    assert "Who names none talks to shinchan." in shown
    assert value_of(shown, "agents.shinchan", "language") == '"hi"'
    assert value_of(shown, "agents.shinchan", "speed") == "0.85"
    assert value_of(shown, "agents.repartee", "language") == '"en"'


def test_the_examples_are_read_as_they_are(tmp_path):
    code, shown, mistakes = check(
        tmp_path, REPARTEE_AGENTS_JSON=EXAMPLES / "agents.json", REPARTEE_CONFIG_JSON=EXAMPLES / "config.json"
    )
    assert code == 0, mistakes
    written = json.loads((EXAMPLES / "agents.json").read_text(encoding="utf-8"))
    assert f"Who names none talks to {next(iter(written))}." in shown
    for agent, entry in written.items():
        assert value_of(shown, f"agents.{agent}", "name") == json.dumps(entry["name"])
        assert value_of(shown, f"agents.{agent}", "speed") == "0.85"
        assert value_of(shown, f"agents.{agent}.model", "base_url") == '"https://api.deepinfra.com/v1/openai"'
        assert value_of(shown, f"agents.{agent}.model", "thinking") == '"off"'
        assert value_of(shown, f"agents.{agent}.synthesiser", "kind") == '"cartesia"'
        assert value_of(shown, f"agents.{agent}.recogniser", "model") == '"ink-whisper"'
    assert "[agents.shinchan]" not in shown


async def test_the_server_starts_with_the_examples(launch):
    files = {name: (EXAMPLES / name).read_text(encoding="utf-8") for name in ("agents.json", "config.json")}
    await launch({"REPARTEE_AGENTS_JSON": "agents.json", "REPARTEE_CONFIG_JSON": "config.json"}, files=files)


def test_a_table_changes_an_agent_of_the_file(tmp_path):
    (tmp_path / "repartee.toml").write_text(
        '[agents]\ndefault = "professor"\n[agents.professor]\nspeed = 1.1\n[agents.new]\nname = "New"\n'
    )
    code, shown, mistakes = check(tmp_path, REPARTEE_AGENTS_JSON=EXAMPLES / "agents.json")
    assert code == 0, mistakes
    assert "Who names none talks to professor." in shown
    assert value_of(shown, "agents.professor", "speed") == "1.1"
    assert value_of(shown, "agents.new", "name") == '"New"'


def test_keys_are_never_shown(tmp_path):
    config = {"models": {"llm_model": {"model_provider": "openai", "api_key": "sk-visible"}}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    code, shown, mistakes = check(tmp_path, REPARTEE_CONFIG_JSON="config.json")
    assert code == 0
    assert value_of(shown, "agents.shinchan.model", "api_key") == '"********"'
    assert "sk-visible" not in shown + mistakes


def test_every_mistake_is_told_with_file_and_key(tmp_path):
    (tmp_path / "a.json").write_text('{"nora": {"name": 7, "temperature": "warm"}, "bob": []}')
    (tmp_path / "c.json").write_text(
        '{"models": {"tts_model": {"speed": "fast"}, "llm_model": {"api_key": 1}}, "server": {"port": 0}}'
    )
    (tmp_path / "repartee.toml").write_text("[agents.x]\nspeed = 9\nvoise = 1\n")
    code, _, told = check(tmp_path, REPARTEE_AGENTS_JSON="a.json", REPARTEE_CONFIG_JSON="c.json")
    assert code == 2
    for place in (
        "a.json: nora.name:",
        "a.json: nora.temperature:",
        "a.json: bob:",
        "c.json: models.tts_model.speed:",
        "c.json: models.llm_model.api_key:",
        "c.json: server.port:",
        "repartee.toml:2:9: agents.x.speed:",
        'did you mean "agents.x.voice"?',
    ):
        assert place in told, f"{place} is not in:\n{told}"


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "JSON"),
        ("{\n  'a': 1}", "a.json:2:3: this cannot be read as JSON"),
        ("[]", "it must be an object"),
        ("{}", "there is no agent in this file"),
        ('{"a": {}} {"b": {}}', "behind the end"),
        (" " * (1 << 20) + " ", "larger than 1 MiB"),
        ('{"a": {"name": "\ud800"}}', "JSON"),
    ],
    ids=["empty", "quotes", "list", "nobody", "two", "large", "surrogate"],
)
def test_a_file_that_is_none(tmp_path, text, words):
    (tmp_path / "a.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    code, _, told = check(tmp_path, REPARTEE_AGENTS_JSON="a.json")
    assert code == 2
    assert words in told


def test_files_that_are_not_there(tmp_path):
    code, _, told = check(tmp_path, REPARTEE_AGENTS_JSON="nowhere.json", REPARTEE_CONFIG_JSON=tmp_path)
    assert code == 2
    assert "nowhere.json: there is no such file" in told
    assert "this is a directory" in told


def test_engines_that_are_none(tmp_path):
    (tmp_path / "c.json").write_text('{"models": {"tts_model": {"model_provider": "megaphone"}}}')
    (tmp_path / "repartee.toml").write_text('[agents.x.model]\nkind = "telepathy"\n')
    code, _, told = check(tmp_path, REPARTEE_CONFIG_JSON="c.json")
    assert code == 2
    assert "there is no engine 'megaphone'" in told
    assert "agents.x.model.kind: there is no engine 'telepathy'" in told
