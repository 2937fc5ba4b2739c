"""What one event tells of habits: of when and where it happened, and of what kind of goods it was about."""

import re
from collections.abc import Iterable
from datetime import tzinfo

from chalicelib.profiles.activity import ORDER_STEPS, Activity
from chalicelib.profiles.habits import Habits

NEW = ("新品", "新款", "上新", "新上市", "首发", "new")
REDUCED = ("特价", "折扣", "打折", "促销", "清仓", "满减", "秒杀", "优惠", "sale")
"""What tags of goods say that are new, or cheaper than they were."""
MAX_WORDS_CHARACTERS = 20
"""A longer query is a sentence, not a word somebody searches for again."""
_PERSONAL = re.compile(r"@|\d[\d -]{6,}")
"""A mailbox, or seven digits and more: an order, a telephone, a person. Nobody's interest."""


def habits_after(habits: Habits, activity: Activity, zone: tzinfo) -> Habits:
    """The habits after one more event."""
    after = habits.at(activity.at, zone, activity.device)
    if activity.dwell_seconds:
        after = after.stayed(activity.dwell_seconds)
    if activity.stars:
        after = after.rated(activity.stars)
    if activity.place:
        after = after.seen_in(activity.place)
    products = [each.facts for each in activity.touched if each.product_id is not None]
    if activity.deed in ORDER_STEPS or not products:
        return after
    new = sum(_says(facts.tags, NEW) for facts in products)
    return after.looked(len(products), new, sum(_says(facts.tags, REDUCED) for facts in products))


def search_word_of(activity: Activity) -> str | None:
    """What was searched for, where it is a word that an interest could be called by."""
    words = activity.words
    return words if words and len(words) <= MAX_WORDS_CHARACTERS and not _PERSONAL.search(words) else None


def _says(tags: Iterable[str], words: Iterable[str]) -> bool:
    return any(word in tag.lower() for tag in tags for word in words)
