"""Who is calling: the key from wherever clients put it, and whether it may."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from chalicelib import wiring
from chalicelib.api.errors import KeyMissing, ScopeMissing
from chalicelib.api.request import Request, basic_user
from chalicelib.core.access import SIGNATURE_CHARACTERS, ApiKey, Scope, hash_key, parent_of

_ALGOLIA_KEY = "x-algolia-api-key"
# A restriction that nobody checks is none.
_UNCHECKED = frozenset({"restrictSources", "referers"})


def presented_key(request: Request) -> str | None:
    """The key of a request: Algolia's header or query parameter, ``Bearer``, or the user of HTTP Basic (Segment)."""
    algolia = request.headers.get(_ALGOLIA_KEY) or request.query.get(_ALGOLIA_KEY)
    if algolia:
        return algolia
    header = request.headers.get("authorization", "")
    kind, _, token = header.partition(" ")
    return (token.strip() or None) if kind.lower() == "bearer" else basic_user(header)


def check_key(request: Request, scope: Scope, *, takes_secured: bool = False) -> Mapping[str, str]:
    """The search parameters that the caller's key imposes: none unless it is a secured key.

    Raises ``KeyMissing`` (401) or ``ScopeMissing`` (403); a secured key is refused where nothing enforces its parameters.
    """
    secret = presented_key(request)
    if secret is None:
        raise KeyMissing("an API key is required")
    services = wiring.services()
    key, forced = services.key_cache.find(hash_key(secret), services.clock.now()), None
    if key is None and len(secret) > SIGNATURE_CHARACTERS:
        key, forced = _secured(secret)
    if key is None or key.revoked_at is not None:
        raise KeyMissing("this API key is not valid")
    if not key.allows(scope):
        raise ScopeMissing(f"this API key may not do this: it has the scope {key.scope}, {scope} is needed")
    if forced is not None and not takes_secured:
        raise ScopeMissing("a secured API key may search, nothing else")
    return forced or {}


def caller_name(request: Request) -> str | None:
    """The name of the key that a request came with; None for a route that needs none."""
    secret = presented_key(request)
    if secret is None:
        return None
    services = wiring.services()
    key = services.key_cache.find(hash_key(secret), services.clock.now())
    return key.name if key else None


def _secured(secret: str) -> tuple[ApiKey | None, Mapping[str, str] | None]:
    services = wiring.services()
    now = services.clock.now()
    found = parent_of(secret, services.key_cache.all(now))
    if found is None:
        return None, None
    key, parameters = found
    forced = dict(parse_qsl(parameters, keep_blank_values=True))
    if unknown := forced.keys() & _UNCHECKED:
        raise KeyMissing(f"secured API keys with {', '.join(sorted(unknown))} are not supported")
    until = forced.pop("validUntil", None)
    if until is not None and not (until.isdecimal() and int(until) > now.timestamp()):
        raise KeyMissing("this API key has expired")
    return key, forced
