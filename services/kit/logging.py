"""Structured logs: one event, one line, a constant name and fields. Every line of a request carries its id."""

import logging
import sys
from datetime import UTC, datetime

import orjson
import structlog


class RequestLog:
    """The line of each request: in shape like every other, but as JSON it is written past the machinery that makes
    the others, which cost a request a sixth of its time (`docs/performance.md`)."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("request")
        self._service = ""
        self._direct = False

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
        now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        line = {"event": "request", "service": self._service, **fields, "level": "info", "timestamp": now}
        sys.stderr.write(orjson.dumps(line).decode() + "\n")


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
