"""The fields of programmes and locations: partial dates, exact amounts, dimensions by any name, points, filters."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.testing import Cast
from services.programs.locations.domain import NotAPoint, lies_in, position
from services.programs.programs.domain import amount, is_partial_date, repeated
from services.programs.registry.domain import CodeList, Entry
from tests.unit.programs import bodies

API = "/api/v1"


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_of_the_calendar_its_month_and_its_year_are_partial_dates(day: date) -> None:
    text = day.isoformat()
    assert is_partial_date(text)
    assert is_partial_date(text[:7])
    assert is_partial_date(text[:4])


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "18",
        "2017-13",
        "2017-00",
        "2019-02-29",
        "2017-1",
        "2017-10-5",
        "2017/10",
        "0000",
        "1899",
        "2017-10-01T00",
        "２０１７",
    ],
)
def test_other_texts_are_not(wrong: str) -> None:
    assert not is_partial_date(wrong)


@given(st.decimals(min_value=-(10**17), max_value=10**17, places=9))
def test_an_amount_in_a_string_keeps_every_digit(number: Decimal) -> None:
    assert amount(format(number, "f")) == format(number, "f")
    assert Decimal(amount(number)) == number


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(15, "15"), (4.6, "4.6"), (0.1, "0.1"), (2000000000, "2000000000"), ("4.60", "4.60"), (1e-9, "0.000000001")],
)
def test_a_number_becomes_the_digits_it_was_written_with(sent: object, kept: str) -> None:
    assert amount(sent) == kept


@pytest.mark.parametrize(
    "wrong", [True, None, [], float("nan"), float("inf"), 10**18, 1e300, "1e5", "4,6", " 1", "", "٤"]
)
def test_what_is_no_amount_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="an amount"):
        amount(wrong)


def test_repetitions_are_found_where_they_stand() -> None:
    assert repeated([(1, "a"), (2, "a"), (1, "a"), (1, "b"), (2, "a")]) == [2, 4]


def test_a_name_that_means_two_things_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="means both"):
        CodeList.compile("1", [(Entry("a", ("Same",)), []), (Entry("b", ("SAME",)), [])])


@given(st.floats(94.5, 141.5), st.floats(-11.5, 6.5))
def test_every_point_in_indonesia_is_taken_as_it_is(longitude: float, latitude: float) -> None:
    assert position({"type": "Point", "coordinates": [longitude, latitude]}) == (longitude, latitude)


@pytest.mark.parametrize(
    ("point", "code"),
    [
        ([109.7, -6.9], "geojson_point"),
        ({"type": "LineString", "coordinates": [109.7, -6.9]}, "geojson_point"),
        ({"coordinates": [109.7, -6.9]}, "geojson_point"),
        ({"type": "Point", "coordinates": [109.7, -6.9], "crs": None}, "geojson_point"),
        ({"type": "Point", "coordinates": [109.7]}, "geojson_coordinates"),
        ({"type": "Point", "coordinates": [109.7, -6.9, 12.0]}, "geojson_coordinates"),
        ({"type": "Point", "coordinates": ["109.7", "-6.9"]}, "geojson_coordinates"),
        ({"type": "Point", "coordinates": [True, False]}, "geojson_coordinates"),
        ({"type": "Point", "coordinates": [float("nan"), 0]}, "geojson_coordinates"),
        ({"type": "Point", "coordinates": [10**400, 0]}, "geojson_coordinates"),
        ({"type": "Point", "coordinates": [181, 0]}, "longitude"),
        ({"type": "Point", "coordinates": [-6.9, 109.7]}, "latitude"),
        ({"type": "Point", "coordinates": [4.9, 52.4]}, "outside_indonesia"),
    ],
)
def test_what_is_no_point_in_indonesia_is_refused_by_the_rule_it_breaks(point: object, code: str) -> None:
    with pytest.raises(NotAPoint) as refusal:
        position(point)
    assert refusal.value.code == code


def test_a_district_lies_in_its_regency_and_province_and_not_in_a_code_that_looks_alike() -> None:
    assert lies_in("33.25.11", "33.25")
    assert lies_in("33.25.11", "33")
    assert not lies_in("33.25.11", "33.2")


async def created(cast: Cast, body: dict[str, Any], kind: str = "programs") -> dict[str, Any]:
    answer = await cast.call("POST", f"{API}/{kind}", json=body)
    assert answer.status_code == 201, answer.text
    thing: dict[str, Any] = answer.json()
    return thing


async def test_a_programme_is_kept_whole(cast: Cast) -> None:
    body = bodies.program(
        description={"id": "Pasar di bawah pohon jati.", "en": None}, quick_win=True, free_of_charge=False,
        started="2018-04", partners=[{"name": "Madrasah Bisnis", "kind": "community", "role": "Pengelola"}],
        respondent_groups=["sellers", "visitors"],
        years=[{"year": 2018, "indicator": "Pengunjung", "target": "1000.50", "achievement": 4.6, "unit": "orang"}],
        sources=[{"url": "https://example.org/a?b=c", "title": None, "accessed": "2026-11-23"}],
    )  # fmt: skip
    program = await created(cast, body)
    figures = [body["years"][0] | {"target": "1000.50", "achievement": "4.6"}]
    assert {name: program[name] for name in body} == body | {"years": figures}
    assert program["dimensions_version"] == "2024"
    assert (await cast.call("GET", f"{API}/programs/{program['id']}")).json() == program


async def test_what_is_unknown_stays_null(cast: Cast) -> None:
    program = await created(cast, bodies.program(sub_dimension=None))
    unknown = ("agency", "description", "sub_dimension", "quick_win", "free_of_charge", "started")
    assert [program[name] for name in unknown] == [None] * len(unknown)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (("living", "mobility"), ("living", "mobility")),
        (("Smart Living", "Building"), ("living", "mobility")),
        (("MASYARAKAT", "sistem  keamanan"), ("society", "security")),
    ],
)
async def test_a_dimension_may_be_called_by_any_of_its_names(
    cast: Cast, sent: tuple[str, str], kept: tuple[str, str]
) -> None:
    program = await created(cast, bodies.program(dimension=sent[0], sub_dimension=sent[1]))
    assert (program["dimension"], program["sub_dimension"]) == kept


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"dimension": "smart farming"}, "/dimension", "unknown_dimension"),
        ({"dimension": "living", "sub_dimension": "tourism"}, "/sub_dimension", "unknown_sub_dimension"),
        ({"started": "2017-13"}, "/started", "partial_date"),
        ({"status": "paused"}, "/status", "literal_error"),
        ({"quick_win": "yes"}, "/quick_win", "bool_type"),
        ({"slug": "Not a slug"}, "/slug", "string_pattern_mismatch"),
        ({"years": [{"year": 2018, "indicator": "a", "target": "much"}]}, "/years/0/target", "amount"),
        ({"years": [{"year": 2018.5, "indicator": "a"}]}, "/years/0/year", "int_type"),
        ({"years": [{"year": 2018, "indicator": "a"}] * 2}, "/years/1", "repeated_year"),
        ({"sources": [{"url": "javascript:alert(1)"}]}, "/sources/0/url", "string_pattern_mismatch"),
        ({"sources": [{"url": "https://x.id", "accessed": 0}]}, "/sources/0/accessed", "day"),
        (
            {"sources": [{"url": "https://x.id", "accessed": "2026-02-30"}]},
            "/sources/0/accessed",
            "date_from_datetime_parsing",
        ),
        ({"partners": [{"name": "A", "kind": "friend"}]}, "/partners/0/kind", "literal_error"),
        ({"region": "3325"}, "/region", "string_pattern_mismatch"),
    ],
)
async def test_a_broken_field_is_named(cast: Cast, fields: dict[str, Any], pointer: str, code: str) -> None:
    answer = await cast.call("POST", f"{API}/programs", json=bodies.program(**fields))
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]


async def test_a_location_has_a_point_and_a_district_of_the_region(cast: Cast) -> None:
    program = await created(cast, bodies.program())
    point = {"type": "Point", "coordinates": [109.7312345678, -6.9]}
    place = await created(cast, bodies.location(program["id"], district="33.25.11", point=point), "locations")
    assert (place["district"], place["point"]) == ("33.25.11", point)
    for district in ("33.26.01", "33.25.99"):
        body = bodies.location(program["id"], district=district)
        refused = await cast.call("POST", f"{API}/locations", json=body)
        assert refused.json()["type"] == "/problems/broken-reference"
        assert refused.json()["errors"][0]["pointer"] == "/district"
    swapped = bodies.location(program["id"], point={"type": "Point", "coordinates": [6.2, 106.8]})
    refused = await cast.call("POST", f"{API}/locations", json=swapped)
    assert refused.json()["errors"][0]["code"] == "latitude"
    amsterdam = bodies.location(program["id"], point={"type": "Point", "coordinates": [4.9, 52.4]})
    refused = await cast.call("POST", f"{API}/locations", json=amsterdam)
    fault = refused.json()["errors"][0]
    assert (fault["pointer"], fault["code"]) == ("/point", "outside_indonesia")


async def test_no_location_is_added_to_an_archived_programme(cast: Cast) -> None:
    program = await created(cast, bodies.program())
    await cast.call("POST", f"{API}/programs/{program['id']}/archive", headers={"If-Match": '"1"'})
    refused = await cast.call("POST", f"{API}/locations", json=bodies.location(program["id"]))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "program_archived")


async def test_the_dimensions_are_open_to_everyone(cast: Cast) -> None:
    listed = (await cast.call("GET", f"{API}/dimensions", role="public")).json()
    assert listed["version"] == "2024"
    assert [len(one["sub_dimensions"]) for one in listed["dimensions"]] == [3] * 6


async def found(cast: Cast, kind: str, **params: str) -> list[str]:
    answer = await cast.call("GET", f"{API}/{kind}", role="public", params=params)
    assert answer.status_code == 200, answer.text
    return [item["slug"] for item in answer.json()["items"]]


async def test_lists_are_narrowed_by_every_filter(cast: Cast) -> None:
    agency = await created(cast, bodies.agency("34.01", name="Dinas Pasar"), "agencies")
    market = await created(cast, bodies.program("34.01", agency=agency["id"], quick_win=True, name="Pasar Pagi"))
    clinic = await created(
        cast, bodies.program("34.02", dimension="living", sub_dimension="health", status="planned", name="Klinik")
    )
    place = await created(cast, bodies.location(market["id"], district="34.01.01", name="Alun-alun"), "locations")
    for params, slugs in (
        ({"region": "34"}, [market["slug"], clinic["slug"]]),
        ({"region": "34.02"}, [clinic["slug"]]),
        ({"region": "3"}, None),
        ({"region": "34", "agency": agency["id"]}, [market["slug"]]),
        ({"region": "34", "dimension": "Smart Living"}, [clinic["slug"]]),
        ({"region": "34", "sub_dimension": "Pariwisata"}, [market["slug"]]),
        ({"region": "34", "dimension": "living", "sub_dimension": "health"}, [clinic["slug"]]),
        ({"region": "34", "quick_win": "true"}, [market["slug"]]),
        ({"region": "34", "quick_win": "false"}, []),
        ({"region": "34", "status": "planned"}, [clinic["slug"]]),
        ({"region": "34", "q": "PAGI"}, [market["slug"]]),
    ):
        if slugs is None:
            assert (await cast.call("GET", f"{API}/programs", params=params)).status_code == 422
        else:
            assert await found(cast, "programs", **params) == slugs
    assert await found(cast, "agencies", region="34", q="pasar") == [agency["slug"]]
    for params in ({"program": market["id"]}, {"agency": agency["id"]}, {"district": "34.01.01"}, {"q": "alun"}):
        assert await found(cast, "locations", region="34", **params) == [place["slug"]]


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"dimension": "farming"}, "dimension"),
        ({"sub_dimension": "farming"}, "sub_dimension"),
        ({"dimension": "living", "sub_dimension": "tourism"}, "sub_dimension"),
    ],
)
async def test_a_filter_by_no_dimension_is_refused(cast: Cast, params: dict[str, str], pointer: str) -> None:
    answer = await cast.call("GET", f"{API}/programs", params=params)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_pages_of_programmes_join_up_while_others_are_added(cast: Cast) -> None:
    slugs = sorted([(await created(cast, bodies.program("35.01")))["slug"] for _ in range(5)])
    first = (await cast.call("GET", f"{API}/programs", params={"region": "35.01", "limit": "2"})).json()
    await created(cast, bodies.program("35.01", slug="a-first"))
    seen = [item["slug"] for item in first["items"]]
    cursor = first["next"]
    while cursor:
        page = (
            await cast.call("GET", f"{API}/programs", params={"region": "35.01", "limit": "2", "cursor": cursor})
        ).json()
        seen += [item["slug"] for item in page["items"]]
        cursor = page["next"]
    assert seen == slugs
