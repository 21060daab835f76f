"""`tinjau up` as a process: it stops cleanly, keeps its parts alive, and leaves nothing behind however it ends."""

import os
import signal
import socket
from pathlib import Path

import httpx2
import pytest

from ops import ports
from ops.failures import Failure
from services.kit.testing import Cluster
from tests.support.command import STOP_SECONDS, gone, ready, tinjau, up
from tests.support.stack import environment, eventually

PARTS = {"programs", "surveys", "reports", "gateway", "gateway-2"}


@pytest.fixture(scope="module")
def told(cluster: Cluster) -> dict[str, str]:
    """Databases that the stacks of this module share, one stack after the other."""
    return environment(cluster)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_parts_and_is_no_failure(tmp_path: Path, told: dict[str, str], number: int) -> None:
    home = tmp_path / "home"
    with up(home, told) as stack:
        assert set(stack.pids()) == PARTS
        family = stack.family()
        assert set(stack.pids().values()) < family
        stack.process.send_signal(number)
        assert stack.process.wait(STOP_SECONDS) == 0
        assert gone(family, 1)
    assert not (home / "stack.json").exists()


def test_a_part_that_is_killed_comes_back_at_the_same_address(tmp_path: Path, told: dict[str, str]) -> None:
    with up(tmp_path / "home", told) as stack:
        before = stack.state()["parts"]["surveys"]
        os.kill(before["pid"], signal.SIGKILL)
        assert gone({before["pid"]})
        with pytest.raises(Failure, match="cannot be used"):
            ports.kept(httpx2.URL(before["url"]).port or 0)
        eventually(lambda: stack.pids()["surveys"], lambda pid: pid != before["pid"])
        assert ready(before["url"])


def test_processes_of_the_gateway_stand_in_for_each_other_and_count_together(
    tmp_path: Path, told: dict[str, str]
) -> None:
    with up(tmp_path / "home", told) as stack:
        send(stack.origin, 20)
        killed = stack.pids()["gateway"]
        os.kill(killed, signal.SIGKILL)
        assert gone({killed})
        send(stack.origin, 20)
        eventually(lambda: stack.pids()["gateway"], lambda pid: pid != killed)
        assert ready(stack.origin)
        shown = httpx2.get(f"{stack.origin}/metrics").text
    assert 'tinjau_requests_total{method="POST",route="/api/v1/responses",status="401"} 40.0' in shown
    assert 'tinjau_request_seconds_count{route="/api/v1/responses"} 40.0' in shown


def send(origin: str, count: int) -> None:
    """So many requests, each on a connection of its own and with an answer."""
    for _ in range(count):
        assert httpx2.post(f"{origin}/api/v1/responses", timeout=5).status_code == 401


def test_a_stack_that_is_killed_leaves_no_process_and_the_next_one_starts(tmp_path: Path, told: dict[str, str]) -> None:
    home = tmp_path / "home"
    with up(home, told) as stack:
        family = stack.family()
        stack.process.kill()
        stack.process.wait()
        assert gone(family)
    with up(home, told) as stack:
        assert ready(stack.origin)


def test_even_with_the_guardian_killed_the_next_stack_cleans_up(tmp_path: Path, told: dict[str, str]) -> None:
    home = tmp_path / "home"
    with up(home, told) as stack:
        family, parts = stack.family(), set(stack.pids().values())
        for pid in {stack.process.pid} | (family - parts):
            os.kill(pid, signal.SIGKILL)
        stack.process.wait()
    with up(home, told) as stack:
        assert gone(parts, 1)
        assert ready(stack.origin)


def test_a_second_stack_in_the_same_folder_is_refused(tmp_path: Path, told: dict[str, str]) -> None:
    home = tmp_path / "home"
    with up(home, told) as stack:
        second = tinjau("up", "--port", str(ports.free(1)[0]), environment=told | {"TINJAU_HOME": str(home)})
        assert second.returncode == 1
        assert f"already running in {home} with process {stack.process.pid} at {stack.origin}" in second.stderr
        assert ready(stack.origin)


def test_a_port_in_use_is_said_and_nothing_is_started(tmp_path: Path, told: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind((ports.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = tinjau("up", environment=told | {"TINJAU_HOME": str(tmp_path / "home"), "PORT": str(port)})
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in refused.stderr


def test_what_does_not_start_is_named_with_the_end_of_its_log(tmp_path: Path, told: dict[str, str]) -> None:
    home = tmp_path / "home"
    broken = told | {"TINJAU_HOME": str(home), "TINJAU_LOG_FORMAT": "verse", "PORT": str(ports.free(1)[0])}
    refused = tinjau("up", environment=broken)
    assert refused.returncode == 1
    assert "could not be migrated" in refused.stderr or "while it started" in refused.stderr
    assert "log_format" in refused.stderr.lower()
    assert not (home / "stack.json").exists()


def test_status_shows_the_parts_and_fails_where_nothing_runs(tmp_path: Path, told: dict[str, str]) -> None:
    home = tmp_path / "home"
    here = told | {"TINJAU_HOME": str(home), "COLUMNS": "300"}
    with up(home, told):
        shown = tinjau("status", environment=here)
        assert shown.returncode == 0, shown.stderr
        for part in PARTS:
            assert part in shown.stdout
    assert tinjau("status", environment=here).returncode == 1
