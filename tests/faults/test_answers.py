"""The database commits, and its answer is lost on the way: nobody is told that nothing was stored, nothing is twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from ops import ports
from tests.support.faults import Books, beside, kept_aside, stored, straight
from tests.support.stack import RealStack
from tests.support.survey import ELEMENTS, open_survey

PIECE = 64 * 1024
SOCKET = ".s.PGSQL.5432"
# PostgreSQL says so when the row is committed: an insert that is its own transaction has no other end.
INSERTED = b"INSERT 0 "


class Forgetful:
    """A way to PostgreSQL that breaks when an insert has been done, as often as it is told; `origin` is its address."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._carrying: set[asyncio.Task[None]] = set()
        self.breaks = 0
        self.origin = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Carry for as long as the block lasts."""
        server = await asyncio.start_server(self._accept, ports.HOST, 0)
        host, port = server.sockets[0].getsockname()
        self.origin = f"{host}:{port}"
        try:
            yield
        finally:
            server.close()
            for task in self._carrying:
                task.cancel()
            await asyncio.gather(*self._carrying, return_exceptions=True)
            await server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_unix_connection(str(self._socket))
        forth = asyncio.create_task(_pass_on(reader, to_server))
        try:
            while piece := await from_server.read(PIECE):
                if INSERTED in piece and self.breaks:
                    self.breaks -= 1
                    return
                writer.write(piece)
        finally:
            forth.cancel()
            await asyncio.gather(forth, return_exceptions=True)
            for each in (writer, to_server):
                each.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(PIECE):
        writer.write(piece)
    writer.close()


def socket_of(url: str) -> Path:
    """The socket of a server that listens on no address."""
    return Path(parse_qs(urlsplit(url).query)["host"][0]) / SOCKET


async def test_a_response_whose_commit_went_unheard_is_there_once_and_nobody_says_that_it_is_not(
    stack: RealStack, database: str, tmp_path: Path
) -> None:
    survey = await asyncio.to_thread(open_survey, stack)
    books = Books(stack, survey, database)
    way = Forgetful(socket_of(database))
    first, second = survey.response(2), survey.response(3)
    other = first | {"answers": dict.fromkeys(ELEMENTS, 4)}
    async with way.open():
        url = f"postgresql://postgres@{way.origin}/tinjau_surveys"
        async with (
            beside(stack, tmp_path, TINJAU_SURVEYS_DATABASE_URL=url) as origin,
            straight(stack, origin) as client,
        ):
            assert (await client.post("/responses", json=first)).status_code == 201
            way.breaks = 1
            answer = await client.post("/responses", json=second)
            assert answer.status_code == 503, answer.text
            assert await stored(database, survey) == [first["id"], second["id"]]
            assert "nothing was stored" not in answer.text
            again = await client.post("/responses", json=second)
            assert again.status_code == 200, again.text
            # The same of a copy that is kept aside.
            way.breaks = 1
            assert (await client.post("/responses", json=other)).status_code == 503
            assert (await client.post("/responses", json=other)).status_code == 409
    assert await kept_aside(database, survey) == {first["id"]: 1}
    await books.stored_exactly([first, second])
    await books.counted_exactly([first, second])
