"""Who somebody is: as they say, else as what they look at suggests."""

from collections.abc import Callable
from functools import partial

from chalicelib.profiles.affinity import Kind
from chalicelib.profiles.dimensions import traits
from chalicelib.profiles.dimensions.model import Dimension, Finding, Known, Rule, Source, sureness
from chalicelib.profiles.dimensions.tendencies import interested_at, price_share, share_about, strongest

FEMALE = ("女", "裙", "美妆", "彩妆", "口红", "护肤", "孕")
MALE = ("男", "剃须", "领带")
CHILDREN = ("童", "婴", "幼")
"""What is bought for a child says nothing of who buys it."""
LEAST_SHARE = 0.7
"""Of what is either for women or for men: people also buy for others."""
BY_INTEREST_AT_MOST = 0.6
"""How sure an inference from tastes can be at all."""
HALF_SURE_AFTER = 10
AGES = (
    ("25-34", ("母婴", "婴儿", "奶粉", "孕")),
    ("55-64", ("中老年", "老人", "养生")),
    ("18-24", ("二次元", "手办", "校园")),
)
AGE_AT_MOST = 0.4
INCOME_AT_MOST = 0.3
CHEAP_BELOW, DEAR_FROM = 100, 500
"""Yuan of a product: bands of prices that suggest a small or a large purse."""


def gender_by_categories(known: Known) -> Finding | None:
    women, men = (strongest(known, Kind.CATEGORY, words, CHILDREN) for words in (FEMALE, MALE))
    if women + men <= 0:
        return None
    value, share = max(("female", women), ("male", men), key=lambda entry: entry[1])
    certain = share / (women + men)
    if certain < LEAST_SHARE:
        return None
    return _suggested(known, value, certain * BY_INTEREST_AT_MOST)


def age_by_categories(known: Known) -> Finding | None:
    shares = [(share_about(known, Kind.CATEGORY, words), band) for band, words in AGES]
    share, band = max(shares)
    return _suggested(known, band, share * AGE_AT_MOST) if share >= 1 - LEAST_SHARE else None


def income_by_prices(known: Known) -> Finding | None:
    shares = {
        "low": price_share(known, below=CHEAP_BELOW),
        "middle": price_share(known, CHEAP_BELOW, DEAR_FROM),
        "high": price_share(known, DEAR_FROM),
    }
    value = max(shares, key=lambda name: shares[name])
    return _suggested(known, value, shares[value] * INCOME_AT_MOST) if shares[value] > 0 else None


def _suggested(known: Known, value: str, confidence: float) -> Finding:
    return Finding(value, confidence * sureness(known.profile.learnt, HALF_SURE_AFTER), interested_at(known))


def _where(part: int, known: Known) -> Finding | None:
    """A part of the place that the shopper's latest events came from."""
    place = known.profile.habits.place
    return Finding(place.parts[part], 0.6, place.at) if place and place.parts[part] else None


_GIVEN: tuple[tuple[str, str, Callable[[Known], Finding | None]], ...] = (
    ("age_band", "age_by_birthday", traits.by_birthday),
    ("age_band", "age_as_told", traits.by_age),
    ("gender", "gender_as_told", traits.gender),
    ("province", "address_as_told", traits.province),
    ("city", "address_as_told", traits.city),
    ("district", "address_as_told", traits.district),
    ("occupation", "occupation_as_told", traits.occupation),
    ("education", "education_as_told", traits.education),
    ("income_band", "income_as_told", traits.income),
)
_INFERRED: tuple[tuple[str, str, Callable[[Known], Finding | None]], ...] = (
    ("age_band", "age_by_categories", age_by_categories),
    ("gender", "gender_by_categories", gender_by_categories),
    ("province", "where_events_come_from", partial(_where, 0)),
    ("city", "where_events_come_from", partial(_where, 1)),
    ("district", "where_events_come_from", partial(_where, 2)),
    ("income_band", "income_by_prices", income_by_prices),
)
RULES = (
    *(Rule(Dimension.BASIC, name, rule, Source.GIVEN, judge) for name, rule, judge in _GIVEN),
    *(Rule(Dimension.BASIC, name, rule, Source.INFERRED, judge) for name, rule, judge in _INFERRED),
)
