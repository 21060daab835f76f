"""Accessibility that can be checked by reading: structure, names, languages, and the contrast of every colour."""

import re
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from gateway.pages.rendering import STATIC
from tests.unit.gateway import dom
from tests.unit.gateway.browsing import as_
from tests.unit.gateway.conftest import Door, Opener
from tests.unit.gateway.golden import (
    ASKED,
    BATANG,
    DONE,
    EVALUATION,
    FROZEN,
    KEDIRI,
    LATE,
    PLANNED,
    RECEIPT,
    SMALL,
    answers,
)
from tests.unit.gateway.golden.documents import PROGRAMS

PAGES = {
    "/": 200,
    "/sign-in": 200,
    "/compare": 200,
    f"/evaluations/{EVALUATION}": 200,
    "/aspirations": 200,
    f"/aspirations/{RECEIPT}": 200,
    "/aspirations/0000-0000-0000": 404,
    f"/reviews/{BATANG}": 200,
    f"/reviews/{KEDIRI}": 200,
    "/reports": 200,
    f"/reports/{FROZEN}": 200,
    f"/verify/{FROZEN}": 200,
    f"/reviews/{SMALL}": 200,
    f"/reviews/{PLANNED}": 200,
    "/problems": 200,
    "/problems/slug-taken": 200,
    "/nothing": 404,
}
BOARD = "/board/33.25"
OF_THE_TEAM = (
    f"{BOARD}/aspirations", f"{BOARD}/aspirations?state=withdrawn", f"{BOARD}/aspirations/{ASKED}",
    f"{BOARD}/weak-elements",
    f"{BOARD}/weak-elements?review={BATANG}", BOARD, f"{BOARD}/plan?aspiration={ASKED}", f"/followups/{LATE}",
    f"/followups/{DONE}",
)  # fmt: skip
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CSS = (STATIC / "page.css").read_text()


@pytest.fixture
async def door(open_door: Opener) -> AsyncIterator[Door]:
    async with open_door() as opened:
        opened.service.answers |= answers() | {"/openapi.json": PROGRAMS}
        yield opened


@pytest.mark.parametrize("code", ["id", "en"])
async def test_every_page_is_sound(door: Door, code: str) -> None:
    titles = set()
    team = as_(door, "admin")
    for path, status in (PAGES | dict.fromkeys(OF_THE_TEAM, 200)).items():
        who = team if path in OF_THE_TEAM else {}
        answer = await door.client.get(path, headers={"Accept": "text/html", "Accept-Language": code, **who})
        assert answer.status_code == status
        assert answer.text.startswith("<!doctype html>")
        page = dom.read(answer.text)
        assert page.one("html").attributes["lang"] == answer.headers["content-language"] == code
        titles.add(page.one("head").one("title").text)
        landmarks(page)
        names(page)
        tables(page)
        fields(page)
        nothing_inline(page)
    assert len(titles) == len(PAGES) + len({path.partition("?")[0] for path in OF_THE_TEAM})


def landmarks(page: dom.Node) -> None:
    """One main, one first heading, no level left out, and a way past the header."""
    body = page.one("body")
    main = body.one("main")
    skip = next(body.all("a"))
    assert skip.attributes["href"] == f"#{main.attributes['id']}"
    assert [node.tag for node in body.parts if isinstance(node, dom.Node)] == ["a", "header", "main", "footer"]
    assert all(node.attributes.get("aria-label") for node in body.all("nav", "aside"))
    levels = [int(node.tag[1]) for node in body.all(*HEADINGS)]
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise([0, *levels]))
    assert all(node.text for node in body.all(*HEADINGS))


def names(page: dom.Node) -> None:
    """Ids are unique, what is referred to exists and has text, links and images have names."""
    ids = {node.attributes["id"]: node for node in page.all() if "id" in node.attributes}
    assert len(ids) == sum("id" in node.attributes for node in page.all())
    for node in page.all():
        for reference in node.attributes.get("aria-labelledby", "").split():
            assert ids[reference].text, reference
    for link in page.all("a"):
        assert link.text
        assert link.attributes["href"]
    assert all(image.attributes.get("alt") for image in page.all("img"))
    for drawing in page.all("svg"):
        assert drawing.attributes["role"] == "img"
        assert {ids[name].tag for name in drawing.attributes["aria-labelledby"].split()} == {"title", "desc"}


def tables(page: dom.Node) -> None:
    """Every table has a caption, and its headings say what they head; what may scroll can be reached by keyboard."""
    for table in page.all("table"):
        assert table.one("caption").text
        assert all(head.attributes["scope"] in {"col", "row"} and head.text for head in table.all("th"))
        columns = len(list(table.one("thead").all("th")))
        for row in table.one("tbody").all("tr"):
            cells = list(row.all("th", "td"))
            assert sum(int(cell.attributes.get("colspan", 1)) for cell in cells) == columns
    for region in page.classed("scroll"):
        assert region.attributes["tabindex"] == "0"
        assert region.attributes["role"] == "region"


def fields(page: dom.Node) -> None:
    """Every field has a label, what describes it is there, and every form has a button that says what it does."""
    ids = {node.attributes["id"] for node in page.all() if "id" in node.attributes}
    labelled = {label.attributes["for"] for label in page.all("label") if "for" in label.attributes}
    within = {id(node) for label in page.all("label") for node in label.all("input", "select", "textarea")}
    for field in page.all("input", "select", "textarea"):
        if field.attributes.get("type") != "hidden":
            assert id(field) in within or field.attributes["id"] in labelled, field.attributes
            assert set(field.attributes.get("aria-describedby", "").split()) <= ids
    for form in page.all("form"):
        assert form.attributes["action"].startswith("/")
        assert all(button.text for button in form.all("button"))
        assert list(form.all("button"))


def nothing_inline(page: dom.Node) -> None:
    """No script, no style but our own file: what the content policy would stop is not there."""
    assert list(page.all("script", "style", "iframe", "object")) == []
    for node in page.all():
        assert not any(name == "style" or name.startswith("on") for name in node.attributes)


async def test_the_documentation_has_a_name_and_a_way_without_script(door: Door) -> None:
    page = dom.read((await door.client.get("/api/docs", headers={"Accept-Language": "en"})).text)
    without = page.one("noscript")
    assert without.one("h1").text == "API"
    assert "/api/openapi.json" in [link.attributes["href"] for link in page.all("a")]
    assert next(page.one("body").all("a")).attributes["href"] == "#main"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS))
RULES = [
    (selector.strip(), dict(re.findall(r"([\w-]+):\s*([^;]+);", body)))
    for selector, body in re.findall(r"([^{}]+){([^{}]*)}", re.sub(r"/\*.*?\*/|@media[^{]+", "", CSS, flags=re.DOTALL))
]
GROUNDS = ("paper", "soft")


def behind(rule: dict[str, str]) -> tuple[str, ...]:
    """What may lie behind the text of a rule."""
    ground = rule["background"]
    return GROUNDS if ground == "transparent" else (ground.removeprefix("var(--").removesuffix(")"),)


def test_every_colour_is_one_of_the_palette() -> None:
    assert len(RULES) > 60
    written = CSS.split("}", 1)[1]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s])|rgba?\(|hsla?\(", written) == []


def test_text_stands_out_from_what_lies_behind_it() -> None:
    checked = 0
    for selector, rule in RULES:
        if "color" in rule:
            assert "background" in rule, f"{selector} sets a colour and leaves open what lies behind it"
            text = rule["color"].removeprefix("var(--").removesuffix(")")
            for ground in behind(rule):
                assert contrast(text, ground) >= 4.5, (selector, text, ground)
                checked += 1
    assert checked > 12
    for text in ("ink", "quiet"):  # the letters of the chart
        assert contrast(text, "paper") >= 4.5


def test_what_is_not_text_can_be_made_out() -> None:
    for mark in ("brand", "warn", "line"):
        assert contrast(mark, "paper") >= 3
    assert contrast("warn", "warn-soft") >= 3
