"""A headless Chromium, spoken to over its DevTools socket: nothing to download, no driver between.

Chromium is not part of the environment. Tests that need it skip where it is missing.
"""

import asyncio
import base64
import json
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# No sandbox, because tests run as root in containers too; it only ever sees our own pages.
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--mute-audio",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--remote-debugging-port=0",
)  # fmt: skip
START_SECONDS = 30.0
ANSWER_SECONDS = 30.0
MESSAGE_BYTES = 64_000_000
_LISTENING = re.compile(r"DevTools listening on (ws://\S+)")


def program() -> str | None:
    """The path of a Chromium on this machine."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Tab:
    """One tab. `open` a page, `run` a script in it, take a `picture` of it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._session = ""
        self._number = 0

    async def attach(self) -> None:
        """Make the tab, and the session in which it is spoken to."""
        made = await self._call("Target.createTarget", url="about:blank")
        attached = await self._call("Target.attachToTarget", targetId=made["targetId"], flatten=True)
        self._session = attached["sessionId"]
        await self._call("Page.enable")
        await self._call("Network.enable")

    async def size(self, width: int, height: int, *, phone: bool = False) -> None:
        """How large the window is, in CSS pixels, and whether it is that of a phone."""
        await self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=phone,
        )  # fmt: skip

    async def headers(self, headers: Mapping[str, str]) -> None:
        """What every further request says, such as a language. Not a cookie: the browser's own take its place."""
        await self._call("Network.setExtraHTTPHeaders", headers=dict(headers))

    async def cookie(self, origin: str, name: str, value: str) -> None:
        """Give the browser a cookie for an origin, and take all others away."""
        await self._call("Network.clearBrowserCookies")
        await self._call("Network.setCookie", url=origin, name=name, value=value, httpOnly=True, sameSite="Strict")

    async def open(self, address: str) -> None:
        """Go to a page, and wait until it has loaded."""
        self._number += 1
        await self._send(self._number, "Page.navigate", {"url": address})
        await self._until(lambda message: message.get("method") == "Page.loadEventFired")

    async def follow(self, script: str) -> None:
        """Run a script that leads to another page, as a click does, and wait until that has loaded."""
        self._number += 1
        await self._send(self._number, "Runtime.evaluate", {"expression": script})
        await self._until(lambda message: message.get("method") == "Page.loadEventFired")

    async def status(self) -> int:
        """The HTTP status of the page."""
        found: int = await self.run('performance.getEntriesByType("navigation")[0].responseStatus')
        return found

    async def run(self, script: str) -> Any:
        """What a script in the page comes to. Raises AssertionError when it fails there."""
        answer = await self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def picture(self, *, whole: bool = True) -> bytes:
        """The page as PNG: all of it, or what the window shows."""
        answer = await self._call("Page.captureScreenshot", captureBeyondViewport=whole, format="png")
        return base64.b64decode(answer["data"])

    async def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        number = self._number
        await self._send(number, method, params)
        answer = await self._until(lambda message: message.get("id") == number)
        assert "error" not in answer, (method, answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    async def _send(self, number: int, method: str, params: Mapping[str, Any]) -> None:
        session = {"sessionId": self._session} if self._session else {}
        await self._socket.send_json({"id": number, "method": method, "params": dict(params), **session})

    async def _until(self, wanted: Any) -> dict[str, Any]:
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                message: dict[str, Any] = await self._socket.receive_json()
                if wanted(message):
                    return message


def typed(action: str, **fields: str) -> str:
    """A script that fills the form that is sent to an address, and presses its button."""
    return f"""(() => {{
      const form = document.querySelector(`form[method=post][action="{action}"]`);
      for (const [name, value] of Object.entries({json.dumps(fields)})) form.elements[name].value = value;
      form.querySelector("button").click();
    }})()"""


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Tab]:
    """A running Chromium with one tab; its profile lies in a folder."""
    path = program()
    assert path, "there is no Chromium here"
    process = await asyncio.create_subprocess_exec(
        path, *FLAGS, f"--user-data-dir={folder}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as client:
            socket = await client.ws_connect(await _listening(process), max_msg_size=MESSAGE_BYTES)
            tab = Tab(socket)
            await tab.attach()
            yield tab
            await socket.close()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def _listening(process: asyncio.subprocess.Process) -> str:
    """The address that it says it listens at."""
    assert process.stderr
    said = ""
    async with asyncio.timeout(START_SECONDS):
        while line := await process.stderr.readline():
            said += line.decode(errors="replace")
            if found := _LISTENING.search(said):
                return found.group(1)
    raise AssertionError(f"Chromium did not start: {said[-2000:]}")
