"""The mark of our own forms: whoever sends one shows that the page it stands on was made for them.

It is bound to what the right to send comes from: the bearer token of whoever is signed in, a cookie of somebody who is
about to, or a code that only its holder knows. Nothing is stored, and every process of the gateway knows every seal.
"""

import hashlib
import hmac


class Seal:
    """Makes and checks seals with a secret of the installation."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of(self, binding: str) -> str:
        """The seal for what it is bound to."""
        return hmac.new(self._secret, binding.encode(), hashlib.sha256).hexdigest()

    def fits(self, binding: str, given: str) -> bool:
        """Whether a seal is that of the binding."""
        return hmac.compare_digest(self.of(binding).encode(), given.encode())
