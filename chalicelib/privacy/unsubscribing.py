"""Links by which whoever got a mail withdraws the consent to it, with one click and without signing in (RFC 8058)."""

from dataclasses import dataclass

import msgspec

from chalicelib.core.errors import NotFound
from chalicelib.core.sealing import SealBroken, Sealer
from chalicelib.privacy.model import Channel, Purpose

_PREFIX = "sealed:v1:"


class UnsubscribeLinkInvalid(NotFound):
    """Nobody was sent this link."""


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """What a link withdraws, and the campaign whose mail it stood in."""

    shopper_id: str
    channel: Channel
    purpose: Purpose
    campaign_id: str


class UnsubscribeLinks:
    """Makes links and reads them back. They do not expire: a mail may be opened years later.

    The token is sealed: it cannot be made by others, and shows neither who nor what to those who log its address.
    """

    def __init__(self, sealer: Sealer, public_url: str) -> None:
        self._sealer = sealer.for_purpose("unsubscribe")
        self._base = public_url.rstrip("/")

    def url(self, unsubscription: Unsubscription) -> str | None:
        """The link, or None when the shop has no public address."""
        return f"{self._base}/v1/unsubscribe/{self.token(unsubscription)}" if self._base else None

    def token(self, unsubscription: Unsubscription) -> str:
        """What identifies an unsubscription in a link: ``<key id>_<base64>``."""
        said = msgspec.json.encode(unsubscription).decode()
        return self._sealer.seal(said, "link").removeprefix(_PREFIX).replace(":", "_", 1)

    def read(self, token: str) -> Unsubscription:
        """The unsubscription in a token. Raises ``UnsubscribeLinkInvalid``."""
        try:
            said = self._sealer.open(_PREFIX + token.replace("_", ":", 1))
            return msgspec.json.decode(said, type=Unsubscription)
        except (SealBroken, msgspec.MsgspecError):
            raise UnsubscribeLinkInvalid("this link is not one of ours") from None
