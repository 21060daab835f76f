"""`python -m ops.locked surveys`: the part of requirements.lock that one extra needs, hashes included.

An image installs this with `pip --require-hashes --no-deps`, so it holds its own service's packages and no others. What
an extra names comes from `pyproject.toml`; what those packages need in turn comes from the lock's `# via` comments.
Only the standard library is used, and the file runs by itself: `python ops/locked.py surveys`.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==")
_REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[(?P<extras>[^\]]*)\])?")


@dataclass(frozen=True, slots=True)
class Pin:
    """One entry of the lock: its lines as they are, and the packages that asked for it."""

    name: str
    text: str
    via: frozenset[str]


def normal(name: str) -> str:
    """A package's name as it is compared: `Pydantic_Core` is `pydantic-core`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> list[Pin]:
    """The entries of a lock, in its order. A package with a version for each Python has several."""
    entries: list[list[str]] = []
    for line in lock.splitlines():
        if _PIN.match(line):
            entries.append([line])
        elif entries and line.startswith(" "):
            entries[-1].append(line)
    return [_pin(lines) for lines in entries]


def _pin(lines: list[str]) -> Pin:
    found = _PIN.match(lines[0])
    assert found is not None  # noqa: S101 - an entry begins with one
    comments = [line.strip().removeprefix("#").strip() for line in lines if line.lstrip().startswith("#")]
    askers = [comment.removeprefix("via").strip() for comment in comments]
    via = frozenset(normal(asker) for asker in askers if asker and "(" not in asker)
    return Pin(normal(found["name"]), "\n".join(line for line in lines if not line.lstrip().startswith("#")), via)


def wanted(project: Mapping[str, Any], extras: Iterable[str]) -> set[str]:
    """The packages that a project names itself, for itself and for some of its extras.

    Raises ValueError for an extra that the project does not have.
    """
    optional: Mapping[str, list[str]] = project.get("optional-dependencies", {})
    names: set[str] = set()
    open_, seen = list(extras), set()
    requirements = list(project.get("dependencies", []))
    while open_:
        extra = open_.pop()
        if extra not in optional:
            raise ValueError(f"There is no extra {extra}; there are {', '.join(optional)}.")
        if extra not in seen:
            seen.add(extra)
            requirements += optional[extra]
            open_ += [inner for requirement in optional[extra] for inner in _own_extras(requirement, project["name"])]
    for requirement in requirements:
        name, _ = _parts(requirement)
        if name != normal(project["name"]):
            names.add(name)
    return names


def _own_extras(requirement: str, project: str) -> list[str]:
    """The extras that a requirement such as `tinjau[store]` names, if it is one of the project itself."""
    name, extras = _parts(requirement)
    return extras if name == normal(project) else []


def _parts(requirement: str) -> tuple[str, list[str]]:
    found = _REQUIREMENT.match(requirement)
    if not found:
        raise ValueError(f"{requirement} is no requirement.")
    extras = [extra.strip() for extra in (found["extras"] or "").split(",")]
    return normal(found["name"]), [extra for extra in extras if extra]


def closure(locked: Iterable[Pin], names: Iterable[str]) -> list[Pin]:
    """The entries of those names and of all that they need, in the lock's order.

    Raises ValueError for a name that the lock does not have.
    """
    locked, needed = list(locked), set(names)
    missing = needed - {pin.name for pin in locked}
    if missing:
        raise ValueError(f"The lock has no {', '.join(sorted(missing))}.")
    grown = True
    while grown:
        more = {pin.name for pin in locked if pin.name not in needed and pin.via & needed}
        needed |= more
        grown = bool(more)
    return [pin for pin in locked if pin.name in needed]


def subset(extras: Iterable[str], root: Path = ROOT) -> list[Pin]:
    """The entries of the tree's lock that the project needs with these extras. Raises ValueError."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    return closure(pins(lock), wanted(project, extras))


def main(arguments: list[str]) -> int:
    """Print the requirements of the named extras; 2 when one is unknown or none is named."""
    if not arguments:
        sys.stderr.write("usage: python -m ops.locked EXTRA...\n")
        return 2
    try:
        found = subset(arguments)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write("".join(f"{pin.text}\n" for pin in found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
