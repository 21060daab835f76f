"""`tinjau demo --exit` on real processes, twice: it finds what it should, and the second run adds nothing."""

from pathlib import Path

from ops import ports
from services.kit.testing import Cluster
from tests.support.command import tinjau
from tests.support.stack import environment


def test_the_demo_does_the_main_job_and_a_second_run_doubles_nothing(cluster: Cluster, tmp_path: Path) -> None:
    told = environment(cluster) | {
        "TINJAU_HOME": str(tmp_path / "home"),
        "PORT": str(ports.free(1)[0]),
        "COLUMNS": "300",
    }
    first = tinjau("demo", "--exit", environment=told)
    assert first.returncode == 0, first.stderr
    assert "20 of 20 running indices equal the published ones" in first.stdout
    assert first.stdout.count("SIMULATED") == 7
    assert "300 simulated responses, 20 real responses" in first.stdout
    second = tinjau("demo", "--exit", environment=told)
    assert second.returncode == 0, second.stderr
    assert "Everything was there already; nothing was added." in second.stdout
    assert table(second.stdout) == table(first.stdout)


def table(shown: str) -> list[str]:
    """The lines of the tables, which hold every n, index and grade."""
    return [line for line in shown.splitlines() if line.startswith("│")]
