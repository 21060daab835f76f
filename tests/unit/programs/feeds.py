"""Reading the registry's feed as any reader does."""

from typing import Any

import httpx2

CHANGES = "/api/v1/changes/registry"


async def drained(client: httpx2.AsyncClient, after: str | None = None) -> tuple[list[dict[str, Any]], str | None]:
    """Everything behind a cursor, and the cursor up to which that is."""
    seen: list[dict[str, Any]] = []
    while True:
        answer = await client.get(CHANGES, params={"limit": 500} | ({"after": after} if after else {}))
        assert answer.status_code == 200, answer.text
        page = answer.json()
        seen += page["items"]
        after = page["next"]
        if not page["more"]:
            return seen, after
