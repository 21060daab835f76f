"""Nobody sees what is not theirs: tables with a region or an agency are bound, and what runs unbound is named here."""

import ast
from pathlib import Path

import pytest

from services.kit.scope import BOUND
from tests.support.apps import SERVICES, permissions_of, tables_of
from tests.support.tree import name, with_suffix

CLAIMS = {"region": ("region_code", "region"), "agency": ("agency_id", "agency")}


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_with_a_region_or_an_agency_is_bound_by_it(service: str) -> None:
    for table in tables_of(service).tables.values():
        expected = {claim: column for claim, columns in CLAIMS.items() for column in columns if column in table.columns}
        assert table.info.get(BOUND, {}) == expected, table.name


@pytest.mark.parametrize("service", SERVICES)
def test_permissions_bind_rows_by_claims_that_tables_know(service: str) -> None:
    known = {claim for table in tables_of(service).tables.values() for claim in table.info.get(BOUND, {})}
    asked = {claim for roles in permissions_of(service).values() for rows in roles.values() for claim in rows.claims}
    assert asked <= known


class Functions(ast.NodeVisitor):
    """Collects the functions in which a name is used, as `Class.function`."""

    def __init__(self, wanted: str) -> None:
        self.found: set[str] = set()
        self._wanted = wanted
        self._within: list[str] = []

    def _enter(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self._within.append(node.name)
        self.generic_visit(node)
        self._within.pop()

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _enter  # noqa: N815 - ast's own names

    def visit_Name(self, node: ast.Name) -> None:
        if node.id == self._wanted and isinstance(node.ctx, ast.Load):
            self.found.add(".".join(self._within))


def using(file: Path, wanted: str) -> set[str]:
    """`path:function` for every function of a file that uses a name."""
    visitor = Functions(wanted)
    visitor.visit(ast.parse(file.read_text()))
    return {f"{name(file)}:{function}" for function in visitor.found}


def of_services() -> list[Path]:
    return [file for service in SERVICES for file in with_suffix(".py", under=f"services/{service}")]


# Group commit: the one place where each microsecond is paid by every respondent. It only inserts what `domain` checked
# against the caller's rows, and reads back by the ids it was given.
PAST_THE_KIT = {"services/surveys/responses/store.py"}


@pytest.mark.parametrize("file", [file for file in of_services() if name(file) not in PAST_THE_KIT], ids=name)
def test_only_the_kit_talks_to_the_driver(file: Path) -> None:
    """Statements reach the database through `Reading` and `Transaction`, which ask for a scope each time."""
    imported = {
        alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    ways = ("asyncpg", "sqlalchemy.ext.asyncio", "sqlalchemy.create_engine", "sqlalchemy.orm")
    assert not [each for each in imported if each.startswith(ways)]


# Who may run a statement without the caller's scope, and why nobody sees through it what is not theirs.
BY_THE_KEY = "what the caller just wrote or was let in to, by its id in the same transaction"
TAKEN_IDS = "whether an id is in use; the answer says no more than that"
BELONGS_TO_NOBODY = "the table has no rows of anyone's"
OF_ALL_REGIONS = "what the service does by itself, now and then, for all"
BY_RECEIPT = "the receipt is the right to see it"
IN_PUBLIC = "everybody may know it; what they may not is left out of each row outside the caller's own"
OF_A_FOLLOWUP = "what belongs to a follow-up that the caller was let in to"
UNBOUND = {
    "services/programs/agencies/service.py:named_by_program": "checked against the region of the body, shows nothing",
    "services/programs/exchange/repository.py:in_other_regions": "ids and slugs in use elsewhere, to refuse an import",
    "services/programs/programs/repository.py:hand_over_locations": "locations of a programme the caller may change",
    "services/programs/regions/repository.py:among": BELONGS_TO_NOBODY,
    "services/programs/regions/repository.py:get": BELONGS_TO_NOBODY,
    "services/programs/regions/repository.py:load": BELONGS_TO_NOBODY,
    "services/programs/regions/repository.py:page": BELONGS_TO_NOBODY,
    "services/reports/aspirations/repository.py:by_receipt": BY_RECEIPT,
    "services/reports/aspirations/repository.py:ends": "ids of what others were merged into; each is read with a scope",
    "services/reports/aspirations/repository.py:facts": "what things are called, which everybody may read",
    "services/reports/aspirations/repository.py:hold_merging": "a lock",
    "services/reports/aspirations/repository.py:followups_of": OF_A_FOLLOWUP,
    "services/reports/followups/files.py:count": OF_A_FOLLOWUP,
    "services/reports/followups/files.py:get": OF_A_FOLLOWUP,
    "services/reports/followups/files.py:insert": OF_A_FOLLOWUP,
    "services/reports/followups/files.py:insert_piece": OF_A_FOLLOWUP,
    "services/reports/followups/files.py:of": OF_A_FOLLOWUP,
    "services/reports/followups/files.py:piece": OF_A_FOLLOWUP,
    "services/reports/followups/planning.py:plan": TAKEN_IDS,
    "services/reports/followups/repository.py:_parts": OF_A_FOLLOWUP,
    "services/reports/followups/repository.py:add_comment": OF_A_FOLLOWUP,
    "services/reports/followups/repository.py:add_objection": OF_A_FOLLOWUP,
    "services/reports/followups/repository.py:comment_counts": OF_A_FOLLOWUP,
    "services/reports/followups/repository.py:add": OF_A_FOLLOWUP,
    "services/reports/followups/repository.py:due": OF_ALL_REGIONS,
    "services/reports/followups/repository.py:links": OF_A_FOLLOWUP,
    "services/reports/followups/repository.py:of_element": IN_PUBLIC,
    "services/reports/followups/repository.py:of_figures": IN_PUBLIC,
    "services/reports/followups/repository.py:remind": OF_ALL_REGIONS,
    "services/reports/followups/repository.py:of_review": IN_PUBLIC,
    "services/reports/followups/repository.py:set_reminder": BY_THE_KEY,
    "services/reports/followups/repository.py:several": IN_PUBLIC,
    "services/reports/followups/service.py:announced": BY_THE_KEY,
    "services/reports/followups/service.py:find": IN_PUBLIC,
    "services/reports/followups/service.py:page": IN_PUBLIC,
    "services/reports/followups/service.py:reopen_for_citizen": BY_RECEIPT,
    "services/reports/followups/tracked.py:object_to": BY_RECEIPT,
    "services/reports/followups/tracked.py:tracked": BY_RECEIPT,
    "services/reports/holidays/repository.py:every": BELONGS_TO_NOBODY,
    "services/reports/holidays/repository.py:hold": "a lock",
    "services/reports/holidays/repository.py:store": BELONGS_TO_NOBODY,
    "services/reports/moves/service.py:note": BY_THE_KEY,
    "services/reports/documents/repository.py:change": BY_THE_KEY,
    "services/reports/documents/repository.py:next_number": BELONGS_TO_NOBODY,
    "services/reports/documents/repository.py:of_subject": "which of a subject's is newest; the caller may change one",
    "services/reports/documents/repository.py:scores": "scores without who gave them, of visits the caller sees",
    "services/reports/documents/repository.py:taken": TAKEN_IDS,
    "services/reports/documents/service.py:_announced": BY_THE_KEY,
    "services/reports/documents/service.py:_store": "a report of rows that were checked against the caller's",
    "services/reports/renderings/repository.py:change": "the file that this process makes, by the owner it was given",
    "services/reports/renderings/repository.py:claim": "a file of a report that the caller was shown",
    "services/surveys/attachments/repository.py:count": "numbers, to refuse one file too many",
    "services/surveys/attachments/repository.py:due": OF_ALL_REGIONS,
    "services/surveys/attachments/repository.py:note": OF_ALL_REGIONS,
    "services/surveys/attachments/repository.py:region_bytes": "a number, to refuse what has no room",
    "services/surveys/attachments/repository.py:stop_waiting": OF_ALL_REGIONS,
    "services/surveys/attachments/repository.py:take_turns": "a lock",
    "services/surveys/attachments/repository.py:take_turns_over": "a lock",
    "services/surveys/attachments/repository.py:to_discard": OF_ALL_REGIONS,
    "services/surveys/attachments/repository.py:uses": "a number: content is one for all who have it",
    "services/surveys/attachments/service.py:close": BY_THE_KEY,
    "services/surveys/attachments/settling.py:_mark": BY_THE_KEY,
    "services/surveys/attachments/settling.py:_refuse": BY_THE_KEY,
    "services/surveys/attachments/sweep.py:_expire": OF_ALL_REGIONS,
    "services/surveys/attachments/sweep.py:_mend": OF_ALL_REGIONS,
    "services/surveys/attachments/uploads.py:_settled": BY_THE_KEY,
    "services/surveys/changes/repository.py:head": "the highest position, a number",
    "services/surveys/changes/repository.py:horizon": "numbers, for operators",
    "services/surveys/quarantine/repository.py:count_open": "a number, for operators",
    "services/surveys/quarantine/repository.py:expire": OF_ALL_REGIONS,
    "services/surveys/quarantine/repository.py:keep": "what a sender sent, under its own region or that of its visit",
    "services/surveys/quarantine/repository.py:waiting": "numbers, to refuse what has no room",
    "services/surveys/questionnaires/repository.py:next_number": "a version number",
    "services/surveys/questionnaires/service.py:_announce": BY_THE_KEY,
    "services/surveys/questionnaires/service.py:draft": TAKEN_IDS,
    "services/surveys/questionnaires/service.py:peek": "a questionnaire that a review names; published ones are public",
    "services/surveys/questionnaires/service.py:revise": BY_THE_KEY,
    "services/surveys/responses/contexts.py:Contexts._fetch": "kept for all callers; each is checked with `covers`",
    "services/surveys/reviews/service.py:_announced": BY_THE_KEY,
    "services/surveys/reviews/service.py:plan": TAKEN_IDS,
    "services/surveys/reviews/service.py:revise": "the questionnaire that the review has already",
    "services/surveys/visits/service.py:_announced": BY_THE_KEY,
    "services/surveys/visits/service.py:plan": TAKEN_IDS,
}
# What these do, nobody asks for as a caller: they copy the feeds for everyone, and the admin alone starts a rebuild.
OF_THE_SERVICE_ITSELF = (
    "services/reports/arrivals/", "services/reports/intake/", "services/reports/rebuilds/",
    "services/surveys/examinations/",
)  # fmt: skip


def test_whoever_leaves_the_scope_away_is_named_with_the_reason() -> None:
    found = {place for file in of_services() for place in using(file, "EVERYTHING")}
    assert {place for place in found if not place.startswith(OF_THE_SERVICE_ITSELF)} == set(UNBOUND)
