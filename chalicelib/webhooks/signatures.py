"""Proves who sent a body. Every comparison takes the same time for any wrong signature; nothing is read before it is proven."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping

from standardwebhooks import Webhook, WebhookVerificationError

from chalicelib.core.ids import digest
from chalicelib.webhooks.model import MAX_ID_CHARACTERS, Scheme, SignatureRefused, SourceInvalid

MAX_SIGNATURES = 10
MIN_SECRET_BYTES = 16
Headers = Mapping[str, str]


def prove(scheme: Scheme, client_id: str, secrets: Iterable[str], headers: Headers, body: bytes) -> str:
    """The key of a delivery that one of ``secrets`` signed. ``headers`` have lower-case names. Raises ``SignatureRefused``.

    The key is the sender's id only where the signature covers it (Standard Webhooks). The platforms sign the body alone: with
    those it is made of the topic and the body, so that nobody who saw a delivery can send it again under a new id.
    """
    if not any(_PROOFS[scheme](client_id, secret, headers, body) for secret in secrets):
        raise SignatureRefused("the signature is missing, too old, or not made with a secret of this source")
    if scheme is Scheme.STANDARD:
        given = headers["webhook-id"]
        return given if len(given) <= MAX_ID_CHARACTERS and "#" not in given else digest(given)
    topic = next((headers[name] for name in _TOPICS if name in headers), "")
    return digest(topic, hashlib.sha256(body).hexdigest())


def check_secret(scheme: Scheme, secret: str) -> None:
    """Raises ``SourceInvalid`` for a secret that cannot be one, or is too short to be safe."""
    raw = secret.encode()
    if scheme is Scheme.STANDARD:
        try:
            raw = base64.b64decode(secret.removeprefix("whsec_") + "==", validate=False)
        except (binascii.Error, ValueError):
            raise SourceInvalid("secret must be base64, with whsec_ before it or not", field="secret") from None
    if len(raw) < MIN_SECRET_BYTES:
        raise SourceInvalid(f"secret has fewer than {MIN_SECRET_BYTES} bytes", field="secret")


def _standard(_: str, secret: str, headers: Headers, body: bytes) -> bool:
    # One signature at a time: the library raises on one it cannot read, even where the next would match.
    for signature in headers.get("webhook-signature", "").split(" ")[:MAX_SIGNATURES]:
        try:
            Webhook(secret).verify(body, {**headers, "webhook-signature": signature}, json_parse=False)
        except (WebhookVerificationError, ValueError):
            continue
        return True
    return False


def _hmac_in(header: str) -> "_Proof":
    def is_proven(_: str, secret: str, headers: Headers, body: bytes) -> bool:
        expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
        return hmac.compare_digest(expected, headers.get(header, "").encode())

    return is_proven


def _youzan(client_id: str, secret: str, headers: Headers, body: bytes) -> bool:
    # The platform's own scheme; weaker than an HMAC, and there is no other.
    expected = hashlib.md5(client_id.encode() + body + secret.encode(), usedforsecurity=False).hexdigest()
    return hmac.compare_digest(expected.encode(), headers.get("event-sign", "").lower().encode())


_Proof = Callable[[str, str, Headers, bytes], bool]
_TOPICS = ("x-shopify-topic", "x-wc-webhook-topic")
_PROOFS: Mapping[Scheme, _Proof] = {
    Scheme.STANDARD: _standard,
    Scheme.SHOPIFY: _hmac_in("x-shopify-hmac-sha256"),
    Scheme.WOOCOMMERCE: _hmac_in("x-wc-webhook-signature"),
    Scheme.YOUZAN: _youzan,
}
