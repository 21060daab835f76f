"""What the gateway and the services have to agree on about a token: who signs, for whom, and what it says of a caller.

Apart from `auth`, so that the gateway can use it without the packages that a database needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ISSUER = "tinjau-gateway"
AUDIENCE = "tinjau-services"
ANONYMOUS = "anonymous"
PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever stands behind a request: a subject, one role, and the claims that bind its rows."""

    subject: str
    role: str
    claims: Mapping[str, str] = field(default_factory=dict)
    token: str = field(default="", repr=False, compare=False)

    @property
    def anonymous(self) -> bool:
        return self.subject == ANONYMOUS
