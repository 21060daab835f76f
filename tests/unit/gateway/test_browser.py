"""Forms in a real browser: cookies, policies and headers are the browser's own, so the guards show that they let us in.

The other tests here send what a browser is thought to send.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from starlette.responses import JSONResponse

from tests.support.browser import Tab, browser, program, typed
from tests.unit.gateway.browsing import bearer
from tests.unit.gateway.conftest import Opener
from tests.unit.gateway.golden import DONE, RECEIPT, TRACK, answers, load

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(program() is None, reason="needs Chromium"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tab]:
    async with browser(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


async def test_signing_in_making_a_move_and_signing_out(open_door: Opener, tab: Tab) -> None:
    async with open_door() as door:
        door.service.answers |= answers() | {f"/api/v1/followups/{DONE}/verify": load("followups")["items"][4]}
        one = load("followups")["items"][4]
        door.service.answers[f"/api/v1/followups/{DONE}"] = JSONResponse(one, headers={"ETag": '"3"'})
        await tab.open(f"{door.origin}/sign-in?next=/followups/{DONE}")
        await tab.follow(typed("/sign-in", token=bearer(door, "team", region="33.25")))
        assert await tab.run("location.pathname") == f"/followups/{DONE}"
        assert "test:team" in await tab.run("document.querySelector('.who').innerText")
        assert await tab.run("document.cookie") == ""  # no script gets at it
        await tab.follow(typed(f"/followups/{DONE}/verify", note="Dilihat sendiri"))
        assert await tab.run("location.pathname + location.search") == f"/followups/{DONE}?done=verify"
        assert b"Dilihat sendiri" in b"".join(door.service.bodies)
        await tab.follow(typed("/sign-out"))
        assert await tab.run("document.querySelector('.who').innerText") == "Sign in"


async def test_a_citizen_says_that_it_is_not_solved(open_door: Opener, tab: Tab) -> None:
    async with open_door() as door:
        door.service.answers |= answers() | {f"{TRACK}/objections": {}}
        await tab.open(f"{door.origin}/aspirations")
        await tab.follow(typed("/aspirations", receipt=RECEIPT.lower().replace("-", " ")))
        assert await tab.run("location.pathname") == f"/aspirations/{RECEIPT}"
        await tab.run("document.querySelector('details').open = true")
        await tab.follow(typed(f"/aspirations/{RECEIPT}/objections", text="Masih tutup"))
        assert "said=" in await tab.run("location.search")
        assert b"Masih tutup" in b"".join(door.service.bodies)


async def test_a_form_on_another_site_gets_nowhere(open_door: Opener, tab: Tab) -> None:
    async with open_door() as door:
        door.service.answers |= answers()
        await tab.open(f"{door.origin}/sign-in")
        await tab.follow(typed("/sign-in", token=bearer(door, "team", region="33.25")))
        await tab.open(f"data:text/html,<form method=post action='{door.origin}/followups/{DONE}/verify'></form>")
        await tab.follow("document.querySelector('form').submit()")
        assert await tab.run("location.origin") == door.origin
        assert await tab.status() == 403
        assert f"/api/v1/followups/{DONE}/verify" not in [request.url.path for request in door.service.seen]
