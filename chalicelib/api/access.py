"""Who is calling: the key from wherever clients put it, and whether it may."""

from chalicelib import wiring
from chalicelib.api.errors import KeyMissing, ScopeMissing
from chalicelib.api.request import Request, basic_user
from chalicelib.core.access import ApiKey, Scope, hash_key

_ALGOLIA_KEY = "x-algolia-api-key"


def presented_key(request: Request) -> str | None:
    """The key of a request: Algolia's header or query parameter, ``Bearer``, or the user of HTTP Basic (Segment)."""
    algolia = request.headers.get(_ALGOLIA_KEY) or request.query.get(_ALGOLIA_KEY)
    if algolia:
        return algolia
    header = request.headers.get("authorization", "")
    kind, _, token = header.partition(" ")
    return (token.strip() or None) if kind.lower() == "bearer" else basic_user(header)


def check_key(request: Request, scope: Scope) -> ApiKey:
    """The caller's key. Raises ``KeyMissing`` (401) or ``ScopeMissing`` (403)."""
    secret = presented_key(request)
    if secret is None:
        raise KeyMissing("an API key is required")
    services = wiring.services()
    key = services.key_cache.find(hash_key(secret), services.clock.now())
    if key is None or key.revoked_at is not None:
        raise KeyMissing("this API key is not valid")
    if not key.allows(scope):
        raise ScopeMissing(f"this API key may not do this: it has the scope {key.scope}, {scope} is needed")
    return key
