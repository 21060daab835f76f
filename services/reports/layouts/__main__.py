"""`python -m services.reports.layouts FORMAT LANGUAGE FILE`: make one document out of the job on standard input.

Says how far it is on standard output, a line for each step: stage, done, total. Whoever started it and goes away stops
reading, and that ends it.
"""

import json
import sys
from importlib import import_module
from pathlib import Path

from services.reports.layouts.job import Job


def told(stage: str, done: int = 0, total: int = 0) -> None:
    """Say how far it is."""
    sys.stdout.write(f"{stage} {done} {total}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Make the document; 1 with a sentence on standard error when it cannot be made."""
    format, language, target = arguments
    told("reading")
    job = Job(language=language, told=told, **json.load(sys.stdin))
    layout = import_module(f"services.reports.layouts.{format}")
    try:
        content: bytes = layout.document(job)
    except layout.FAULTS as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    Path(target).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
