"""Secrets of an installation: made once, kept, and readable by their owner only."""

from pathlib import Path

import pytest

from ops import credentials
from ops.failures import Failure


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_folder_and_every_secret_in_it_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    made = credentials.ensure(folder)
    credentials.database_passwords(folder, ["surveys"])
    assert mode(folder) == 0o700
    assert {mode(file) for file in folder.iterdir() if file != made.public_key} == {0o600}


def test_an_open_folder_is_closed_when_it_is_used(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    credentials.ensure(tmp_path)
    assert mode(tmp_path) == 0o700


def test_keys_and_passwords_are_kept_and_the_reports_credential_is_renewed(tmp_path: Path) -> None:
    first = credentials.ensure(tmp_path)
    passwords = credentials.database_passwords(tmp_path, ["surveys"])
    kept = {file: file.read_bytes() for file in (first.private_key, first.public_key, *passwords)}
    first.reports.write_text("expired")
    assert credentials.ensure(tmp_path) == first
    credentials.database_passwords(tmp_path, ["surveys"])
    assert {file: file.read_bytes() for file in kept} == kept
    assert first.reports.read_text() != "expired"


def test_a_password_file_holds_the_services_role_and_password(tmp_path: Path) -> None:
    credentials.ensure(tmp_path)
    credentials.database_passwords(tmp_path, ["surveys", "reports"])
    password = (tmp_path / "surveys.password").read_text()
    assert (tmp_path / "surveys.pgpass").read_text() == f"*:*:*:tinjau_surveys:{password}\n"
    assert len({(tmp_path / f"{name}.password").read_text() for name in ("postgres", "surveys", "reports")}) == 3


def test_looking_for_credentials_makes_none(tmp_path: Path) -> None:
    assert credentials.existing(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    made = credentials.ensure(tmp_path)
    assert credentials.existing(tmp_path) == made


def test_an_unknown_role_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="emperor"):
        credentials.ensure(tmp_path).token("emperor")
