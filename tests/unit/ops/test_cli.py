"""The command line: every command explains itself, and a failure is one sentence and a status."""

from pathlib import Path

import jwt
import pytest
from typer.testing import CliRunner

from ops.cli import app

COMMANDS = ["up", "demo", "migrate", "status", "token", "compute", "rebuild", "secrets", "openapi", "bench"]
runner = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, so that no test finds a stack of the developer's."""
    monkeypatch.setenv("TINJAU_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TINJAU_TOKEN", raising=False)
    return tmp_path / "home"


def test_the_help_lists_every_command_with_a_sentence() -> None:
    shown = runner.invoke(app, ["--help"])
    assert shown.exit_code == 0
    for command in COMMANDS:
        line = next(line for line in shown.stdout.splitlines() if line.split()[:1] == [command])
        assert len(line.split()) > 3


@pytest.mark.parametrize("command", [*([name] for name in COMMANDS), ["rebuild", "reports"]], ids=" ".join)
def test_every_command_has_a_help_text_and_explains_its_options(command: list[str]) -> None:
    shown = runner.invoke(app, [*command, "--help"])
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert any(line.strip().endswith(".") for line in lines)
    for line in lines:
        if line.strip().startswith("--"):
            assert len(line.split()) > 2, line


def test_a_wrong_option_is_status_2() -> None:
    assert runner.invoke(app, ["up", "--harbour", "1"]).exit_code == 2
    assert runner.invoke(app, ["up", "--port", "0"]).exit_code == 2


def test_a_token_carries_its_role_and_claims(home: Path) -> None:
    made = runner.invoke(app, ["token", "--role", "team", "--region", "33.25", "--days", "2"])
    assert made.exit_code == 0
    payload = jwt.decode(made.stdout.strip(), options={"verify_signature": False}, algorithms=["EdDSA"])
    assert payload["role"] == "team"
    assert payload["claims"] == {"region": "33.25"}
    assert payload["exp"] - payload["iat"] == 2 * 24 * 3600


def test_secrets_are_listed_by_file_and_never_shown(tmp_path: Path) -> None:
    folder = tmp_path / "for-containers"
    made = runner.invoke(app, ["secrets", str(folder)])
    assert made.exit_code == 0
    assert sorted(Path(line) for line in made.stdout.splitlines()) == sorted(folder.iterdir())


@pytest.mark.parametrize("command", [["status"], ["rebuild", "reports"]], ids=" ".join)
def test_what_needs_a_running_stack_says_so(command: list[str], home: Path) -> None:
    refused = runner.invoke(app, command)
    assert refused.exit_code == 1
    assert f"No stack runs in {home}" in refused.stderr


def test_another_tinjau_needs_a_token() -> None:
    refused = runner.invoke(app, ["demo", "--against", "http://127.0.0.1:1"])
    assert refused.exit_code == 1
    assert "token of role admin" in refused.stderr


def test_an_unknown_service_is_named(home: Path) -> None:
    refused = runner.invoke(app, ["migrate", "weather"])
    assert refused.exit_code == 1
    assert "no service weather" in refused.stderr
    assert not home.exists()
