"""Counting the search log: from records of searches and actions to one line per query, and from lines to longer spans.

A span is always counted anew from its records, never added to: a message delivered twice or a fold that died half-way
changes nothing.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from chalicelib.search.log import crowd
from chalicelib.search.log.trail import Action, Interaction, LoggedSearch
from chalicelib.search.text.pinyin import latin_keys

KEYSTROKE_SECONDS = 5
"""InstantSearch searches at every key: searches of one client this close that extend each other are one."""
MOST_PRODUCTS = 20
MOST_QUERIES = 2_000
"""Lines kept of one span, the most searched; what comes behind them was searched once or twice."""
CLICK, CONVERSION = 1.0, 3.0
_CLICKERS_KEPT = 8


@dataclass(frozen=True, slots=True)
class Interest:
    """In one product of one query. ``weight``: each client counts once with the most they did, seen through the position
    (see ``worth``). ``clients`` is a small crowd: exact to 7."""

    weight: float
    clients: tuple[int, ...] = ()

    @property
    def people(self) -> int:
        return crowd.size_of(self.clients, _CLICKERS_KEPT)

    def plus(self, other: "Interest", share: float = 1.0) -> "Interest":
        """This interest and ``share`` of the ``other``, of everyone in both."""
        clients = crowd.joined(self.clients, other.clients, kept=_CLICKERS_KEPT)
        return Interest(round(self.weight + other.weight * share, 3), clients)


NO_INTEREST = Interest(0.0)


@dataclass(frozen=True, slots=True)
class QueryLine:
    """One query over a span. ``empty`` found nothing as asked; ``clicked`` are the others with a click; ``positions`` is
    the sum over ``clicks``; ``shoppers`` is a crowd of those who gave an id."""

    query: str
    searches: int = 0
    empty: int = 0
    clicked: int = 0
    clicks: int = 0
    conversions: int = 0
    positions: int = 0
    shoppers: tuple[int, ...] = ()
    products: Mapping[str, Interest] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """About how many distinct shoppers, exact below ``crowd.KEPT``."""
        return crowd.size_of(self.shoppers)


def worth(action: Action, position: int | None) -> float:
    """What an action says of a product. A click far down says more, since fewer look there: times log2(1 + position), the
    inverse of the discount by which nDCG models how far people read."""
    said = CONVERSION if action in (Action.ADDED, Action.CONVERTED) else CLICK
    return said * math.log2(1 + min(max(position or 1, 1), MOST_PRODUCTS))


def collapsed(searches: Iterable[LoggedSearch], acted_on: frozenset[str] = frozenset()) -> list[LoggedSearch]:
    """One record per user query: without the key strokes on the way to it. ``acted_on`` are query ids that stay."""
    kept: list[LoggedSearch] = []
    last: dict[str, LoggedSearch] = {}
    dropped: set[str] = set()
    for search in sorted(searches, key=lambda each: each.query_id):
        kept.append(search)
        if search.client is None or search.first:
            continue
        before = last.get(search.client)
        if before and before.query_id not in acted_on and _is_one_query(before, search):
            dropped.add(before.query_id)
        last[search.client] = search
    return [search for search in kept if search.query_id not in dropped]


def counted(searches: Sequence[LoggedSearch], interactions: Iterable[Interaction]) -> list[QueryLine]:
    """The lines of one span, most searched first. An action counts when its search is there and had shown the product."""
    shown = {search.query_id: search for search in searches}
    actions: dict[str, list[Interaction]] = defaultdict(list)
    for each in interactions:
        if each.query_id in shown and each.object_id in shown[each.query_id].shown and each.action is not Action.VIEWED:
            actions[each.query_id].append(each)
    groups: dict[str, list[LoggedSearch]] = defaultdict(list)
    for search in collapsed(searches, frozenset(actions)):
        if search.query:
            groups[search.query].append(search)
    return _most([_line(query, group, actions) for query, group in groups.items()])


def summed(spans: Iterable[Iterable[QueryLine]]) -> list[QueryLine]:
    """The lines of several spans as those of one."""
    lines: dict[str, QueryLine] = {}
    for span in spans:
        for each in span:
            lines[each.query] = _plus(lines[each.query], each) if each.query in lines else each
    return _most(lines.values())


def most_liked(products: Mapping[str, Interest]) -> dict[str, Interest]:
    """The ``MOST_PRODUCTS`` of the greatest interest, greatest first."""
    ranked = sorted(products.items(), key=lambda entry: (-entry[1].weight, entry[0]))
    return dict(ranked[:MOST_PRODUCTS])


def _is_one_query(before: LoggedSearch, after: LoggedSearch) -> bool:
    if after.at - before.at > timedelta(seconds=KEYSTROKE_SECONDS):
        return False
    one, other = before.query, after.query
    return other.startswith(one) or one.startswith(other) or _is_spelt(one, other)


def _is_spelt(typed: str, chosen: str) -> bool:
    """Whether ``chosen`` is what the input method made of the half-typed pinyin ``typed``."""
    letters = typed.replace("'", "").replace(" ", "")
    if not letters.isascii() or not letters.isalpha() or chosen.isascii():
        return False
    return any(key.startswith(letters) for key in latin_keys([chosen]))


def _line(query: str, group: Sequence[LoggedSearch], actions: Mapping[str, Sequence[Interaction]]) -> QueryLine:
    asked = [search for search in group if search.first == 0]
    done = [(search, each) for search in group for each in actions.get(search.query_id, ())]
    clicks = [(search, each) for search, each in done if each.action is Action.CLICKED]
    clicked = {search.query_id for search, _ in clicks}
    return QueryLine(
        query=query,
        searches=len(asked),
        empty=sum(search.is_empty for search in asked),
        clicked=sum(search.query_id in clicked and not search.is_empty for search in asked),
        clicks=len(clicks),
        conversions=len(done) - len(clicks),
        positions=sum(_place(search, each) for search, each in clicks),
        shoppers=crowd.joined(crowd.hash_of(search.client) for search in asked if search.client),
        products=most_liked(_interests(group, actions)),
    )


def _interests(group: Iterable[LoggedSearch], actions: Mapping[str, Sequence[Interaction]]) -> dict[str, Interest]:
    most: dict[str, dict[str, float]] = defaultdict(dict)
    for search in group:
        for each in actions.get(search.query_id, ()):
            # Nobody in particular is one client per search.
            client = search.client or search.query_id
            before = most[each.object_id].get(client, 0.0)
            most[each.object_id][client] = max(before, worth(each.action, _place(search, each)))
    return {
        object_id: Interest(round(sum(by.values()), 3), crowd.joined(map(crowd.hash_of, by), kept=_CLICKERS_KEPT))
        for object_id, by in most.items()
    }


def _place(search: LoggedSearch, each: Interaction) -> int:
    """Where the product stood, by our own record: a client's word about it could be anything."""
    return search.first + search.shown.index(each.object_id) + 1


def _plus(one: QueryLine, other: QueryLine) -> QueryLine:
    products = dict(one.products)
    for object_id, interest in other.products.items():
        products[object_id] = products.get(object_id, NO_INTEREST).plus(interest)
    return replace(
        one,
        **{
            name: getattr(one, name) + getattr(other, name)
            for name in ("searches", "empty", "clicked", "clicks", "conversions", "positions")
        },
        shoppers=crowd.joined(one.shoppers, other.shoppers),
        products=most_liked(products),
    )


def _most(lines: Iterable[QueryLine]) -> list[QueryLine]:
    return sorted(lines, key=lambda line: (-line.searches, -line.clicks, line.query))[:MOST_QUERIES]
