"""What a client says it would rather have: the Accept headers of HTTP, as far as pages need them."""

PAGES = ("text/html", "application/xhtml+xml")
JSON = ("application/json", "application/problem+json")


def ranks(header: str) -> dict[str, float]:
    """What the header names, in lower case, with its quality (0 to 1)."""
    found: dict[str, float] = {}
    for part in header.split(","):
        name, _, parameters = part.partition(";")
        if name.strip():
            found[name.strip().lower()] = _quality(parameters)
    return found


def wants_page(header: str) -> bool:
    """Whether an Accept header asks for a page and not rather for JSON. A program that says nothing gets JSON."""
    named = ranks(header)
    page = max(named.get(kind, 0.0) for kind in PAGES)
    return page > 0 and page >= max(named.get(kind, 0.0) for kind in JSON)


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
