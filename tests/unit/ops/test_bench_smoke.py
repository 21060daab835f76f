"""The command itself, and one measure through the real thing, as small as it gets."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.bench.goals import GOALS
from ops.cli import app

runner = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own."""
    monkeypatch.setenv("TINJAU_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_the_help_names_every_measure() -> None:
    shown = runner.invoke(app, ["bench", "--help"])
    assert shown.exit_code == 0
    words = shown.stdout.replace(",", " ").replace(".", " ").split()
    assert not GOALS.keys() - set(words)


@pytest.mark.parametrize("arguments", [["speed"], ["--scale", "0"], ["--repeat", "0"]], ids=" ".join)
def test_a_wrong_command_line_is_status_2_and_starts_nothing(arguments: list[str], home: Path) -> None:
    assert runner.invoke(app, ["bench", *arguments]).exit_code == 2
    assert not home.exists()


def test_without_wrk_nothing_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    refused = runner.invoke(app, ["bench", "batch"])
    assert refused.exit_code == 1
    assert "package wrk" in refused.stderr
    assert not home.exists()


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk, which makes the load, is not on the PATH")
def test_a_measure_through_the_real_thing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINJAU_REPORTS_FEED_WAIT", "0.5")  # a stack ends when its last request has ended
    done = runner.invoke(app, ["bench", "single_direct", "--scale", "0.001", "--repeat", "1"])
    assert done.exit_code == 0, done.output
    (measured,) = json.loads((home / "bench.json").read_text())
    assert measured["id"] == "single_direct"
    assert measured["faults"] == []
    assert measured["value"] > 0
    assert measured["ratio"] == pytest.approx(measured["value"] / measured["limit"], rel=0.01)
    assert measured["detail"]["p99_ms"] > 0
    assert "| single_direct" in done.stdout
    for limit in ("commits", "copy", "answers", "syncs"):
        assert f"| {limit}: " in done.stdout
    assert [file.name for file in home.iterdir()] == ["bench.json"]
