"""The pages on reviews: what the services say is shown, in both languages, and nothing that the public may not see."""

import socket
from collections.abc import AsyncIterator

import jwt
import pytest
from starlette.responses import JSONResponse

from services.kit.identity import AUDIENCE
from tests.unit.gateway import dom
from tests.unit.gateway.conftest import Door, Opener
from tests.unit.gateway.golden import BATANG, KEDIRI, PLANNED, SMALL, answers, load

HTML = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "id-ID,id;q=0.9",
}


@pytest.fixture
async def door(open_door: Opener) -> AsyncIterator[Door]:
    async with open_door() as opened:
        opened.service.answers |= answers()
        yield opened


async def page(door: Door, path: str, status: int = 200) -> dom.Node:
    """A page as a browser in Indonesia gets it."""
    answer = await door.client.get(path, headers=HTML)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8"), answer.text
    return dom.read(answer.text)


async def test_the_list_shows_every_review_with_its_figures(door: Door) -> None:
    cards = {card.one("h2").text: card for card in (await page(door, "/")).all("article")}
    assert list(cards) == [
        "Tinjauan lapangan Kota Semarang, triwulan I 2027",
        "Survei kepuasan masyarakat Kota Kediri, 2024",
        "Tinjauan lapangan Smart City Kabupaten Batang, Maret 2020",
        "Tinjauan layanan kependudukan, Batang",
    ]
    planned, kediri, batang, small = cards.values()
    assert "Kota Semarang, Jawa Tengah 4 Jan – 31 Mar 2027 · direncanakan" in planned.text.replace("\u2009", " ")
    assert "hasilnya belum tersedia" in planned.text
    assert [pair.text for pair in kediri.one("dl").all("div")] == ["IKM 77,50", "Mutu B", "Responden 20"]
    assert [pair.text for pair in batang.one("dl").all("div")] == ["IKM 79,05", "Mutu B", "Responden 300"]
    assert "kurang dari 5" in small.text
    assert list(small.all("dl")) == []


async def test_only_simulated_reviews_are_marked_and_all_of_them_are(door: Door) -> None:
    marked = [card.one("h2").text for card in (await page(door, "/")).all("article") if card.classed("mark")]
    assert marked == ["Tinjauan lapangan Smart City Kabupaten Batang, Maret 2020"]
    assert (await page(door, f"/reviews/{KEDIRI}")).classed("mark") == []
    batang = await page(door, f"/reviews/{BATANG}")
    assert "Semua jawaban pada tinjauan ini adalah simulasi" in batang.classed("banner")[0].text
    assert batang.one("head").one("title").text.startswith("SIMULASI: ")
    panels = batang.classed("panel")
    assert len(panels) == 5
    assert [panel.classed("mark")[0].text for panel in panels] == ["SIMULASI"] * 5
    for table in (table for panel in panels for table in panel.all("table")):
        assert "(simulasi)" in table.one("caption").text
    assert "(simulasi)" in next(batang.all("svg")).one("title").text


async def test_a_review_shows_index_interval_and_sample(door: Door) -> None:
    headline = (await page(door, f"/reviews/{KEDIRI}")).classed("headline")[0]
    assert headline.classed("index")[0].text == "77,50"
    assert [pair.text for pair in headline.one("dl").all("div")] == [
        "Mutu B", "Kinerja Baik", "Responden 20", "Selang kepercayaan 95% 69,69 sampai 85,31",
    ]  # fmt: skip
    assert "20 responden dari paling sedikit 80 untuk populasi 100" in headline.text


async def test_elements_stand_as_table_and_as_bars(door: Door) -> None:
    kediri = await page(door, f"/reviews/{KEDIRI}")
    table = next(kediri.all("table"))
    rows = [[cell.text for cell in row.all("th", "td")] for row in table.one("tbody").all("tr")]
    assert rows[0] == ["Persyaratan U1", "20", "3,0500", "76,25", "5"]
    assert [row[-1] for row in rows] == ["5", "5", "4", "7", "9", "7", "3", "2", "1"]
    chart = kediri.one("svg")
    assert "Persyaratan: 76,25; " in chart.one("desc").text
    widths = [float(bar.attributes["width"].rstrip("%")) for bar in chart.all("rect")]
    assert widths == [round((float(row[3].replace(",", ".")) - 25) / 75 * 82, 2) for row in rows]


async def test_groups_are_shown_as_the_public_sees_them(door: Door) -> None:
    batang = await page(door, f"/reviews/{BATANG}")
    by = {panel.one("h2").text: panel for panel in batang.classed("panel")[2:]}
    assert list(by) == ["Menurut kunjungan", "Menurut jenis kelamin", "Menurut pendidikan"]
    visits = [row.text for row in by["Menurut kunjungan"].one("tbody").all("tr")]
    assert visits[0] == "BRICS, Kantor Bapelitbang 50 76,11 C (Kurang baik) 73,18–79,04"
    withheld = [row.text for row in by["Menurut pendidikan"].one("tbody").all("tr") if row.classed("withheld")]
    assert withheld == ["S2 tidak ditampilkan", "S3 tidak ditampilkan"]
    assert "kurang dari 5 responden tidak ditampilkan" in by["Menurut pendidikan"].text
    assert "kurang dari 5" not in by["Menurut jenis kelamin"].text


async def test_a_grouping_that_nobody_answered_is_left_out(door: Door) -> None:
    groups = door.service.answers[f"/api/v1/indexes?review={KEDIRI}&group_by=sex"]["groups"]
    assert [group["value"] for group in groups] == ["male", ""]
    kediri = await page(door, f"/reviews/{KEDIRI}")
    assert [panel.one("h2").text for panel in kediri.classed("panel")[2:]] == ["Menurut kunjungan"]


async def test_method_cursors_and_digest_are_told(door: Door) -> None:
    golden = load("kediri-by-visit")
    kediri = await page(door, f"/reviews/{KEDIRI}")
    method = kediri.classed("method")[0]
    for told in (
        "SKM, PermenPANRB 14/2017 skm-2017 , versi 1",
        "1/9 untuk setiap unsur",
        "setengah ke atas, satu kali saja, menjadi 2 desimal",
        "Unsur tanpa jawaban tidak ikut dihitung",
        "B 76,61 sampai 88,30 Baik",
    ):
        assert told in method.text
    trace = kediri.classed("trace")[0]
    for told in (golden["digest"], golden["cursor"]["responses"], golden["cursor"]["registry"]):
        assert told in trace.text
    assert next(trace.all("a")).attributes["href"] == f"/api/v1/indexes?review={KEDIRI}"


async def test_weights_that_differ_are_named_one_by_one(door: Door) -> None:
    told = door.service.answers[f"/api/v1/indexes?review={KEDIRI}&group_by=visit"]
    told["method"]["weights"] = {"requirements": "1/2", "procedure": "1/4", "unasked": "1/4"}
    told["method"]["rounding"] = "some other rule"
    method = (await page(door, f"/reviews/{KEDIRI}")).classed("method")[0]
    assert "Persyaratan 1/2; Sistem, mekanisme, dan prosedur 1/4; unasked 1/4" in method.text
    assert [node.text for node in method.all("span") if node.attributes.get("lang") == "en"] == ["some other rule"]


async def test_an_element_that_few_answered_has_no_bar_and_no_figures(door: Door) -> None:
    told = door.service.answers[f"/api/v1/indexes?review={KEDIRI}&group_by=visit"]
    told["elements"][8] |= dict.fromkeys(("n", "sum", "mean", "weight", "weighted", "converted", "rank"))
    kediri = await page(door, f"/reviews/{KEDIRI}")
    assert len(list(kediri.one("svg").all("rect"))) == 8
    assert "masukan: tidak ditampilkan." in kediri.one("desc").text
    assert next(kediri.all("tbody")).text.endswith("U9 – tidak ada – tidak ada – tidak ada – tidak ada")


async def test_without_grades_there_is_neither_grade_nor_chart(door: Door) -> None:
    told = door.service.answers[f"/api/v1/indexes?review={KEDIRI}&group_by=visit"]
    told |= {"grade": None, "performance": None, "confidence": None}
    told["method"]["bands"] = []
    kediri = await page(door, f"/reviews/{KEDIRI}")
    assert list(kediri.all("svg")) == []
    assert kediri.classed("headline")[0].one("dl").text == "Responden 20 Selang kepercayaan 95% tidak ada"


async def test_a_small_review_shows_no_number_at_all(door: Door) -> None:
    small = await page(door, f"/reviews/{SMALL}")
    (panel,) = small.classed("panel")
    assert "Responden kurang dari 5 orang." in panel.text
    assert list(panel.all("table", "svg", "dl")) == []


async def test_one_without_answers_says_so(door: Door) -> None:
    nothing = dict.fromkeys(("index", "grade", "performance", "confidence"))
    door.service.answers[f"/api/v1/indexes?review={KEDIRI}&group_by=visit"] |= {
        "respondents": 0, "elements": [], "groups": [], **nothing
    }  # fmt: skip
    listed = door.service.answers["/api/v1/indexes/reviews"]["items"][0]
    listed |= {"respondents": 0, "index": None, "grade": None}
    assert "Belum ada jawaban." in (await page(door, f"/reviews/{KEDIRI}")).classed("panel")[0].text
    assert "Belum ada jawaban." in list((await page(door, "/")).all("article"))[1].text


async def test_a_review_that_reports_has_not_heard_of_is_shown_as_planned(door: Door) -> None:
    planned = await page(door, f"/reviews/{PLANNED}")
    assert planned.one("h1").text == "Tinjauan lapangan Kota Semarang, triwulan I 2027"
    assert "hasilnya belum tersedia" in planned.text
    assert planned.classed("panel") == []


@pytest.mark.parametrize("id", ["nothing", "00000000-0000-4000-8000-000000000000", "..%2f..%2findexes"])
async def test_a_review_that_nobody_knows_is_a_404_page(door: Door, id: str) -> None:
    missing = await page(door, f"/reviews/{id}", 404)
    assert missing.one("h1").text == "Halaman tidak ditemukan"


async def test_older_reviews_stand_on_the_next_page(door: Door) -> None:
    listed = door.service.answers["/api/v1/indexes/reviews"]
    first = {"items": listed["items"][:2], "next": "older=="}
    second = {"items": listed["items"][2:], "next": None}
    door.service.answers["/api/v1/indexes/reviews?limit=20&region=33"] = first
    door.service.answers["/api/v1/indexes/reviews?limit=20&region=33&cursor=older%3D%3D"] = second
    one = await page(door, "/?region=33")
    # what might come later in the list is not taken for one that reports has not heard of
    assert [card.one("h2").text.split()[-1] for card in one.all("article")] == ["2027", "2024", "2020"]
    (following,) = [link.attributes["href"] for link in one.all("a") if link.attributes.get("rel") == "next"]
    assert following == "/?region=33&cursor=older%3D%3D"
    two = await page(door, following)
    assert [card.one("h2").text.split()[-1] for card in two.all("article")] == ["Batang"]
    assert [link for link in two.all("a") if link.attributes.get("rel") == "next"] == []


async def test_one_region_is_named_and_what_is_none_is_a_404(door: Door) -> None:
    assert (await page(door, "/?region=33.25")).one("h1").text == "Tinjauan lapangan: Kabupaten Batang, Jawa Tengah"
    for path in ("/?region=x", "/?cursor=x"):
        query = path.removeprefix("/?")
        door.service.answers[f"/api/v1/indexes/reviews?limit=20&{query}"] = JSONResponse({}, 422)
        await page(door, path, 404)


async def test_services_are_asked_as_the_public_whoever_asks(door: Door) -> None:
    given = {**HTML, **door.bearer("admin"), "X-Request-ID": "page-request-1"}
    await door.client.get(f"/reviews/{KEDIRI}", headers=given)
    asked = [request for request in door.service.seen if request.url.path.startswith("/api/")]
    assert len(asked) == 7
    for request in asked:
        token = request.headers["authorization"].removeprefix("Bearer ")
        payload = jwt.decode(token, options={"verify_signature": False}, audience=AUDIENCE)
        assert (payload["sub"], payload["role"]) == ("anonymous", "public")
        assert request.headers["x-request-id"] == "page-request-1"


async def test_names_of_regions_are_remembered(door: Door) -> None:
    for _ in range(2):
        await page(door, "/")
    assert [request.url.path for request in door.service.seen].count("/api/v1/regions/33.25") == 1


async def test_english_by_address_and_by_the_browsers_wish(door: Door) -> None:
    wished = dom.read((await door.client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9,id;q=0.5"})).text)
    assert wished.one("html").attributes["lang"] == "en"
    kediri = await page(door, f"/reviews/{KEDIRI}?lang=en")
    assert kediri.classed("index")[0].text == "77.50"
    assert "Indonesian" not in kediri.text
    # there is no English title, so the Indonesian one says what it is
    assert kediri.one("h1").one("span").attributes == {"lang": "id"}
    links = [link.attributes["href"] for link in kediri.all("a") if link.attributes["href"].startswith("/?")]
    assert links
    assert all(link.endswith("lang=en") for link in links)


async def test_a_source_is_a_link_only_when_it_is_an_address(door: Door) -> None:
    told = door.service.answers[f"/api/v1/indexes?review={KEDIRI}&group_by=visit"]["review"]
    for source, linked in (("https://example.org/a", True), ("javascript:alert(1)", False)):
        told["source"] = source
        kediri = await page(door, f"/reviews/{KEDIRI}")
        assert (source in [link.attributes["href"] for link in kediri.all("a")]) == linked
        assert source in kediri.text


async def test_what_services_say_is_text_and_never_markup(door: Door) -> None:
    told = door.service.answers[f"/api/v1/indexes?review={KEDIRI}&group_by=visit"]
    told["review"]["title"]["id"] = told["elements"][0]["label"]["id"] = "<script>alert(1)</script>"
    kediri = await page(door, f"/reviews/{KEDIRI}")
    assert list(kediri.all("script")) == []
    assert kediri.one("h1").text == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("away", "path", "status", "says"),
    [
        ("reports", "/", 503, "Bagian laporan sedang tidak dapat dihubungi"),
        ("reports", f"/reviews/{KEDIRI}", 503, "Bagian laporan sedang tidak dapat dihubungi"),
        ("surveys", "/", 200, "Bagian survei sedang tidak dapat dihubungi"),
        ("surveys", f"/reviews/{PLANNED}", 503, "Bagian survei sedang tidak dapat dihubungi"),
        ("programs", "/", 200, "Registri program sedang tidak dapat dihubungi. Wilayah ditampilkan dengan kodenya."),
        ("programs", f"/reviews/{KEDIRI}", 200, "Wilayah 35.71"),
    ],
)
async def test_a_service_that_is_away_is_named(open_door: Opener, away: str, path: str, status: int, says: str) -> None:
    with socket.socket() as held:  # bound and not listening: connecting is refused
        held.bind(("127.0.0.1", 0))
        async with open_door(**{f"{away}_url": f"http://127.0.0.1:{held.getsockname()[1]}"}) as door:
            door.service.answers |= answers()
            answer = await door.client.get(path, headers=HTML)
    assert answer.status_code == status
    assert says in dom.read(answer.text).text
    assert "Traceback" not in answer.text
    assert ("retry-after" in answer.headers) == (status == 503)


@pytest.mark.parametrize(
    "nonsense", [JSONResponse({"items": 3}), JSONResponse([]), JSONResponse({}, 401), JSONResponse({}, 500)]
)
async def test_a_service_that_answers_nonsense_counts_as_away(door: Door, nonsense: JSONResponse) -> None:
    door.service.answers["/api/v1/indexes/reviews"] = nonsense
    assert (await page(door, "/", 503)).one("h1").text == "Sedang tidak tersedia"


async def test_an_empty_list_says_so(door: Door) -> None:
    door.service.answers["/api/v1/indexes/reviews"] = {"items": [], "next": None}
    door.service.answers["/api/v1/reviews"] = {"items": [], "next": None}
    assert "Belum ada tinjauan." in (await page(door, "/")).text
