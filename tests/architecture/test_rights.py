"""Every route × every role × own rows, a neighbour's and a stranger's: what happens is what the tables say.

Routes come from the applications, the expected outcome from each service's `permissions.py`. Without a credential it is
401, for a role without the permission 403, outside the caller's rows 404, and a list leaves out what is outside.
"""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from gateway.identity.tokens import ROLES
from services.kit.auth import EVERYONE, PUBLIC, Permissions
from services.kit.scope import Scope
from services.kit.testing import Cluster, Signer, database_name
from tests.support.apps import SERVICES, guarded, permissions_of
from tests.support.asking import EXAMPLES, Ask, Place
from tests.support.examples import RESPONDENTS, caught_up, furnish, published_report, rebuilt
from tests.support.planned import new_followup, picture
from tests.support.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

IN, OUTSIDE = "let in", "outside"
# Whose things are asked for: the caller's own, another agency's of the same region, those of another region. `nowhere`
# is a caller whose token names neither region nor agency.
STANDPOINTS = ("own", "neighbour", "stranger", "nowhere")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def all_three(
    cluster: Cluster, signer: Signer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[World, dict[str, Place]]]:
    """The services with things in three places."""
    folder: Path = tmp_path_factory.mktemp("world")
    async with world(cluster, signer, database_name("rights"), folder) as made:
        regions = {"own": "33.25", "neighbour": "33.25", "stranger": "35.71"}
        yield made, {standpoint: await furnish(made, region) for standpoint, region in regions.items()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reported(all_three: tuple[World, dict[str, Place]]) -> tuple[World, dict[str, Place]]:
    """The same, when reports has read it all and made its sums anew once."""
    made, places = all_three
    for place in places.values():
        await caught_up(made, place)
        place.things["rebuild"] = (await rebuilt(made))["id"]
        place.things["report"] = (await published_report(made, place))["id"]
        place.things["followup"] = (await new_followup(made, place))["id"]
        path = f"/followups/{place.things['followup']}/evidence"
        place.things["evidence"] = (await made.make("reports", "POST", path, **picture()))["id"]
    return made, places


def expected(table: Permissions, permission: str, role: str | None, claims: Mapping[str, str], place: Place) -> str:
    """What a request under a permission should come to."""
    if role is None:
        return "401"
    rows = table[permission].get(role, table[permission].get(EVERYONE))
    if rows is None:
        return "401" if role == PUBLIC else "403"
    if rows.required and not set(rows.claims) <= set(claims):
        return "403"
    scope = Scope({name: claims[name] for name in rows.claims if name in claims})
    return IN if scope.covers(region=place.region, agency=place.agency) else OUTSIDE


def outcome(ask: Ask, answer: httpx2.Response) -> str:
    """What a request came to."""
    if not answer.is_success:
        return OUTSIDE if answer.status_code == 404 else str(answer.status_code)
    if ask.shows is not None:
        return IN if ask.shows in answer.text else OUTSIDE
    if ask.each:
        result = answer.json().get("results", [answer.json()])[0]
        return IN if result["status"] in {"created", "done"} else OUTSIDE
    return IN


@pytest.mark.parametrize("standpoint", STANDPOINTS)
@pytest.mark.parametrize("role", [None, *ROLES])
@pytest.mark.parametrize("service", ["programs", "surveys"])
async def test_rights(
    service: str, role: str | None, standpoint: str, all_three: tuple[World, dict[str, Place]]
) -> None:
    assert not await broken(service, role, standpoint, *all_three)


@pytest.mark.parametrize("standpoint", STANDPOINTS)
@pytest.mark.parametrize("role", [None, *ROLES])
async def test_rights_of_reports(role: str | None, standpoint: str, reported: tuple[World, dict[str, Place]]) -> None:
    assert not await broken("reports", role, standpoint, *reported)


async def broken(
    service: str, role: str | None, standpoint: str, made: World, places: dict[str, Place]
) -> list[tuple[str, str, str, str, int, str]]:
    """The routes of a service that do something else than the table says: route, permission, expected, answer."""
    place = places["own" if standpoint == "nowhere" else standpoint]
    claims = {} if standpoint == "nowhere" else places["own"].claims
    table, wrong = permissions_of(service), []
    for method, path, permission in guarded(made.casts[service].app):
        if f"{method} {path}" not in EXAMPLES[service]:
            continue  # the last test here names it
        ask = await EXAMPLES[service][f"{method} {path}"](made, place)
        answer = await made.call(service, method, ask.path, role, claims, **ask.request)
        should = expected(table, permission, role, claims, place)
        if ask.anyones and should == OUTSIDE:
            should = IN
        if outcome(ask, answer) != should:
            wrong.append((method, path, permission, should, answer.status_code, answer.text[:300]))
    return wrong


@pytest.mark.parametrize("service", SERVICES)
async def test_every_route_has_an_example(service: str, all_three: tuple[World, dict[str, Place]]) -> None:
    routes = {f"{method} {path}" for method, path, _ in guarded(all_three[0].casts[service].app)}
    assert routes == set(EXAMPLES[service])


@pytest.mark.parametrize("standpoint", STANDPOINTS)
@pytest.mark.parametrize("role", ROLES)
async def test_a_small_group_is_shown_to_those_only_whose_rows_it_is(
    role: str, standpoint: str, reported: tuple[World, dict[str, Place]]
) -> None:
    made, places = reported
    place = places["own" if standpoint == "nowhere" else standpoint]
    claims = {} if standpoint == "nowhere" else places["own"].claims
    shown = expected(permissions_of("reports"), "indexes:detail", role, claims, place) == IN
    answer = await made.call("reports", "GET", "/indexes", role, claims, params={"review": place.things["review"]})
    assert answer.status_code == 200
    assert answer.json()["suppressed"] is not shown
    assert answer.json()["respondents"] == (RESPONDENTS if shown else None)
