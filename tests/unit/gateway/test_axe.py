"""axe-core over every page in a real browser: with data and empty, signed in and not, in both languages, on a phone.

What `test_accessibility` reads in the markup, axe sees as it is drawn.
"""

import json
from collections.abc import AsyncIterator
from importlib.resources import files

import pytest
import pytest_asyncio

from tests.support.browser import Tab, browser, program, typed
from tests.unit.gateway.browsing import bearer
from tests.unit.gateway.conftest import Opener
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
    SIMULATED,
    SMALL,
    answers,
)
from tests.unit.gateway.golden.documents import PROGRAMS

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(program() is None, reason="needs Chromium"),
]

AXE = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")
SCRIPT = f"""axe.run({{runOnly: {{type: "tag", values: {json.dumps(RULES)}}}, resultTypes: ["violations"]}}).then(
  found => found.violations.map(one => [one.impact, one.id, one.nodes.map(node => node.target.join(" ")).join(", ")])
)"""
PUBLIC = (
    "/", f"/reviews/{BATANG}", f"/reviews/{KEDIRI}", f"/reviews/{SMALL}", f"/reviews/{PLANNED}", "/problems",
    "/problems/slug-taken", "/nothing", "/sign-in", "/aspirations", f"/aspirations/{RECEIPT}",
    "/aspirations/0000-0000-0000", "/compare", f"/evaluations/{EVALUATION}",
    "/reports", f"/reports/{FROZEN}", f"/verify/{FROZEN}",
)  # fmt: skip

BOARD = "/board/33.25"
OF_THE_BOARD = (
    "/board", BOARD, "/board/33.74", f"{BOARD}/weak-elements?review={BATANG}", f"/followups/{SIMULATED}",
)  # fmt: skip
OF_THE_TEAM = (
    *OF_THE_BOARD, f"{BOARD}/aspirations", f"{BOARD}/aspirations?state=withdrawn", f"{BOARD}/aspirations/{ASKED}",
    f"{BOARD}/plan?aspiration={ASKED}", f"{BOARD}/plan", f"/followups/{LATE}", f"/followups/{DONE}",
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tab]:
    async with browser(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


async def findings(tab: Tab, address: str) -> list[list[str]]:
    """What axe finds on a page."""
    await tab.open(address)
    missing = address.endswith(("/nothing", "0000-0000-0000"))
    assert address.startswith("data:") or await tab.status() == (404 if missing else 200), address
    return await looked(tab)


async def looked(tab: Tab) -> list[list[str]]:
    """What axe finds on the page that is open."""
    await tab.run(AXE)
    found: list[list[str]] = await tab.run(SCRIPT)
    return found


@pytest.mark.parametrize(("language", "width"), [("id", 1200), ("en", 360)])
async def test_axe_finds_nothing_grave_on_any_page(open_door: Opener, tab: Tab, language: str, width: int) -> None:
    async with open_door() as door:
        door.service.answers |= answers() | {"/openapi.json": PROGRAMS}
        await tab.size(width, 900, phone=width < 700)
        await tab.headers({"Accept-Language": language})
        found = {path: await findings(tab, door.origin + path) for path in (*PUBLIC, *OF_THE_BOARD)}
        await tab.cookie(door.origin, "tinjau", bearer(door, "admin"))
        found |= {f"team: {path}": await findings(tab, door.origin + path) for path in OF_THE_TEAM}
    assert not {path: each for path, told in found.items() if (each := [one for one in told if one[0] in GRAVE])}


async def test_nor_where_a_form_was_refused(open_door: Opener, tab: Tab) -> None:
    async with open_door() as door:
        door.service.answers |= answers()
        await tab.headers({})
        await tab.open(door.origin + "/aspirations")
        await tab.follow(typed("/aspirations", receipt="12345"))
        found = {"receipt": await looked(tab)}
        assert await tab.status() == 422
        await tab.open(door.origin + "/sign-in")
        await tab.follow(typed("/sign-in", token="nonsense"))
        found["token"] = await looked(tab)
        await tab.cookie(door.origin, "tinjau", bearer(door, "team", region="33.25"))
        await tab.open(f"{door.origin}{BOARD}/aspirations")
        await tab.follow(f"document.querySelector('form[method=post][action=\"{BOARD}/aspirations\"] button').click()")
        found["triage"] = await looked(tab)
        assert await tab.status() == 422
    assert not {where: each for where, told in found.items() if (each := [one for one in told if one[0] in GRAVE])}


async def test_axe_would_find_something(tab: Tab) -> None:
    found = await findings(
        tab, "data:text/html,<title>x</title><main><img src=x><p style='color:%23aaa'>pale</p></main>"
    )
    assert {"image-alt", "color-contrast", "html-has-lang"} <= {rule for _, rule, _ in found}
