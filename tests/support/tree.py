"""The files of this project as git sees them: what is committed or would be, nothing that was made or installed."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def files() -> tuple[Path, ...]:
    """Every file of the tree, those not committed yet included."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return tuple(sorted(ROOT / name for name in set(listed.split("\0")) if name and (ROOT / name).is_file()))


def with_suffix(*suffixes: str, under: str = "") -> list[Path]:
    """Files with one of these suffixes, below a folder if one is named."""
    return [file for file in files() if file.suffix in suffixes and file.is_relative_to(ROOT / under)]


def name(file: Path) -> str:
    """A file's path within the tree."""
    return file.relative_to(ROOT).as_posix()
