"""Where a stack on one machine keeps its things: `.tinjau` in the current folder, or the folder in `TINJAU_HOME`.

Everything that outlives a process is in here and nowhere else: the database, the keys, the logs and the state of the
running stack. Removing the folder removes the installation.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT = ".tinjau"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one installation and the places in it."""

    folder: Path

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> "Home":
        """The home that an environment names."""
        return cls(Path(environment.get("TINJAU_HOME") or DEFAULT).expanduser().resolve())

    @property
    def postgres(self) -> Path:
        """Data of the embedded PostgreSQL."""
        return self.folder / "pg"

    @property
    def attachments(self) -> Path:
        """Photos and sound, and uploads under way."""
        return self.folder / "attachments"

    @property
    def secrets(self) -> Path:
        """The gateway's keys and the credential of the reports service; readable by the owner only."""
        return self.folder / "secrets"

    @property
    def logs(self) -> Path:
        """One log file per part."""
        return self.folder / "logs"

    @property
    def counters(self) -> Path:
        """What the processes of the gateway have counted since the stack was started."""
        return self.folder / "counters"

    @property
    def demo(self) -> Path:
        """What the demo writes for people to open."""
        return self.folder / "demo"

    @property
    def state(self) -> Path:
        """What runs right now, as JSON."""
        return self.folder / "stack.json"

    @property
    def lock(self) -> Path:
        """Held by the one stack that runs here."""
        return self.folder / "lock"

    def log(self, part: str) -> Path:
        """The log file of a part."""
        return self.logs / f"{part}.log"

    def make(self) -> None:
        """Make the folders that are missing. Raises OSError when the place cannot be written."""
        self.logs.mkdir(parents=True, exist_ok=True)
