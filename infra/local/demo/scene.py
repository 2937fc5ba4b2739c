"""Chooses, from whatever catalogue is loaded, words to search and two kinds of goods for two shoppers to like."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Hit = Mapping[str, Any]
Search = Callable[[str], Sequence[Hit]]
FAVOURITE_QUERY = "连衣裙"
CANDIDATES = 60
GOODS_PER_TASTE = 3
LEAST_GOODS = 2


@dataclass(frozen=True)
class Liking:
    """What one shopper likes: a brand or a category (``name``), and the goods of it among the hits."""

    name: str
    goods: tuple[Hit, ...]


@dataclass(frozen=True)
class Scene:
    """The words that everyone will search, and the two likings that will order the hits differently."""

    query: str
    first: Liking
    second: Liking


def choose_scene(search: Search, titles: Sequence[str]) -> Scene | None:
    """The first query, of the shop's own frequent words, whose hits hold two brands or categories to tell apart."""
    for query in _candidate_queries(titles):
        hits = [hit for hit in search(query) if query in hit["title"]]
        for kind in (_brand, _leaf_category):
            likings = _likings(hits, kind)
            if len(likings) >= 2:
                # The two that stand lowest: personalisation has most to show for them.
                return Scene(query, likings[-1], likings[-2])
    return None


def _candidate_queries(titles: Sequence[str]) -> Iterator[str]:
    """连衣裙 if the shop has it, then its most frequent pairs of characters."""
    if sum(FAVOURITE_QUERY in title for title in titles) >= 2 * LEAST_GOODS:
        yield FAVOURITE_QUERY
    pairs: Counter[str] = Counter()
    for title in titles:
        pairs.update({title[at : at + 2] for at in range(len(title) - 1) if _is_han(title[at : at + 2])})
    yield from (pair for pair, _ in pairs.most_common(CANDIDATES))


def _is_han(text: str) -> bool:
    return all("\u4e00" <= character <= "\u9fff" for character in text)


def _likings(hits: Sequence[Hit], kind: Callable[[Hit], str | None]) -> list[Liking]:
    """The kinds that have enough goods among the hits, in the order in which their best goods stand."""
    groups: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        if name := kind(hit):
            groups[name].append(hit)
    return [Liking(name, tuple(goods[:GOODS_PER_TASTE])) for name, goods in groups.items() if len(goods) >= LEAST_GOODS]


def _brand(hit: Hit) -> str | None:
    brand: str | None = hit.get("brand")
    return brand if brand and "其他" not in brand and "other" not in brand.lower() else None


def _leaf_category(hit: Hit) -> str | None:
    levels = hit.get("categories") or {}
    deepest: str | None = levels.get("lvl2") or levels.get("lvl1") or levels.get("lvl0")
    return deepest
