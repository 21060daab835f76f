"""What a document says, from its first page to its last, whatever its format: the national five chapters for a review,
fewer for a programme, and others for an evaluation."""

from collections.abc import Callable, Iterator, Sequence

from services.reports.layouts import analysis, evaluated, sections
from services.reports.layouts.blocks import Block, Chapter, Outline, Section
from services.reports.layouts.job import Job
from services.reports.layouts.language import Language

Part = Callable[[sections.Snapshot, Language], Iterator[Block]]
Plan = Sequence[tuple[str, Sequence[tuple[str, Part]]]]

APPENDICES: Plan = (
    ("appendix.a", (("", sections.scores),)),
    ("appendix.b", (("", sections.questionnaire),)),
    ("appendix.c", (("", sections.origin),)),
)
REVIEW: Plan = (
    ("chapter.1", (("1.1", sections.background), ("1.2", sections.legal_base), ("1.3", sections.purpose))),
    (
        "chapter.2",
        (
            ("2.1", sections.collector), ("2.2", sections.way), ("2.3", sections.places), ("2.4", sections.time),
            ("2.5", sections.sample),
        ),
    ),
    ("chapter.3", (("3.1", sections.respondents), ("3.2", sections.results))),
    (
        "chapter.4",
        (("4.1", analysis.strengths), ("", analysis.aspirations), ("4.2", analysis.plan), ("4.3", sections.trend)),
    ),
    ("chapter.5", (("5.1", sections.conclusion), ("5.2", sections.signature))),
    *APPENDICES,
)  # fmt: skip
PROGRAM: Plan = (
    ("program.1", (("", sections.places), ("", sections.sample))),
    ("program.2", (("", sections.results), ("", sections.respondents))),
    ("program.3", (("", analysis.strengths), ("", analysis.aspirations), ("", analysis.plan), ("", sections.trend))),
    ("chapter.5", (("", sections.conclusion), ("", sections.signature))),
    *APPENDICES,
)
EVALUATION: Plan = (
    ("evaluation.1", (("", evaluated.subject), ("evaluation.method", evaluated.method))),
    ("evaluation.2", (("", evaluated.dimensions), ("", evaluated.criteria), ("", evaluated.source))),
    ("evaluation.3", (("", evaluated.before), ("", evaluated.ranks), ("", evaluated.under), ("", evaluated.impact))),
    ("evaluation.4", (("", evaluated.conclusion), ("", sections.signature))),
    ("evaluation.origin", (("", evaluated.origin),)),
)
PLANS = {"review": REVIEW, "program": PROGRAM, "evaluation": EVALUATION}


def outline(job: Job) -> Outline:
    """The whole document in its language."""
    report, lang = job.report, Language(job.language)
    marked = report["simulated"]
    number = report["number"]
    evaluation = report["kind"] == "evaluation"
    day, time = lang.day_of(report["frozen_at"]), lang.time_of(report["frozen_at"])
    return Outline(
        language=lang.code,
        number=number,
        title=lang.words(report["title"]),
        subtitle=lang.text(f"subtitle.{report['kind']}"),
        place=sections.region(report, lang),
        period=evaluated.year(report, lang) if evaluation else lang.period(report["review"]["period"]),
        mark=lang.text("simulated.mark") if marked else "",
        warning=lang.text("simulated.warning") if marked else "",
        headline=(evaluated if evaluation else sections).headline(report, lang),
        chapters=[
            Chapter(
                lang.text(title),
                [Section(lang.text(name) if name else "", list(part(report, lang))) for name, part in parts],
                apart=place == 0 or title.startswith("appendix"),
            )
            for place, (title, parts) in enumerate(PLANS[report["kind"]])
        ],
        footer=f"{lang.text('number')} {number}",
        verify=job.verify,
        verify_text=lang.text("verify"),
        digest=job.digest.removeprefix("sha256:"),
        words={
            name: lang.text(name)
            for name in ("page", "of", "contents", "number", "digest", "frozen", "region", "period", "totals")
        }
        | {"frozen_at": lang.text("frozen.at", day=day, time=time)},
    )
