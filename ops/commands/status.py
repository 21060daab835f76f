"""`tinjau status`: what runs here, whether it is well, and how far the reports have read."""

from collections.abc import Mapping
from typing import Any

import httpx2
from rich.table import Table

from ops.api import Api
from ops.credentials import existing
from ops.failures import Failure
from ops.guardian import running as exists
from ops.home import Home
from ops.screen import out, told
from ops.state import Running, State, running

SECONDS = 5.0


def status() -> None:
    """Show what runs here and whether it is well.

    That is every part with its address and health, and how far the reports have read the change feeds. The exit code is
    1 when nothing runs here or a part is not well.
    """
    with told():
        home = Home.of()
        state = running(home)
        if state is None:
            raise Failure(f"No stack runs in {home.folder}.")
        health = {name: health_of(part) for name, part in state.parts.items()}
        out().print(f"Stack with process {state.pid} in {home.folder}, at {state.origin}", soft_wrap=True)
        out().print(parts_table(state, health))
        for line in freshness(home, state):
            out().print(line, soft_wrap=True)
        unwell = sorted(name for name, said in health.items() if said != "ok")
        if unwell:
            raise Failure(f"Not well: {', '.join(unwell)}.")


def health_of(part: Running) -> str:
    """`ok`, or what is wrong. A part without an address is asked for its process only; at one address another process
    may answer."""
    if not exists(part.pid):
        return "gone"
    if part.url is None:
        return "ok"
    try:
        answer = httpx2.get(f"{part.url}/health/ready", timeout=SECONDS)
        return "ok" if answer.status_code == 200 else str(answer.json()["detail"])
    except (httpx2.HTTPError, ValueError, KeyError) as error:
        return f"does not answer ({type(error).__name__})"


def parts_table(state: State, health: Mapping[str, str]) -> Table:
    """One line per part."""
    table = Table("Part", "Process", "Address", "Health", "Log")
    for name, part in state.parts.items():
        table.add_row(name, str(part.pid), part.url or "(socket)", health[name], part.log)
    return table


def freshness(home: Home, state: State) -> list[str]:
    """How far the reports have read each change feed, one line per feed."""
    made = existing(home.secrets)
    if made is None:
        return []
    with Api(state.origin, made.token("admin", subject="tinjau"), patience=0.0) as api:
        try:
            feeds: Any = api.get("/indexes/freshness")
        except Failure as failure:
            return [f"Feeds: {failure.sentence}"]
    return feed_lines(feeds)


def feed_lines(feeds: Mapping[str, Any]) -> list[str]:
    """The answer of `/indexes/freshness` in lines."""
    return [
        f"Feed {name}: " + ", ".join(f"{key} {value}" for key, value in feed.items())
        for name, feed in feeds.items()
        if isinstance(feed, dict)
    ]
