"""The per-respondent table as cells, or as lines of equal width where there are very many respondents.

A thousand cells cost readers and writers of pages twenty times what a line of text does; spreadsheets are made for
them.
"""

from collections.abc import Sequence

from services.reports.layouts.blocks import Scores

IN_CELLS = 500
"""Up to so many respondents are a table of cells; more are lines."""
LINES_IN_A_BLOCK = 80
NONE = "–"


def cells(block: Scores) -> list[list[str]]:
    """Each respondent's number and scores."""
    return [
        [str(place), *(NONE if score is None else str(score) for score in row)]
        for place, row in enumerate(block.rows, start=1)
    ]


def is_short(block: Scores) -> bool:
    """Whether it is a table of cells."""
    return len(block.rows) <= IN_CELLS


def lines(block: Scores) -> tuple[str, list[str]]:
    """The header as a line, and blocks of lines below which it belongs."""
    rows = cells(block)
    widths = [max(len(block.header[0]), len(str(len(rows)))), *(max(2, len(name)) for name in block.header[1:])]
    written = [_line(row, widths) for row in rows]
    starts = range(0, len(written), LINES_IN_A_BLOCK)
    return _line(block.header, widths), ["\n".join(written[at : at + LINES_IN_A_BLOCK]) for at in starts]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return " ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
