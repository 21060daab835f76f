"""Secrets of an installation: made once, kept, and readable by their owner only."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from ops import credentials
from ops.failures import Failure


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_folder_and_every_secret_in_it_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    made = credentials.ensure(folder)
    assert mode(folder) == 0o700
    assert {mode(file) for file in folder.iterdir() if file != made.public_key} == {0o600}


def test_an_open_folder_is_closed_when_it_is_used(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    credentials.ensure(tmp_path)
    assert mode(tmp_path) == 0o700


def test_what_containers_are_given_can_be_read_by_any_user_in_them_but_lies_in_a_closed_folder(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    given = credentials.for_containers(folder, ["surveys"])
    assert sorted(given) == sorted(folder.iterdir())
    assert {mode(file) for file in given} == {0o644}
    assert mode(folder) == 0o700


def test_a_secret_that_was_opened_to_containers_stays_so_when_it_is_renewed(tmp_path: Path) -> None:
    credentials.for_containers(tmp_path, ["surveys"])
    made = credentials.ensure(tmp_path)
    assert mode(made.reports) == 0o644


def test_keys_and_passwords_are_kept_and_the_reports_credential_is_renewed(tmp_path: Path) -> None:
    first = credentials.ensure(tmp_path)
    files = credentials.for_containers(tmp_path, ["surveys"])
    kept = {file: file.read_bytes() for file in files if file != first.reports}
    first.reports.write_text("expired")
    assert credentials.for_containers(tmp_path, ["surveys"]) == files
    assert {file: file.read_bytes() for file in kept} == kept
    assert first.reports.read_text() != "expired"


def test_each_services_url_has_its_own_role_database_and_password(tmp_path: Path) -> None:
    credentials.for_containers(tmp_path, ["surveys", "reports"])
    passwords = {name: (tmp_path / f"{name}.password").read_text() for name in ("postgres", "surveys", "reports")}
    assert len(set(passwords.values())) == 3
    assert all(len(password) >= 43 for password in passwords.values())
    for service in ("surveys", "reports"):
        url = make_url((tmp_path / f"{service}.url").read_text())
        assert (url.username, url.database, url.host) == (f"tinjau_{service}", f"tinjau_{service}", "postgres")
        assert url.password == passwords[service]


def test_looking_for_credentials_makes_none(tmp_path: Path) -> None:
    assert credentials.existing(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    made = credentials.ensure(tmp_path)
    assert credentials.existing(tmp_path) == made


def test_an_unknown_role_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="emperor"):
        credentials.ensure(tmp_path).token("emperor")
