"""`tinjau openapi`: the public interface as one document, written to a file for review and for clients' generators."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import httpx2
import typer

from ops import ports
from ops.failures import Failure
from ops.home import Home
from ops.screen import out, say, told
from ops.stack import Stack

ADDRESS = "/api/openapi.json"

Target = Annotated[Path, typer.Option("--to", help="File to write.")]


def openapi(to: Target = Path("docs/openapi.json")) -> None:
    """Write the OpenAPI document of the public interface.

    It is asked of the gateway of a stack that is started for it, so that it is what clients get.
    """
    with told(), TemporaryDirectory(prefix="tinjau-openapi-") as folder:
        base = {name: value for name, value in os.environ.items() if not name.startswith("TINJAU_")}
        with Stack(Home(Path(folder).resolve() / "home"), ports.free(1)[0], say, base) as stack:
            document = fetch(stack.origin)
        try:
            to.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise Failure(f"{to} cannot be written: {error.strerror}.") from error
        out().print(f"{to}: {len(document['paths'])} paths", soft_wrap=True)


def fetch(origin: str) -> dict[str, Any]:
    """The document as the gateway gives it. Raises Failure when it does not."""
    answer = httpx2.get(f"{origin}{ADDRESS}", timeout=30)
    if answer.status_code != 200:
        raise Failure(f"The gateway answered {answer.status_code} for {ADDRESS}.")
    document: dict[str, Any] = answer.json()
    return document
