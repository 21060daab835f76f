"""A usual response without a task of its own: looked at, left with the store, acknowledged when its group is stored.

Whatever is not usual, or would have to wait before it can be stored, is left to `routes.create_response`.
"""

import asyncio
from functools import partial

from starlette.datastructures import State

from services.kit.auth import Access
from services.kit.database import as_problem
from services.kit.express import Asked
from services.kit.problems import Malformed
from services.surveys.responses import service
from services.surveys.responses.clock import read as read_clock
from services.surveys.responses.domain import Content
from services.surveys.responses.results import acknowledgement
from services.surveys.responses.store import Stored


def take(state: State, asked: Asked, access: Access) -> bool:
    """Take one response, of a visit that is known already."""
    if asked.headers.get(b"content-type", b"application/json") != b"application/json":
        return False
    try:
        clock = read_clock(asked.headers)
    except Malformed:
        return False
    content = service.at_hand(state.contexts, asked.body, clock, access)
    if content is None:
        return False
    parcel = state.store.parcel([content], access.caller.subject, clock)
    parcel.add_done_callback(partial(_acknowledge, asked, content))
    return True


def _acknowledge(asked: Asked, content: Content, parcel: "asyncio.Future[list[Stored]]") -> None:
    try:
        (stored,) = parcel.result()
        response = acknowledgement(content, service.accepted(content, stored))
    except Exception as error:  # noqa: BLE001 - whatever it is, its sender is told
        asked.fail(as_problem(error) or error)
    else:
        asked.respond(response)
