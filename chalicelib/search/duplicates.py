"""The same item listed several times appears once, with its other offers on it.

Groups and their leads are written into the documents when they are indexed: an engine that is asked for items
(``Plan.is_distinct``) takes the documents of a group as one, in hits, total and facets alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.catalog import Product, ProductChange
from chalicelib.search.blocks import Place, next_shared
from chalicelib.search.document import (
    BIGRAMS,
    BRAND,
    GROUP,
    LISTING,
    OBJECT_ID,
    PRESENT,
    PRICE_BAND,
    Document,
    document_of,
)
from chalicelib.search.found import FoundHit, Write
from chalicelib.search.listings import OTHER_OFFERS, Grouping, Listing, described, listing_of
from chalicelib.search.model import IndexMissing
from chalicelib.search.plan import Clause, Condition, Filter, Operator, Plan, Requirement
from chalicelib.search.ports import ProductIndex, ProductLookup
from chalicelib.search.text import Analyser
from chalicelib.search.title_likeness import SAME_ITEM, likeness

MOST_CANDIDATES = 20
MOST_IN_A_GROUP = 100
MIN_SHARED = 0.3
"""Share of a title's characters that a candidate must hold: what is alike by ``SAME_ITEM`` shares more."""
MOST_TOKENS = 64


class Duplicates:
    """Keeps groups right as products come, change and go: a change rewrites the documents of its groups, no others.

    Listings are found by what the index shows at that moment: two new ones that are indexed within its refresh interval (a
    second, on OpenSearch) in two batches may stay apart until one of them changes, or until the next rebuild.
    """

    def __init__(self, index: ProductIndex, products: ProductLookup, analyser: Analyser) -> None:
        self._index = index
        self._products = products
        self._analyser = analyser

    def regrouped(self, grouping: Grouping, revision: int) -> Iterator[Document]:
        """For a rebuild: the documents of every group of several, ``revision`` being above that of the first pass."""
        several = grouping.several()
        for names in _batches(list(several), MOST_IN_A_GROUP):
            for product in self._products.get_many(names).values():
                if product.is_on_sale:
                    yield described(document_of(product, revision, self._analyser), several[product.product_id])

    def in_blocks(self, version: str, after: Place | None, revision: int) -> tuple[Iterator[Document], Place | None]:
        """For a rebuild in pages: ``regrouped`` of the next blocks of ``version``, and where to go on (None: at the end)."""
        names, following = next_shared(self._index, version, after)
        grouping = Grouping()
        for some in _batches(names, MOST_IN_A_GROUP):
            products = self._products.get_many(some)
            for _ in grouping.watched(products[name] for name in some if name in products):
                continue
        return self.regrouped(grouping, revision), following

    def settled(self, changes: Sequence[ProductChange], writes: Sequence[Write]) -> list[Write]:
        """``writes`` of ``changes`` with their places in groups, and writes for the other members of the groups touched.

        Others are read from the catalogue after the changes were made, so they may carry the changes' revision.
        """
        return self._settled({change.product_id: change for change in changes}, writes)

    def _settled(self, changes: Mapping[str, ProductChange], writes: Sequence[Write]) -> list[Write]:
        fresh = {
            name: listing
            for name, change in changes.items()
            if change.product is not None and (listing := listing_of(change.product))
        }
        known = {hit.object_id: hit for hit in self._where(OBJECT_ID, list(changes))}
        names = {_group_of(hit) for hit in known.values()}
        names |= {near for name, each in fresh.items() for near in self._near(each, changes, known.get(name))}
        members = self._members([*names], changes)
        if not members and len(fresh) < 2:
            return list(writes)
        groups = _regrouped([*members.values()], [*fresh.values()])
        described_writes = [
            write if write.document is None else replace(write, document=_placed(write.document, groups))
            for write in writes
        ]
        revision = max(change.revision for change in changes.values())
        return [*described_writes, *self._others(members, groups, revision)]

    def _near(self, listing: Listing, changes: Mapping[str, ProductChange], known: FoundHit | None) -> set[str]:
        """The groups in the index that ``listing`` may belong to. None to look for when it still says what it said."""
        product = changes[listing.product_id].product
        assert product is not None
        if known is not None and _says(known) == (product.title, listing.block[:2]):
            return set()
        views = self._analyser.views(product.title)
        characters = tuple(dict.fromkeys(views.characters))[:MOST_TOKENS]
        if not characters:
            return set()
        brand, band, _ = listing.block
        plan = Plan(
            analysis=self._analyser.signature,
            clauses=(Clause(BIGRAMS, tuple(dict.fromkeys(views.bigrams))[:MOST_TOKENS], 1.0),),
            requirements=((Requirement(PRESENT, characters, max(1, int(MIN_SHARED * len(characters)))),),),
            filters=(_is(BRAND, brand), _is(PRICE_BAND, band)),
            size=MOST_CANDIDATES,
        )
        return {
            _group_of(hit)
            for hit in self._hits(plan)
            if hit.object_id not in changes and likeness(str(hit.hit["title"]), product.title) >= SAME_ITEM
        }

    def _members(
        self, names: Sequence[str], changes: Mapping[str, ProductChange]
    ) -> dict[str, tuple[FoundHit, Product]]:
        """What the index and the catalogue hold of the groups ``names``, the changed products left out."""
        hits = {hit.object_id: hit for hit in (*self._where(GROUP, names), *self._where(OBJECT_ID, names))}
        others = [name for name in hits if name not in changes]
        products = self._products.get_many(others) if others else {}
        return {name: (hits[name], product) for name, product in products.items() if product.is_on_sale}

    def _others(
        self, members: Mapping[str, tuple[FoundHit, Product]], groups: Mapping[str, list[Listing]], revision: int
    ) -> Iterator[Write]:
        known = self._index.analysed([*members])
        for name, (hit, product) in members.items():
            document = _placed(document_of(product, revision, self._analyser, known.get(name)), groups)
            if _place(document.facets, document.hit) != _place(hit.facets, hit.hit):
                yield Write(name, revision, document)

    def _where(self, facet: str, values: Sequence[str]) -> Iterator[FoundHit]:
        for some in _batches(values, MOST_IN_A_GROUP):
            meant = Filter(tuple(Condition(facet, Operator.IS, value) for value in some))
            plan = Plan(analysis=self._analyser.signature, filters=(meant,), size=10 * MOST_IN_A_GROUP)
            yield from self._hits(plan)

    def _hits(self, plan: Plan) -> Sequence[FoundHit]:
        try:
            return self._index.search(plan).hits
        except IndexMissing:
            # The first products of a shop: there is nothing yet that they could be like.
            return ()


def _regrouped(members: Sequence[tuple[FoundHit, Product]], fresh: Sequence[Listing]) -> dict[str, list[Listing]]:
    # Always in the same order, so that the same listings make the same groups however they came.
    known = [listing for _, product in members if (listing := listing_of(product))]
    grouping = Grouping()
    for listing in sorted((*known, *fresh), key=lambda each: each.product_id):
        grouping.join(listing)
    return grouping.several()


def _placed(document: Document, groups: Mapping[str, list[Listing]]) -> Document:
    return described(document, groups.get(document.object_id, ()))


def _place(facets: Mapping[str, tuple[str, ...]], hit: Mapping[str, Any]) -> tuple[object, ...]:
    return facets.get(GROUP), facets.get(LISTING), hit.get(OTHER_OFFERS)


def _group_of(hit: FoundHit) -> str:
    return hit.facets.get(GROUP, (hit.object_id,))[0]


def _says(hit: FoundHit) -> tuple[str, tuple[str, str]]:
    return str(hit.hit["title"]), (hit.facets.get(BRAND, ("",))[0], hit.facets.get(PRICE_BAND, ("",))[0])


def _is(name: str, value: str) -> Filter:
    return Filter((Condition(name, Operator.IS, value),))


def _batches(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (names[at : at + size] for at in range(0, len(names), size))
