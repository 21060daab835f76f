"""Structured logs: one event, one line, a constant name and fields. Every line of a request carries its id."""

import asyncio
import logging
import sys
from datetime import UTC, datetime

import orjson
import structlog

AS_OTHERS = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE


class RequestLog:
    """The line of each request: in shape like every other, but as JSON it is written past the machinery that makes
    the others, which cost a request a sixth of its time (`docs/performance.md`). Lines of requests that were answered
    in the same turn of the event loop are written together."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("request")
        self._service = ""
        self._direct = False
        self._told: list[dict[str, str | float]] = []

    def configure(self, service: str, *, direct: bool) -> None:
        """Name the service; write straight to standard error, or like all other lines."""
        self._service, self._direct = service, direct

    def write(self, **fields: str | float) -> None:
        """Tell of one request."""
        if not self._logger.isEnabledFor(logging.INFO):
            return
        if not self._direct:
            structlog.get_logger("request").info("request", **fields)
            return
        self._told.append(fields)
        if len(self._told) == 1:
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        told, self._told = self._told, []
        said = {"event": "request", "service": self._service}
        now = {"level": "info", "timestamp": datetime.now(UTC)}
        lines = [orjson.dumps({**said, **fields, **now}, option=AS_OTHERS) for fields in told]
        sys.stderr.write(b"".join(lines).decode())


request_log = RequestLog()


def configure(service: str, level: str, style: str) -> None:
    """Send everything, the libraries' logs included, to standard error in one shape."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    request_log.configure(service, direct=style == "json")
    # Our own middleware writes the access log, with the request id in it.
    logging.getLogger("uvicorn.access").disabled = True
    structlog.contextvars.bind_contextvars(service=service)
