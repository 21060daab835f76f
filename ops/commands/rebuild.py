"""`tinjau rebuild`: make what is derived anew from what it was derived from, and see that nothing differs."""

import time
from typing import Any

import typer

from ops.api import Api, admin
from ops.commands.options import Against, Token
from ops.failures import Failure
from ops.screen import err, out, told

POLL_SECONDS = 0.2
PATIENCE_SECONDS = 3600.0

rebuild = typer.Typer(name="rebuild", no_args_is_help=True, help="Make derived data anew and compare it.")


@rebuild.callback()
def group() -> None:
    """Make derived data anew from its sources and compare it with what was there."""


@rebuild.command()
def reports(against: Against = None, token: Token = None) -> None:
    """Build the sums of the reports service anew from the change feeds; status 1 if they differ from the old ones."""
    with told(), admin(against, token) as api:
        done = follow(api)
        out().print(f"before  {done['digest_before']}", f"after   {done['digest_after']}", sep="\n", soft_wrap=True)
        if not done["identical"]:
            raise Failure("The new sums differ from the old ones.")
        out().print("Identical.")


def follow(api: Api) -> dict[str, Any]:
    """Start a rebuild and wait for its end. Raises Failure when it fails."""
    _, running = api.post("/rebuilds")
    until = time.monotonic() + PATIENCE_SECONDS
    with err().status("Rebuilding …") as shown:
        while running["status"] == "running":
            if time.monotonic() > until:
                raise Failure("The rebuild goes on for more than an hour; ask again later.")
            time.sleep(POLL_SECONDS)
            running = api.get(f"/rebuilds/{running['id']}")
            shown.update(f"Rebuilding … {running.get('changes', 0)} changes read")
    if running["status"] == "failed":
        raise Failure(f"The rebuild failed: {running.get('detail') or 'the log of reports says why'}.")
    return dict(running)
