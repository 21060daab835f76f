"""Languages: which one a reader gets, and how numbers, dates and texts look in it."""

import re
from datetime import date
from decimal import Decimal

import pytest

from gateway.pages import faults
from gateway.pages.language import Language, preferred
from gateway.pages.rendering import FOLDER
from gateway.pages.texts import TEXTS
from gateway.pages.views import GROUPINGS
from gateway.pages.wire import Period, Words
from gateway.settings import SERVICES

ID, EN = Language("id"), Language("en", chosen=True)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "id"),
        ("en", "en"),
        ("en-US,en;q=0.9,id;q=0.8", "en"),
        ("id-ID,id;q=0.9,en-US;q=0.8", "id"),
        ("in", "id"),
        ("jv, en;q=0.3, id;q=0.4", "id"),
        ("de,fr;q=0.5", "id"),
        ("en;q=0", "id"),
        ("en;q=nonsense", "id"),
        ("*", "id"),
        (",;,q=1", "id"),
    ],
)
def test_the_browsers_wish(header: str, code: str) -> None:
    assert preferred(header) == code


def test_numbers_keep_their_decimals() -> None:
    assert [ID.number(Decimal(given)) for given in ("76.6100", "100.00", "3.0", "12345.5")] == [
        "76,6100", "100,00", "3,0", "12.345,5",
    ]  # fmt: skip
    assert [EN.number(given) for given in (Decimal("76.61"), 7285, Decimal(5))] == ["76.61", "7,285", "5"]
    # what half-even rounding would make 76.60
    assert ID.number(Decimal("76.605")) == "76,605"
    assert (ID.percent(Decimal("0.95")), EN.percent(Decimal("0.999"))) == ("95%", "99.9%")


def test_days_and_periods() -> None:
    march = Period(start=date(2020, 3, 1), end=date(2020, 3, 31))
    assert ID.period(march) == "1–31 Mar 2020"
    assert EN.period(march).replace("\u2009", " ") == "Mar 1 – 31, 2020"
    day = Period(start=date(2024, 5, 24), end=date(2024, 5, 24))
    assert (ID.period(day), EN.period(day)) == ("24 Mei 2024", "May 24, 2024")


def test_texts_of_services_say_when_they_are_in_the_other_language() -> None:
    both, one = Words(id="Baik", en="Good"), Words(id="A & B")
    assert (ID.words(both), EN.words(both)) == ("Baik", "Good")
    assert (ID.words(one), EN.words(one)) == ("A &amp; B", '<span lang="id">A &amp; B</span>')
    assert (EN.plain(one), EN.plain(both)) == ("A & B", "Good")
    assert ID.phrase("half up, once, to 2 decimals") == "setengah ke atas, satu kali saja, menjadi 2 desimal"
    assert ID.phrase("<b>") == '<span lang="en">&lt;b&gt;</span>'
    assert EN.phrase("half up") == "half up"
    assert EN.sentence(Words(id="-", en="Use `a<b` and `c`.")) == "Use <code>a&lt;b</code> and <code>c</code>."


def test_links_keep_a_language_that_was_chosen() -> None:
    assert ID.link("/", region=None) == "/"
    assert EN.link("/", region="33.25", cursor="a=") == "/?region=33.25&cursor=a%3D&lang=en"


def test_every_text_that_is_used_is_there_in_both_languages_with_the_same_blanks() -> None:
    for key, (indonesian, english) in TEXTS.items():
        assert indonesian
        assert english
        assert set(re.findall(r"{(\w+)}", indonesian)) == set(re.findall(r"{(\w+)}", english)), key
    source = "".join(path.read_text() for path in FOLDER.rglob("*.html")) + (FOLDER / "templates/chart.svg").read_text()
    used = set(re.findall(r"lang\.text\(['\"]([\w.]+)['\"][,)]", source))
    used |= {f"{prefix}.{key}" for prefix in ("by", "group") for key in GROUPINGS}
    used |= {f"away.{service}" for service in SERVICES} | {"without.surveys", "without.programs", "without.problems"}
    used |= {"sample.enough", "sample.short"}
    used |= set(re.findall(r"Fault\(['\"]([\w.]+)['\"]", "".join(path.read_text() for path in FOLDER.rglob("*.py"))))
    used |= set(faults.KEYS.values()) | set(faults.SLUGS.values())
    prefixes = ("status.", "failure.", "problems.member.", "role.", "asked.state.", "asked.told.", "followup.state.")
    prefixes += ("aspiration.state.", "aspiration.move.", "triage.done.", "triage.do.", "board.column.")
    prefixes += ("level.", "move.do.", "move.done.", "move.told.")
    prefixes += ("compare.first", "compare.last", "compare.fault.", "evaluation.state.", "evaluation.verdict.")
    prefixes += ("report.format.", "report.kind.", "report.stage.", "report.state.", "verify.")
    assert used <= set(TEXTS)
    assert [key for key in TEXTS if key not in used and not key.startswith(prefixes)] == []
