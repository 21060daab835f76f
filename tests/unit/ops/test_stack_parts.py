"""The pieces of a stack by themselves: ports, state on file, what each process is told, pauses, the guardian's list."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ops import environment, guardian, ports
from ops.commands.status import health_of
from ops.credentials import Credentials
from ops.environment import MODULES, SERVICES, Addresses
from ops.failures import Failure, tail
from ops.home import Home
from ops.processes import Part, Supervisor, died
from ops.sharing import shared
from ops.state import Running, State, end_leftovers, only_one, running

KEYS = Credentials(Path("/k/private"), Path("/k/public"), Path("/k/reports"))
ADDRESSES = Addresses({"programs": 1, "surveys": 2, "reports": 3, "gateway": 4})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.make()
    return made


def test_free_ports_are_different_and_usable() -> None:
    picked = ports.free(5)
    assert len(set(picked)) == 5
    for port in picked:
        ports.kept(port).close()


def test_a_port_in_use_is_refused_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind((ports.HOST, 0))
        taken.listen()
        with pytest.raises(Failure, match=r"cannot be used.*--port"):
            ports.kept(taken.getsockname()[1])


def test_a_port_that_is_kept_goes_only_to_who_shares_it() -> None:
    with ports.kept() as keeper:
        port = ports.number(keeper)
        with pytest.raises(Failure, match="cannot be used"):
            ports.kept(port)
        with shared(port) as server:
            server.listen()
            with socket.create_connection((ports.HOST, port)) as client, server.accept()[0] as accepted:
                assert accepted.getpeername() == client.getsockname()
    ports.kept(port).close()


def test_the_port_comes_from_the_option_then_the_environment_then_the_default() -> None:
    assert ports.chosen(9, "7") == 9
    assert ports.chosen(None, "7") == 7
    assert ports.chosen(None, None) == ports.chosen(None, "") == 8080


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1", "٨٠٨٠"])
def test_a_port_variable_that_is_no_port_is_refused(value: str) -> None:
    with pytest.raises(Failure, match="no port number"):
        ports.chosen(None, value)


def test_only_the_gateway_has_several_processes_as_many_as_the_operator_wants() -> None:
    assert environment.processes("surveys", {}) == ["surveys"]
    assert environment.processes("gateway", {}) == ["gateway", "gateway-2"]
    assert environment.processes("gateway", {"TINJAU_GATEWAY_PROCESSES": ""}) == ["gateway", "gateway-2"]
    names = environment.processes("gateway", {"TINJAU_GATEWAY_PROCESSES": "3"})
    assert names == ["gateway", "gateway-2", "gateway-3"]
    assert {environment.part_of(name) for name in names} == {"gateway"}


@pytest.mark.parametrize("told", ["0", "65", "-1", "two", "٢"])
def test_a_number_of_processes_that_is_none_is_refused(told: str) -> None:
    with pytest.raises(Failure, match=r"TINJAU_GATEWAY_PROCESSES is .* from 1 to 64"):
        environment.processes("gateway", {"TINJAU_GATEWAY_PROCESSES": told})


def test_a_process_that_has_ended_is_gone_whoever_answers_at_its_address() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    assert health_of(Running(ended.pid, "log", "http://127.0.0.1:9")) == "gone"


def test_home_is_the_folder_in_the_environment_or_a_hidden_one_here(tmp_path: Path) -> None:
    assert Home.of({"TINJAU_HOME": str(tmp_path)}).folder == tmp_path
    assert Home.of({}).folder == Path.cwd() / ".tinjau"


def test_each_service_gets_its_own_database_and_no_other() -> None:
    databases = environment.database_urls({}, lambda name: f"postgresql:///{name}")
    for part in MODULES:
        told = environment.of_part(part, {"TINJAU_DATABASE_URL": "old", "PATH": "/bin"}, ADDRESSES, databases, KEYS)
        urls = {name: value for name, value in told.items() if name.endswith("DATABASE_URL")}
        expected = {f"TINJAU_{part.upper()}_DATABASE_URL": f"postgresql:///tinjau_{part}"} if part in SERVICES else {}
        assert urls == expected
        assert told["PATH"] == "/bin"


def test_only_the_gateway_is_told_the_private_key_and_only_reports_the_credential() -> None:
    told = {part: environment.of_part(part, {}, ADDRESSES, {}, KEYS) for part in MODULES}
    assert [part for part in told if "/k/private" in told[part].values()] == ["gateway"]
    assert [part for part in told if "/k/reports" in told[part].values()] == ["reports"]
    assert told["surveys"]["TINJAU_SURVEYS_PROGRAMS_URL"] == "http://127.0.0.1:1"
    assert told["reports"]["TINJAU_REPORTS_FEEDS_URL"] == "http://127.0.0.1:4"


def test_a_database_of_the_operators_own_wins_and_spares_the_embedded_one() -> None:
    given = {"TINJAU_DATABASE_URL": "postgresql://all", "TINJAU_SURVEYS_DATABASE_URL": "postgresql://surveys"}
    assert not environment.needs_embedded(given)
    assert environment.database_urls(given, None) == {
        "programs": "postgresql://all",
        "surveys": "postgresql://surveys",
        "reports": "postgresql://all",
    }
    assert environment.needs_embedded({"TINJAU_SURVEYS_DATABASE_URL": "postgresql://surveys"})


def test_state_is_read_as_it_was_written(home: Home) -> None:
    state = State(1, "http://x", {"surveys": Running(2, "log", "http://y"), "postgres": Running(3, "log")})
    state.write(home)
    assert State.read(home) == state


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": 1, "origin": "x", "parts": {"a": {}}}'])
def test_a_broken_state_file_is_as_good_as_none(home: Home, text: str) -> None:
    home.state.write_text(text)
    assert State.read(home) is None


def test_a_second_stack_is_refused_and_told_of_the_first(home: Home) -> None:
    with only_one(home):
        State(os.getpid(), "http://x").write(home)
        assert running(home) == State(os.getpid(), "http://x")
        with pytest.raises(Failure, match=rf"already running.*process {os.getpid()} at http://x"), only_one(home):
            pass
    assert running(home) is None


def test_nothing_runs_where_there_is_no_folder(tmp_path: Path) -> None:
    assert running(Home(tmp_path / "nowhere")) is None


def test_what_a_killed_stack_left_is_ended_but_no_strangers_process(home: Home) -> None:
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    stranger = subprocess.Popen(sleep)
    left = subprocess.Popen([*sleep, "services.surveys.app:create_app", "--factory"])
    # Reaped as soon as it ends, as the system does with processes whose parent is gone.
    threading.Thread(target=left.wait, daemon=True).start()
    parts = {"programs": Running(stranger.pid, "", "http://a"), "surveys": Running(left.pid, "", "http://b")}
    State(1, "http://x", parts).write(home)
    try:
        assert end_leftovers(home) == ["surveys"]
        assert stranger.poll() is None
        assert not home.state.exists()
    finally:
        stranger.kill()
        stranger.wait()
        left.kill()
        left.wait()


def test_pauses_double_with_each_early_death_and_start_small_after_a_steady_run(tmp_path: Path) -> None:
    part = Part("a", ["true"], {}, tmp_path / "log", started=100.0)
    assert [part.next_pause(101.0) for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert part.next_pause(161.0) == 0.5


def test_a_part_that_dies_is_started_again_and_said(tmp_path: Path) -> None:
    said: list[str] = []
    again = threading.Event()
    supervisor = Supervisor(said.append, again.set)
    part = Part("sleeper", ["sleep", "60"], dict(os.environ), tmp_path / "log")
    try:
        supervisor.start(part)
        first = part.pid
        supervisor.watch()
        assert first
        os.kill(first, signal.SIGKILL)
        assert again.wait(10)
        assert part.pid not in {None, first}
        assert "sleeper was killed by SIGKILL" in said[0]
    finally:
        supervisor.stop()
    assert part.pid is None


def test_parts_end_wave_after_wave(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda _: None)
    order = tmp_path / "order"
    slow = f"trap 'sleep 0.3; echo service >> {order}; exit' TERM; echo up; while :; do sleep 0.05; done"
    # Not SIGINT: what is started in the background of a script ignores it, and a shell cannot trap what it was told to.
    quick = f"trap 'echo database >> {order}; exit' USR1; echo up; while :; do sleep 0.05; done"
    supervisor.start(Part("service", ["sh", "-c", slow], dict(os.environ), tmp_path / "a.log"))
    supervisor.start(Part("database", ["sh", "-c", quick], dict(os.environ), tmp_path / "b.log", signal.SIGUSR1, 9))
    while any("up" not in tail(tmp_path / name) for name in ("a.log", "b.log")):
        pass
    supervisor.stop()
    assert order.read_text().split() == ["service", "database"]


def test_the_guardian_remembers_what_still_runs() -> None:
    assert guardian.read(["+ 10 15 0\n", "+ 11 2 9\n", "+ 12 15 0\n", "- 10\n", "nonsense\n"]) == {
        11: (2, 9),
        12: (15, 0),
    }


@pytest.mark.parametrize(("code", "words"), [(1, "ended with status 1"), (-9, "was killed by SIGKILL")])
def test_a_return_code_in_words(code: int, words: str) -> None:
    assert died(code) == words


def test_the_tail_of_a_log_is_its_last_lines_and_nothing_without_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert tail(log) == ""
    log.write_text("\n".join(str(number) for number in range(100)))
    assert tail(log, 2) == "98\n99"


def test_the_state_file_holds_no_password(home: Home) -> None:
    State(1, "http://x", {"postgres": Running(3, "log")}).write(home)
    assert set(json.loads(home.state.read_text())["parts"]["postgres"]) == {"pid", "log", "url"}
