"""Shoppers and rules at random, in the words that rules on shoppers may use."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from chalicelib.privacy import Consents
from chalicelib.profiles import VOCABULARY, ShopperSubject
from chalicelib.profiles.affinity import Affinities, Kind
from chalicelib.profiles.days import DayCounts, Days, day_of
from chalicelib.profiles.habits import Device, Habits
from chalicelib.profiles.model import BY_HAND, Counters, Profile, Recency, Tag, TagGroup, Trait, Traits
from tests.support.shoppers import NOW

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = day_of(NOW, ZONE)
NAMES = ("帐篷", "露营灯", "连衣裙", "口红")
SMALL = st.integers(0, 12)


def drawn_subject(seed: int) -> ShopperSubject:
    """Anybody at all: the same for the same seed."""
    drawn = random.Random(seed)

    def few() -> int:
        return drawn.choice((0, 0, 1, 2, 3, 5, 12))

    def ago() -> datetime | None:
        return None if drawn.random() < 0.2 else NOW - timedelta(milliseconds=drawn.randrange(500 * 86_400_000))

    def scores(kind: Kind) -> dict[str, float]:
        lessons = [(kind, name, drawn.uniform(0.05, 60)) for name in drawn.sample(NAMES, drawn.randint(1, 4))]
        return dict(Affinities().plus(lessons, NOW - timedelta(days=drawn.randrange(60))).scores[kind])

    kinds = drawn.sample([Kind.BRAND, Kind.CATEGORY, Kind.TAG], drawn.randint(0, 3))
    days = {drawn.randint(TODAY - 91, TODAY + 1): _counts(few) for _ in range(drawn.randint(0, 8))}
    first, last = sorted(NOW - timedelta(milliseconds=drawn.randrange(500 * 86_400_000)) for _ in range(2))
    profile = Profile(
        counters=Counters(*(few() for _ in range(12))),
        recency=Recency(first, last, ago(), ago(), ago(), ago()) if drawn.random() < 0.9 else Recency(),
        affinities=Affinities({kind: scores(kind) for kind in kinds}),
        days=Days(max(days, default=TODAY), days),
        habits=Habits(devices={Device.APP: few()}, stars=few(), ratings=few()),
    )
    born = f"{drawn.randint(1930, 2020)}-{drawn.choice(('02-29', '11-22', '11-23', '07-01'))}"
    told = {"city": drawn.choice(("北京", "上海")), "birthday": born, "level": few()}
    traits = Traits({name: Trait(value, NOW) for name, value in told.items() if drawn.random() < 0.8})
    vip = Tag("vip", "true", BY_HAND, 1, 1.0, NOW, TagGroup.BASIC)
    return ShopperSubject(profile, traits, {"vip": vip} if few() else {}, Consents("u1"), timedelta(days=30), ZONE)


def _counts(few: Callable[[], int]) -> DayCounts:
    return DayCounts(few(), few(), few(), few(), few(), few() * 7_500)


def subjects() -> st.SearchStrategy[ShopperSubject]:
    """Anybody at all."""
    return st.integers(0, 2**32).map(drawn_subject)


def _bounded(**fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    least = st.fixed_dictionaries({"at_least": SMALL})
    return st.builds(lambda one, other: {**one, **other}, st.fixed_dictionaries(fixed), least)


DAYS = st.integers(1, 90)
_NUMBERS = [*sorted(name for name in VOCABULARY.numbers if not name.endswith(".")), "trait.level"]
_COMPARISON = st.one_of(
    st.fixed_dictionaries({side: st.one_of(st.integers(0, 400), st.floats(0, 3))})
    for side in ("lt", "lte", "gt", "gte")
) | st.lists(st.integers(0, 100), min_size=2, max_size=2).map(lambda both: {"between": sorted(both)})
_DIMENSIONS = sorted(name for name in VOCABULARY.facts if name.startswith("dimension."))
LEAVES = st.one_of(
    st.sampled_from(_DIMENSIONS).map(lambda name: {"has": name}),
    st.sampled_from(_DIMENSIONS).map(lambda name: {"is": {"what": name, "contains": ["a", "o", "3"]}}),
    st.sampled_from(["trait.city", "tag.vip", "lifecycle", "open_cart"]).map(lambda name: {"has": name}),
    st.sampled_from(["new", "active", "dormant"]).map(lambda stage: {"is": {"what": "lifecycle", "equals": stage}}),
    st.builds(lambda name, how: {"compare": {"number": name, **how}}, st.sampled_from(_NUMBERS), _COMPARISON),
    _bounded(event=st.sampled_from(sorted(VOCABULARY.events))).map(lambda said: {"did": said}),
    _bounded(event=st.sampled_from(sorted(VOCABULARY.dated)), within_days=DAYS).map(lambda said: {"did": said}),
    st.builds(lambda days, most: {"spent": {"within_days": days, "at_most": most}}, DAYS, st.integers(0, 90_000)),
    st.builds(
        lambda event, side, days: {"last_did": {"event": event, side: days}},
        st.sampled_from(sorted(VOCABULARY.latest)),
        st.sampled_from(["within_days", "before_days"]),
        st.integers(1, 400),
    ),
    st.integers(1, 400).map(lambda days: {"first_did": {"event": "seen", "before_days": days}}),
    st.builds(
        lambda words, least: {"likes": {"kind": "category", "words": words, "at_least": least}},
        st.lists(st.sampled_from(["露营", "帐", "裙"]), min_size=1, max_size=2),
        st.floats(0.1, 20),
    ),
    st.floats(0.1, 20).map(lambda least: {"favourite": {"kind": "brand", "one_of": ["口红"], "at_least": least}}),
)
RULES = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(lambda several: {"all": several}),
        st.lists(parts, min_size=1, max_size=3).map(lambda several: {"any": several}),
        parts.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)
"""Rules of every node."""
