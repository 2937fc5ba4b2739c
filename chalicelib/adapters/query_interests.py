"""What a query means to a profile: the brand, category and price that search's understanding finds in it."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.core.clock import Clock
from chalicelib.core.telemetry import logger
from chalicelib.profiles.activity import Facts
from chalicelib.search.dictionary import BRAND_TAG, CATEGORY_TAG, NOTHING_LEARNT, Dictionary
from chalicelib.search.model import IndexMissing, IndexUnavailable
from chalicelib.search.shop_dictionary import ShopDictionary
from chalicelib.search.text import Analyser, fold
from chalicelib.search.understanding import Tag, Understood, understand
from chalicelib.search.wishes import PriceWish

WAITS = timedelta(minutes=1)
"""After the index did not answer it is left alone this long: profiles do not wait for it."""
NOTHING = Facts()
_REMARK = re.compile(r"(?P<name>[^()]+)\((?P<remark>[^()]+)\)")
_HAN = re.compile(r"[\u4e00-\u9fff]")


class UnderstoodQueries:
    """``QueryInterests`` by the dictionary of the shop, as it is at the time; without one nothing is understood.

    ``tools`` is asked when there is a query first: a worker that sees none loads neither segmenter nor search client.
    """

    def __init__(self, tools: Callable[[], tuple[Analyser, ShopDictionary]], clock: Clock) -> None:
        self._tools = tools
        self._clock = clock
        self._ask_again_at: datetime | None = None

    def of(self, queries: Sequence[str]) -> Mapping[str, Facts]:
        analyser, shop_dictionary = self._tools()
        dictionary = self._at_hand(shop_dictionary)
        if not dictionary.brands and not dictionary.categories:
            return {}
        found = {query: facts_of(understand(query, analyser, dictionary), dictionary) for query in queries}
        return {query: facts for query, facts in found.items() if facts != NOTHING}

    def _at_hand(self, shop_dictionary: ShopDictionary) -> Dictionary:
        now = self._clock.now()
        if self._ask_again_at is not None and now < self._ask_again_at:
            return NOTHING_LEARNT
        try:
            known = shop_dictionary.at(now)
        except (IndexMissing, IndexUnavailable) as error:
            logger().warning("queries are not understood", extra={"reason": error.code})
            self._ask_again_at = now + WAITS
            return NOTHING_LEARNT
        self._ask_again_at = None
        return known


def facts_of(query: Understood, dictionary: Dictionary) -> Facts:
    """The first brand of the shop and the first category that a query names and does not refuse, and the price it asks for.

    Search also looks among categories that are merely alike; a taste is not made of guesses.
    """
    refused = {tag.text for tag in query.tags if tag.kind == "negated"}
    said = [tag for tag in query.tags if tag.text not in refused]
    brand = next((tag.name for tag in said if _is_brand(tag, query.words, dictionary)), None)
    category = next((tag.name for tag in said if _is_category(tag, dictionary)), None)
    return Facts(brand=brand, category_path=(category,) if category else (), price=_price(query.price))


def _is_brand(tag: Tag, words: Sequence[str], dictionary: Dictionary) -> bool:
    """Whether it is a brand of the shop, in whole words and by a name that means nothing else: 青苹果 is no Apple."""
    if tag.kind != BRAND_TAG or tag.text not in dictionary.brands or _is_remark(tag):
        return False
    ambiguous = tag.text in dictionary.categories or tag.text in dictionary.products
    ends = range(1, len(words) + 1)
    return not ambiguous and any("".join(words[first:end]) == tag.text for end in ends for first in range(end))


def _is_remark(tag: Tag) -> bool:
    """Whether it is what 卓禾(家具) has in brackets: another word for the brand is of another script, as in Lancôme(兰蔻)."""
    found = _REMARK.search(fold(tag.name))
    return bool(found and tag.text == found["remark"] and _HAN.search(found["name"]) and _HAN.search(tag.text))


def _is_category(tag: Tag, dictionary: Dictionary) -> bool:
    """Whether it is called by its own name."""
    return tag.kind == CATEGORY_TAG and tag.name in dictionary.categories.get(tag.text, ())


def _price(wish: PriceWish | None) -> int | None:
    """In fen: the middle of a range, just under the most, or the least."""
    if wish is None:
        return None
    if wish.at_least is not None and wish.at_most is not None:
        return (wish.at_least + wish.at_most) // 2
    return max(wish.at_most - 1, 0) if wish.at_most is not None else wish.at_least
