"""Photos encoded anew, each in a process of its own; see `reencode`."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

import orjson
import structlog

from services.kit.problems import Unavailable

SECONDS = 120.0
AT_ONCE = 2
PROGRAM = Path(__file__).with_name("reencode.py")
BROKEN = "The photo cannot be decoded: it is damaged, or cut off."

log = structlog.get_logger("attachments")


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it was written anew."""

    media_type: str
    width: int
    height: int
    position: tuple[float, float] | None
    """Longitude and latitude, if it said so."""


class Pictures:
    """Writes photos anew, a few at a time: each takes a core and some hundred megabytes while it lasts."""

    def __init__(self, pixels: int) -> None:
        self._pixels = pixels
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def rewrite(self, source: Path, target: Path, media_type: str) -> Picture | str:
        """The photo in `source`, written anew to `target`; or why it is refused. Raises Unavailable when this machine
        is too busy to find out."""
        async with self._turns:
            child = await asyncio.create_subprocess_exec(
                # `-P`: the names of the modules beside the program must not shadow others.
                sys.executable, "-P", str(PROGRAM), str(source), str(target), media_type, str(self._pixels),
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            try:
                async with asyncio.timeout(SECONDS):
                    said, complaint = await child.communicate()
            except TimeoutError as error:
                raise Unavailable("There was no time to look at the photo; ask again.", retry_after=30) from error
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()
        if child.returncode != 0:
            last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
            log.info("picture_broken", status=child.returncode, said=last[:200])
            return BROKEN
        found = orjson.loads(said)
        if "refusal" in found:
            return str(found["refusal"])
        place = found["position"]
        return Picture(found["media_type"], found["width"], found["height"], place and (place[0], place[1]))
