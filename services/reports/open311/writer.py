"""Answers as the standard writes them: XML, which every client reads, and JSON."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import orjson

MEDIA = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
# XML 1.0 knows no sign for these, whatever is written for them.
_NO_SIGN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Item = Mapping[str, Any]


def listed(kind: str, root: str, each: str, items: Sequence[Item]) -> bytes:
    """A list of things: in XML as `root` with one `each` for every item."""
    if kind == "json":
        return orjson.dumps(items)
    return _document(_element(root, [(each, item) for item in items]))


def single(kind: str, root: str, item: Item) -> bytes:
    """One thing."""
    return orjson.dumps(item) if kind == "json" else _document(_element(root, list(item.items())))


def _element(name: str, children: Sequence[tuple[str, Any]]) -> ElementTree.Element:
    element = ElementTree.Element(name)
    for child, value in children:
        if isinstance(value, Mapping):
            element.append(_element(child, list(value.items())))
        elif isinstance(value, list):
            # `endpoints` holds `endpoint`s, `formats` holds `format`s.
            element.append(_element(child, [(child.removesuffix("s"), one) for one in value]))
        else:
            ElementTree.SubElement(element, child).text = _text(value)
    return element


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return _NO_SIGN.sub("", str(value))


def _document(root: ElementTree.Element) -> bytes:
    written: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written
