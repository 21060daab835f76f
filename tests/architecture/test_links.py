"""Every relative link in the documents leads to a file that is there, and every anchor to a heading."""

import re
from pathlib import Path

import pytest

from tests.support.tree import files, name, with_suffix

LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def prose(text: str) -> str:
    """A document without its code."""
    return CODE.sub("", FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """The anchors that a code forge gives a document's headings."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = 0
        while (candidate := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(candidate)
    return found


def broken(document: Path) -> list[str]:
    """The links of a document that lead nowhere."""
    dead = []
    for link in LINK.findall(prose(document.read_text(encoding="utf-8"))):
        if ELSEWHERE.match(link):
            continue
        place, _, anchor = link.partition("#")
        target = (document.parent / place).resolve() if place else document
        known = target == document or target.is_dir() or target in files()
        if not known or (anchor and (target.suffix != ".md" or anchor not in anchors(target.read_text()))):
            dead.append(link)
    return dead


@pytest.mark.parametrize("document", with_suffix(".md"), ids=name)
def test_links_live(document: Path) -> None:
    assert not broken(document)


def test_a_dead_link_a_dead_anchor_and_nothing_else_is_found(tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    document.write_text(
        "# One: `thing`\n[there](#one-thing) [gone](#two) [dead](b.md) [away](https://example.org/x)\n"
        "`[code](c.md)`\n```\n[code](d.md)\n```\n"
    )
    assert broken(document) == ["#two", "b.md"]


def test_every_file_that_a_document_names_in_code_is_there() -> None:
    wanted = re.compile(r"`((?:gateway|services|ops|tests|docs)/[\w./-]+\.(?:py|md|sh|json|csv))`")
    there = {name(file) for file in files()}
    missing = [
        (name(document), path)
        for document in with_suffix(".md")
        for path in wanted.findall(document.read_text(encoding="utf-8"))
        if path not in there
    ]
    assert not missing
