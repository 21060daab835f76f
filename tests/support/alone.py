"""A part by itself: a copy of the tree without the others, and only the packages that its own extra names.

The packages are links to those of this environment, in a folder that stands alone: with `-S` Python sees no other. So
a package that an extra forgets is missing here too, without anything being installed.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement

from ops.locked import subset
from tests.support.tree import ROOT, files


@contextmanager
def place() -> Iterator[Path]:
    """A folder that is gone afterwards. Everybody may pass through it: PostgreSQL, started by root, runs as another
    user, and pytest's own folders are closed to that one."""
    with TemporaryDirectory(prefix="tinjau-alone-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def packages(folder: Path, *extras: str) -> Path:
    """A folder with the packages of these extras and nothing else."""
    folder.mkdir()
    for pin in subset(extras):
        requirement = Requirement(pin.text.split("\\", maxsplit=1)[0].strip())
        if requirement.marker is None or requirement.marker.evaluate():
            _link(folder, requirement.name)
    return folder


def _link(folder: Path, package: str) -> None:
    found = distribution(package)
    tops = {file.parts[0] for file in found.files or () if file.parts[0] not in {"..", "__pycache__"}}
    assert tops, package
    for top in tops:
        link = folder / top
        if not link.exists():
            link.symlink_to(found.locate_file(top))


def tree(folder: Path, part: str) -> Path:
    """A copy of what belongs to a part: itself, the kit, its unit tests and what they share, the configuration."""
    for file in files():
        within = file.relative_to(ROOT)
        if within in SINGLE or any(within.is_relative_to(each) for each in (*SHARED, *_own(part))):
            target = folder / within
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    return folder


SINGLE = {Path("services/__init__.py"), Path("pyproject.toml")}
SHARED = tuple(map(Path, ("services/kit", "tests/support", "tests/contract/data", "tests/data")))


def _own(part: str) -> tuple[Path, Path]:
    return Path("gateway") if part == "gateway" else Path("services") / part, Path("tests/unit") / part


def python(*arguments: str, tree: Path, packages: Path, **told: str) -> subprocess.CompletedProcess[str]:
    """Run Python on that tree with those packages and no others, to its end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TINJAU_", "PYTEST_"))}
    environment |= {"PYTHONPATH": os.pathsep.join((str(tree), str(packages))), "PYTHONNOUSERSITE": "1"}
    return subprocess.run(
        [sys.executable, "-S", *arguments],
        cwd=tree, env=environment | told, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
