"""The demo's input files, and the ids of what is made of them: the same ones in every run, so that nothing doubles."""

import json
from importlib.resources import files
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

NAMESPACE = uuid5(NAMESPACE_OID, "tinjau demo")


def load(name: str) -> dict[str, Any]:
    """One of the files in `ops/demo/data`."""
    text = files("ops.demo").joinpath("data", f"{name}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def identity(kind: str, *keys: str) -> UUID:
    """The id of a thing of the demo, from its kind and the keys it has in the files."""
    return uuid5(NAMESPACE, ":".join((kind, *keys)))
