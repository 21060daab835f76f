"""Matrices as bytes, contributions as JSON, and sums that are changed in their place.

A sum is changed with every page of the feed. Uncompressed and with room beside it its new version stays in the same
block of the table, and the space of the last one is used again without a vacuum.
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
    SELECT coalesce(string_agg(int8send(number), '' ORDER BY place), '')
    FROM unnest($1) WITH ORDINALITY AS numbers (number, place)
$$;
ALTER TABLE sums SET (fillfactor = 60, toast_tuple_target = 4080);
"""
PLAIN = "".join(f"ALTER TABLE sums ALTER {name} SET STORAGE EXTERNAL; " for name in NAMES)
CONTENT = """
ALTER TABLE contributions ADD content json;
UPDATE contributions SET content = json_build_array(scores, groups);
ALTER TABLE contributions ALTER content SET NOT NULL, DROP scores, DROP groups;
"""

UNPACK = """
CREATE FUNCTION unpacked(bytea) RETURNS bigint[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(('x' || encode(substr($1, place + 1, 8), 'hex'))::bit(64)::bigint ORDER BY place), '{}')
    FROM generate_series(0, length($1) - 8, 8) AS place
$$;
ALTER TABLE sums RESET (fillfactor, toast_tuple_target);
"""
ARRAYS = """
ALTER TABLE contributions ADD scores smallint[], ADD groups text[];
UPDATE contributions SET
    scores = ARRAY(SELECT value::smallint FROM json_array_elements_text(content -> 0) AS value),
    groups = ARRAY(SELECT value FROM json_array_elements_text(content -> 1) AS value);
ALTER TABLE contributions ALTER scores SET NOT NULL, ALTER groups SET NOT NULL, DROP content;
"""


def upgrade() -> None:
    script(PACK + _change("bytea", "packed", "length({}) / 8.0") + PLAIN + CONTENT)


def downgrade() -> None:
    script(UNPACK + _change("bigint[]", "unpacked", "cardinality({})") + ARRAYS)
