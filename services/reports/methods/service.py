"""The methods this installation carries, read once, and methods that somebody brings."""

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from services.kit.problems import FieldError, pointer
from services.reports.methods.domain import Band, InvalidMethod, Method, UnknownMethod
from services.reports.methods.schemas import InlineMethod

REGULATION = "skm-2017"
BROUGHT_VERSION = 1
HUNDRED = 100
"""The index of the highest score, whatever the scale."""


@cache
def every() -> tuple[Method, ...]:
    """The newest version of each method."""
    newest: dict[str, Method] = {}
    for method in sorted(map(_read, _listed()), key=lambda method: method.version):
        newest[method.id] = method
    return tuple(sorted(newest.values(), key=lambda method: (method.id != REGULATION, method.id)))


def find(id: str) -> Method:
    """A method by its id or another name, in any case. Raises UnknownMethod."""
    name = _plain(id)
    for method in every():
        if name in {_plain(known) for known in (method.id, *method.alias)}:
            return method
    known = ", ".join(method.id for method in every())
    raise UnknownMethod(f"There is no method {id[:80]!r}; there are {known}.")


def inline(given: Mapping[str, Any], *at: str) -> Method:
    """A method that somebody brings, in a body under `at`. Raises InvalidMethod with every fault."""
    try:
        body = InlineMethod.model_validate(given)
    except ValidationError as error:
        errors = [FieldError(pointer(("body", *at, *one["loc"])), one["type"], one["msg"]) for one in error.errors()]
        named = "; ".join(f"{one.pointer or '/'}: {one.detail}" for one in errors)
        raise InvalidMethod(f"The method has faults: {named}.", errors=errors) from error
    return _made(body)


def _made(body: InlineMethod) -> Method:
    regulation = find(REGULATION)
    bands = body.made_bands()
    if bands is None:
        bands = regulation.bands if body.scale == regulation.scale else ()
    return Method(
        id=body.id,
        version=BROUGHT_VERSION,
        label=body.label.model_dump() if body.label else {"id": body.id, "en": None},
        weights=body.fractions(),
        scale=body.scale,
        factor=Fraction(HUNDRED, body.scale[1]),
        bands=bands,
        codes={order: dict(codes) for order, codes in body.codes.items()},
        labels={key: label.model_dump() for key, label in body.labels.items()},
    )


def _listed() -> list[str]:
    return sorted(entry.name for entry in _folder().iterdir() if entry.name.endswith(".json"))


def _folder() -> Any:
    return files("services.reports.methods").joinpath("data")


def _load(name: str) -> dict[str, Any]:
    """A method's file; what it does not say is as in the file it is `like`."""
    content: dict[str, Any] = json.loads(_folder().joinpath(name).read_text(encoding="utf-8"))
    like = content.pop("like", None)
    return _load(f"{like}.json") | content if like else content


def _read(name: str) -> Method:
    content = _load(name)
    low, high = content.pop("scale")
    weights = {key: Fraction(weight) for key, weight in content.pop("weights").items()}
    return Method(
        weights=weights,
        scale=(low, high),
        factor=Fraction(content.pop("factor")),
        bands=tuple(
            Band(band["grade"], Decimal(band["low"]), Decimal(band["high"]), band["performance"])
            for band in content.pop("bands")
        ),
        alias=tuple(content.pop("alias")),
        **content,
    )


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
