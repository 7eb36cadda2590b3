"""Documents that are made from the program say what the program says."""

import re
import subprocess

from support.server import ROOT, binary, environment


def output_of(*arguments, directory):
    run = subprocess.run(
        [binary(), *arguments], env=environment(directory), cwd=directory, capture_output=True, text=True, timeout=30
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_configuration_md_is_what_the_descriptions_say(tmp_path):
    written = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    assert written == output_of("check", "--document", directory=tmp_path), (
        "docs/configuration.md is old: build/dev/repartee check --document > docs/configuration.md"
    )


def test_the_example_settings_file_is_one_the_program_accepts(tmp_path):
    example = output_of("check", "--example", directory=tmp_path)
    (tmp_path / "repartee.toml").write_text(example, encoding="utf-8")
    output_of("check", directory=tmp_path)
    # With every line of it in force.
    uncommented = re.sub(r"^# (?=\[[\w.]+\]$|\w+ = )", "", example, flags=re.MULTILINE)
    (tmp_path / "repartee.toml").write_text(uncommented, encoding="utf-8")
    output_of("check", directory=tmp_path)
