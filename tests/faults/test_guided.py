"""The intake's rules under a fuzzer that looks at which branches it reaches: none of its bodies breaks a promise."""

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.support.faults import SIZE
from tests.support.tree import ROOT
from tests.unit.surveys import bodies

pytest.importorskip("atheris", reason="atheris has no wheel for this Python or system")

VISIT = "1beed89e-f0eb-5fed-b16a-0b501ee9f107"
TOKENS = (
    "null", "true", "-0", "1e309", "18446744073709551616", '"\\ud800"', '"\\u0000"', "not_applicable", "2020-03-03T",
    "+07:00", "requirements", "aspiration", "simulated", "filled_at", "device", "answers", VISIT,
)  # fmt: skip


def seeds(folder: Path) -> Path:
    """Bodies to start from: one that is taken, one that is not, and both as files of lines."""
    folder.mkdir()
    taken = bodies.response(VISIT, answers=bodies.answers(aspiration="lebih cepat", facilities=2))
    refused = bodies.response(VISIT, answers={"requirements": 9, "unknown": None}, device="?")
    lines = orjson.dumps(taken) + b"\n\n" + orjson.dumps(refused)
    for name, way, content in (
        ("taken", 0, orjson.dumps(taken)), ("refused", 0, orjson.dumps(refused)), ("lines", 1, lines),
        ("packed", 2, gzip.compress(lines)),
    ):  # fmt: skip
        (folder / name).write_bytes(bytes([way]) + content)
    return folder


def test_no_body_breaks_a_promise(tmp_path: Path, tell: Callable[[dict[str, Any]], None]) -> None:
    words = tmp_path / "words"
    words.write_text(
        "".join(f'"{token.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34))}"\n' for token in TOKENS)
    )
    command = [
        sys.executable, "-m", "tests.faults.guided", f"-runs={SIZE.guided}", "-seed=3", "-max_len=2000",
        f"-dict={words}", f"-artifact_prefix={tmp_path}/", str(seeds(tmp_path / "bodies")),
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    reached = re.findall(r"cov: (\d+)", done.stderr)
    assert reached, done.stderr[-3000:]
    assert int(reached[-1]) > int(reached[0]), "the fuzzer does not see which branches it reaches"
    tell({"bodies": SIZE.guided, "branches reached": int(reached[-1])})
