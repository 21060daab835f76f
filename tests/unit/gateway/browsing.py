"""What tests do with pages: read them, find the seal of a form and send it as a browser does."""

from http.cookies import SimpleCookie

import httpx2

from tests.unit.gateway import dom
from tests.unit.gateway.conftest import Door

HTML = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "id-ID,id;q=0.9",
}
TOKENS: dict[tuple[object, ...], str] = {}
FROM_HERE = {**HTML, "Sec-Fetch-Site": "same-origin"}


def bearer(door: Door, role: str = "team", **claims: str | None) -> str:
    """A token as people are given them: the same one each time, as a browser keeps it."""
    whose = (str(door.settings.private_key_file), role, *sorted(claims.items()))
    if whose not in TOKENS:
        TOKENS[whose] = door.bearer(role, **claims)["Authorization"].removeprefix("Bearer ")
    return TOKENS[whose]


def as_(door: Door, role: str, **claims: str | None) -> dict[str, str]:
    """The header of a browser in which somebody of a role has signed in."""
    return {"Cookie": f"tinjau={bearer(door, role, **claims)}"}


async def page(door: Door, path: str, status: int = 200, headers: dict[str, str] | None = None) -> dom.Node:
    """A page as a browser in Indonesia gets it."""
    answer = await door.client.get(path, headers={**HTML, **(headers or {})})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8"), answer.text
    return dom.read(answer.text)


async def send(
    door: Door, path: str, data: dict[str, str | list[str]], headers: dict[str, str] | None = None
) -> httpx2.Response:
    """Send a form from a page of the same origin."""
    return await door.client.post(path, data=data, headers={**FROM_HERE, **(headers or {})})


def hidden(form: dom.Node) -> dict[str, str | list[str]]:
    """What a form sends without anybody typing."""
    return {
        field.attributes["name"]: field.attributes["value"]
        for field in form.all("input")
        if field.attributes["type"] == "hidden"
    }


def form_to(tree: dom.Node, action: str) -> dom.Node:
    """The first form that is sent to an address and may change something."""
    return next(
        form for form in tree.all("form") if (form.attributes["method"], form.attributes["action"]) == ("post", action)
    )


def seal(tree: dom.Node) -> str:
    """The seal of the first form of a page."""
    return next(field for field in tree.all("input") if field.attributes["name"] == "seal").attributes["value"]


def cookies(answer: httpx2.Response) -> SimpleCookie:
    """The cookies that an answer sets."""
    found: SimpleCookie = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        found.load(header)
    return found
