"""What docker-compose.yml and the Dockerfile promise: one door, no root, no default secret, everything in order."""

import os
import re
from typing import Any

import pytest
import yaml

from ops import credentials
from ops.environment import SERVICES
from tests.support.apps import settings_of, variables_of
from tests.support.tree import ROOT

PARTS = (*SERVICES, "gateway")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
STARTS = (ROOT / "ops" / "containers" / "databases.sh").read_text()


def secrets_of(container: str) -> dict[str, str]:
    """The secrets that a container is given: name → the file's name in it."""
    given = CONTAINERS[container].get("secrets", [])
    return {
        each if isinstance(each, str) else each["source"]: each if isinstance(each, str) else each["target"]
        for each in given
    }


def test_there_is_a_database_a_job_for_each_service_and_every_part() -> None:
    assert set(CONTAINERS) == {"postgres", *(f"migrate-{service}" for service in SERVICES), *PARTS}
    assert CONTAINERS["postgres"]["image"] == "postgres:18"


def test_only_the_gateway_is_published_and_on_loopback_unless_told() -> None:
    assert [name for name, told in CONTAINERS.items() if told.get("ports")] == ["gateway"]
    assert CONTAINERS["gateway"]["ports"] == ["${TINJAU_BIND:-127.0.0.1}:${TINJAU_PORT:-8080}:8000"]


def test_the_database_is_reached_by_services_only_and_nothing_else_from_outside() -> None:
    networks = {name: set(told["networks"]) for name, told in CONTAINERS.items()}
    assert networks["postgres"] == {"data"}
    assert networks["gateway"] == {"parts", "door"}
    assert all(COMPOSE["networks"][name]["internal"] for name in ("data", "parts"))
    assert [name for name, joined in networks.items() if "door" in joined] == ["gateway"]


@pytest.mark.parametrize("name", CONTAINERS)
def test_no_container_can_grow_in_rights_or_write_to_its_image(name: str) -> None:
    told = CONTAINERS[name]
    assert told["read_only"] is True
    assert told["cap_drop"] == ["ALL"]
    assert told["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in told
    assert told.get("user", "") not in {"root", "0"}


def test_folders_in_memory_that_no_image_has_belong_to_whom_they_are_for() -> None:
    """The engine gives them the mode 0755 when a killed container is started again, whatever was asked for."""
    for told in CONTAINERS.values():
        for place in told["tmpfs"]:
            assert place == "/tmp" or ":uid=" in place


def test_the_image_runs_as_a_user_that_is_not_root() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert CONTAINERS["postgres"]["user"] == "postgres"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_after_its_migration_and_that_after_the_database(service: str) -> None:
    job = CONTAINERS[f"migrate-{service}"]
    assert job["command"] == ["python", "-m", f"services.{service}", "migrate"]
    assert job["restart"] == "no"
    assert job["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert CONTAINERS[service]["depends_on"] == {
        "postgres": {"condition": "service_healthy"},
        f"migrate-{service}": {"condition": "service_completed_successfully"},
    }


def test_the_gateway_starts_when_all_services_are_well() -> None:
    assert CONTAINERS["gateway"]["depends_on"] == {service: {"condition": "service_healthy"} for service in SERVICES}
    assert re.search(r"^HEALTHCHECK .*\\\n +CMD \[\"python\", .*/health/ready", DOCKERFILE, re.MULTILINE)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_told_every_setting_it_requires_and_none_that_it_does_not_know(part: str) -> None:
    kind = settings_of(part)
    variables = variables_of(kind)
    told = {*CONTAINERS[part]["environment"], *secrets_of(part).values()}
    told = {name for name in told if name.startswith("TINJAU_")}
    assert told <= {name for names in variables.values() for name in names}
    for field, info in kind.model_fields.items():
        if info.is_required():
            assert told & set(variables[field]), field


@pytest.mark.parametrize("part", PARTS)
def test_files_that_settings_name_are_secrets_of_the_container(part: str) -> None:
    named = [value for name, value in CONTAINERS[part]["environment"].items() if name.endswith("_FILE")]
    assert named
    assert {file.removeprefix("/run/secrets/") for file in named} <= set(secrets_of(part).values())


def test_each_secret_goes_only_where_it_is_used() -> None:
    holders: dict[str, set[str]] = {}
    for container in CONTAINERS:
        for secret in secrets_of(container):
            holders.setdefault(secret, set()).add(container)
    assert set(holders) == set(COMPOSE["secrets"])
    assert holders["gateway.key.pem"] == {"gateway"}
    assert holders["postgres.password"] == {"postgres"}
    assert holders["reports.token"] == {"reports", "migrate-reports"}
    for service in SERVICES:
        assert holders[f"{service}.password"] == {"postgres"}
        assert holders[f"{service}.url"] == {service, f"migrate-{service}"}


def test_one_command_makes_every_secret_that_is_named(tmp_path: Any) -> None:
    made = {file.name for file in credentials.for_containers(tmp_path, SERVICES)}
    assert {os.path.basename(told["file"]) for told in COMPOSE["secrets"].values()} == made  # noqa: PTH119 - has a variable


def test_nothing_secret_is_written_down() -> None:
    for name, told in CONTAINERS.items():
        for variable, value in told.get("environment", {}).items():
            assert not re.search("PASSWORD|TOKEN|SECRET", variable), (name, variable)
            assert "@" not in str(value), (name, variable)


def test_every_service_has_a_role_and_a_database_that_the_others_cannot_enter() -> None:
    assert f"for service in {' '.join(SERVICES)}; do" in STARTS
    assert 'CREATE DATABASE :"role" OWNER :"role"' in STARTS
    assert 'REVOKE ALL ON DATABASE :"role" FROM PUBLIC' in STARTS
    assert os.access(ROOT / "ops" / "containers" / "databases.sh", os.X_OK)


def test_the_builder_is_sent_what_the_dockerfile_copies_and_no_secret() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert {each for line in copied for each in line.split()} == {
        line.removeprefix("!") for line in ignored if line.startswith("!")
    }


def test_the_dockerfile_needs_no_frontend_from_elsewhere_and_checks_every_package() -> None:
    assert not DOCKERFILE.startswith("# syntax")
    for option in ("--require-hashes", "--no-deps", "--no-cache-dir"):
        assert option in DOCKERFILE
