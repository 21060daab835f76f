"""`tinjau demo` on real processes, twice: it finds what it should, the second run adds nothing, and both the table and
the calls that the README shows are true."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ops import ports
from services.kit.testing import Cluster
from tests.support.command import tinjau, up
from tests.support.stack import environment

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def told(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What every command of this module is told: one home, one set of databases, a screen of 80 columns."""
    home = tmp_path_factory.mktemp("demo") / "home"
    return environment(cluster) | {"TINJAU_HOME": str(home), "PORT": str(ports.free(1)[0]), "COLUMNS": "80"}


@pytest.fixture(scope="module")
def first(told: dict[str, str]) -> str:
    """What the first run prints."""
    done = tinjau("demo", "--exit", environment=told)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_demo_does_the_main_job(first: str) -> None:
    assert "20 of 20 running indices equal the published ones" in " ".join(first.split())
    assert first.count("SIMULATED") == 7
    assert "300 simulated responses, 20 real responses" in " ".join(first.split())


def test_the_readme_shows_what_it_prints(first: str) -> None:
    shown = next(block for block in re.findall(r"```\n(.*?)```", README, re.DOTALL) if "Satisfaction index" in block)
    said = [line.rstrip() for line in first.splitlines()]
    assert [line for line in shown.splitlines() if line.rstrip() not in said] == []


def test_a_second_run_doubles_nothing(first: str, told: dict[str, str]) -> None:
    second = tinjau("demo", "--exit", environment=told)
    assert second.returncode == 0, second.stderr
    assert "Everything was there already; nothing was added." in second.stdout
    assert table(second.stdout) == table(first)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's calls are made with curl")
def test_the_calls_of_the_readme_work_and_the_demo_still_does(first: str, told: dict[str, str]) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    script = script.replace("localhost:8080", f"127.0.0.1:{told['PORT']}")
    script = script.replace(".venv/bin/tinjau", f"{sys.executable} -m ops")
    script = script.replace("curl ", "curl --silent --show-error --write-out '\\n' ")
    home = Path(told["TINJAU_HOME"])
    with up(home, told, port=int(told["PORT"])):
        done = subprocess.run(
            ["bash", "-euc", script], cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        regions, reviews, visits, questionnaires, receipt, index = map(json.loads, done.stdout.splitlines())
    assert regions["items"][0]["code"] == "33.25"
    assert reviews["items"][0]["id"] in script
    assert visits["items"][0]["review"] == reviews["items"][0]["id"]
    assert questionnaires["items"][0]["id"] == reviews["items"][0]["questionnaire"]
    assert receipt["status"] == "created", receipt
    assert index["simulated"]
    assert index["respondents"] >= 300
    third = tinjau("demo", "--exit", environment=told)
    assert third.returncode == 0, third.stderr


def table(shown: str) -> list[str]:
    """The lines of the tables, which hold every n, index and grade."""
    return [line for line in shown.splitlines() if line.startswith("│")]
