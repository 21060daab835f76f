"""Matrices as bytes, contributions as JSON, and sums that are changed in their place.

How a matrix is written stands in `services/reports/matrices.py`. A sum is changed with every page of the feed:
uncompressed and with room beside it its new version stays in the same block of the table, and the space of the last one
is used again without a vacuum. The index of reviews begins with the review: with the generation in front the planner
takes it for as good as the primary key, as long as it knows little of the table.
"""

from services.kit.migrations import script

revision = "matrices"
down_revision = "start"

NAMES = ("joint_count", "joint_sum", "joint_product")


def _change(kind: str, function: str, check: str) -> str:
    """Statements that change the type of the matrices, with a check of how long each is."""
    return "".join((
        *(f"ALTER TABLE sums DROP CONSTRAINT sums_check{number}; " for number in ("", 1, 2)),
        "ALTER TABLE sums ",
        ", ".join(f"ALTER {name} TYPE {kind} USING {function}({name})" for name in NAMES),
        "".join(f"; ALTER TABLE sums ADD CHECK ({check.format(name)} = cardinality(elements) ^ 2)" for name in NAMES),
        f"; DROP FUNCTION {function};",
    ))  # fmt: skip


PACK = """
CREATE FUNCTION packed(bigint[]) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT set_byte('\\x00', 0, width) || coalesce(
        (SELECT string_agg(substr(int8send(number), 9 - width), '' ORDER BY place)
         FROM unnest($1) WITH ORDINALITY AS numbers (number, place)), '')
    FROM (
        SELECT CASE WHEN farthest < 2 ^ 7 THEN 1 WHEN farthest < 2 ^ 15 THEN 2 WHEN farthest < 2 ^ 31 THEN 4 ELSE 8 END
        FROM (SELECT coalesce(max(greatest(number, ~number)), 0) FROM unnest($1) AS number) AS most (farthest)
    ) AS needed (width)
$$;
ALTER TABLE sums SET (fillfactor = 45, toast_tuple_target = 4080);
DROP INDEX sums_review;
CREATE INDEX sums_review ON sums (review_id, generation, group_by);
"""
PLAIN = "".join(f"ALTER TABLE sums ALTER {name} SET STORAGE EXTERNAL; " for name in NAMES)
CONTENT = """
ALTER TABLE contributions ADD content json;
UPDATE contributions SET content = json_build_array(scores, groups);
ALTER TABLE contributions ALTER content SET NOT NULL, DROP scores, DROP groups;
"""

UNPACK = """
CREATE FUNCTION unpacked(bytea) RETURNS bigint[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(('x' || sign || encode(number, 'hex'))::bit(64)::bigint ORDER BY place), '{}')
    FROM generate_series(2, length($1), get_byte($1, 0)) AS place,
        substr($1, place, get_byte($1, 0)) AS number,
        repeat(CASE WHEN get_byte(number, 0) < 128 THEN '00' ELSE 'ff' END, 8 - get_byte($1, 0)) AS sign
$$;
ALTER TABLE sums RESET (fillfactor, toast_tuple_target);
DROP INDEX sums_review;
CREATE INDEX sums_review ON sums (generation, review_id, group_by);
"""
ARRAYS = """
ALTER TABLE contributions ADD scores smallint[], ADD groups text[];
UPDATE contributions SET
    scores = ARRAY(SELECT value::smallint FROM json_array_elements_text(content -> 0) AS value),
    groups = ARRAY(SELECT value FROM json_array_elements_text(content -> 1) AS value);
ALTER TABLE contributions ALTER scores SET NOT NULL, ALTER groups SET NOT NULL, DROP content;
"""


def upgrade() -> None:
    script(PACK + _change("bytea", "packed", "(length({0}) - 1) / get_byte({0}, 0)::float") + PLAIN + CONTENT)


def downgrade() -> None:
    script(UNPACK + _change("bigint[]", "unpacked", "cardinality({})") + ARRAYS)
