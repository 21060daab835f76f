"""Examples of the routes of attachments, and files that were uploaded."""

from tests.support.asking import Ask, Place, example, listed, one
from tests.support.world import World
from tests.unit.surveys import bodies as forms
from tests.unit.surveys import files

listed("surveys", "/attachments", "attachment", visit="{busy_visit}", limit="500")
one("surveys", "/attachments", "attachment")


@example("surveys", "OPTIONS /api/v1/attachments")
async def ask_capabilities(_: World, __: Place) -> Ask:
    return Ask("/attachments", anyones=True)


@example("surveys", "POST /api/v1/attachments")
async def begin_upload(_: World, place: Place) -> Ask:
    said = files.described(forms.response(place.things["busy_visit"]))
    return Ask("/attachments", {"headers": files.announcing(said, 100)})


async def begun(world: World, visit: str) -> str:
    """The id of an upload that nothing has arrived of."""
    said = files.described(forms.response(visit))
    answer = await world.call("surveys", "POST", "/attachments", headers=files.announcing(said, 100))
    assert answer.status_code == 201, answer.text
    return said["id"]


@example("surveys", "HEAD /api/v1/attachments/{id}")
async def ask_offset(world: World, place: Place) -> Ask:
    return Ask(f"/attachments/{await begun(world, place.things['busy_visit'])}", {"headers": files.TUS})


@example("surveys", "PATCH /api/v1/attachments/{id}")
async def send_piece(world: World, place: Place) -> Ask:
    id = await begun(world, place.things["busy_visit"])
    return Ask(f"/attachments/{id}", {"headers": files.at(0), "content": b"piece"})


@example("surveys", "DELETE /api/v1/attachments/{id}")
async def give_up_upload(world: World, place: Place) -> Ask:
    return Ask(f"/attachments/{await begun(world, place.things['busy_visit'])}")


@example("surveys", "GET /api/v1/attachments/{id}/content")
async def get_content(_: World, place: Place) -> Ask:
    return Ask(f"/attachments/{place.things['attachment']}/content")


@example("surveys", "GET /api/v1/attachments/{id}/history")
async def read_history(_: World, place: Place) -> Ask:
    return Ask(f"/attachments/{place.things['attachment']}/history")


@example("surveys", "GET /api/v1/attachments/{id}/original")
async def get_original(_: World, place: Place) -> Ask:
    return Ask(f"/attachments/{place.things['refused']}/original")


async def uploaded(world: World, visit: str, content: bytes) -> str:
    """The id of a file that was sent whole."""
    said = files.described(forms.response(visit))
    headers = files.announcing(said, len(content)) | {"Content-Type": files.CHUNK}
    answer = await world.call("surveys", "POST", "/attachments", headers=headers, content=content)
    assert answer.status_code in {201, 422}, answer.text
    return said["id"]
