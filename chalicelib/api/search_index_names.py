"""Which index a route of Algolia's is about: names are checked before anything is done."""

from chalicelib import wiring
from chalicelib.api.search_shapes import UnknownIndex
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import IndexKind, kind_of


def shop_index() -> str:
    """The name of the shop's own index."""
    return wiring.services().settings.search_index


def kind_named(index: str | None, field: str, *kinds: IndexKind) -> IndexKind:
    """What ``index`` is. Raises ``UnknownIndex`` when it is none of ``kinds``."""
    kind = kind_of(index or "", shop_index())
    if kind not in kinds:
        known = {
            IndexKind.SHOP: shop_index(),
            IndexKind.REPLICA: f"its replicas ({shop_index()}_price_asc ...)",
            IndexKind.TEMPORARY: f"temporary ones ({shop_index()}_tmp...)",
        }
        names = ", ".join(known[each] for each in kinds)
        raise UnknownIndex(f"{field}: index {str(index)[:100]!r} does not exist; here there are {names}", field=field)
    return kind


def yes(text: str | None) -> bool:
    """A switch in the query string; v4 writes 1, v5 true."""
    if text is not None and text.lower() not in ("true", "false", "1", "0", ""):
        raise InvalidRequest(f"must be true or false, not {text[:20]!r}")
    return text is not None and text.lower() in ("true", "1")
