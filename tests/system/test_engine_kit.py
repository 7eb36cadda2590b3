"""A machine that cannot have the engine kit: less is built there, and CI does not take that for well."""

import os
import subprocess

import pytest
from support.server import ROOT

FETCH = f"""
set -euo pipefail
say() {{ printf '%s\\n' "$*" >&2; }}
fail() {{ say "dev: $*"; exit 1; }}
source {ROOT}/tools/engine_kit.sh
ensure_engine_kit
echo "and on"
"""


@pytest.fixture
def fetch(tmp_path):
    """Asks for the kit on a machine without these engines, whose apt-get reaches nobody."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, words in {"apt-get": "exit 100", "pkg-config": "exit 1"}.items():
        (tools / name).write_text(f"#!/bin/sh\n{words}\n")
        (tools / name).chmod(0o755)

    def ask(**more):
        kept = {name: value for name, value in os.environ.items() if name != "CI"}
        environment = {**kept, "PATH": f"{tools}:{os.environ['PATH']}", "root": str(tmp_path), **more}
        return subprocess.run(["bash", "-c", FETCH], env=environment, capture_output=True, text=True, timeout=30)

    return ask


def test_a_user_is_told_and_goes_on(fetch):
    outcome = fetch()
    assert outcome.returncode == 0 and outcome.stdout == "and on\n", outcome
    assert "could not be fetched" in outcome.stderr and "without Whisper" in outcome.stderr
    assert fetch().stderr == "", "it is not tried again at once"


def test_ci_fails_and_says_why(fetch):
    outcome = fetch(CI="true")
    assert outcome.returncode == 1 and outcome.stdout == "", outcome
    assert "name no Debian mirror" in outcome.stderr, outcome.stderr
    assert "CI has to run the real engines" in outcome.stderr
    assert fetch(CI="true").returncode == 1, "each time, however soon"


def test_ci_leaves_no_test_of_the_kit_out(tmp_path):
    (tmp_path / "repartee").write_text("")
    (tmp_path / "repartee").chmod(0o755)
    environment = {**os.environ, "REPARTEE_BINARY": str(tmp_path / "repartee"), "CI": "true", "REPARTEE_SANITIZE": ""}

    def run():
        test = ROOT / "tests/system/test_isolation.py"
        command = ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    assert run().returncode == 1
    environment["REPARTEE_SANITIZE"] = "address"
    assert run().returncode == 0
