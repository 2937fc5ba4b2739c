"""What a shopper likes, as bounded affinities; when to leave them out; and how to say so in words."""

from collections.abc import Iterable, Mapping

from chalicelib.search.document import BRAND, CATEGORY, PRICE_BAND, SALES, SIZES, TAGS
from chalicelib.search.exactness import names_a_model
from chalicelib.search.fitting import fitting
from chalicelib.search.found import FoundHit
from chalicelib.search.log.popularity import reason_of
from chalicelib.search.model import Explanation, Reason, SearchRequest, Taste
from chalicelib.search.plan import Affinity, Plan, Sort, taste_factor
from chalicelib.search.prior import prior_factor
from chalicelib.search.understanding import Understood

MIN_EVENTS = 3
"""With fewer, a taste is chance."""
MAX_FACTOR = 1.6
"""Below the 2 that full coverage of the query gives: what was asked stays ahead of what is liked."""
HALF_STRENGTH = 5.0
"""The raw weight (one order) that gives half of a kind's cap; the cap itself is never reached."""
MOST_PER_KIND = 5
# A category is liked on each of its levels at once, so its cap counts up to three times.
CAPS: Mapping[str, float] = {"category": 0.15, "brand": 0.25, "tag": 0.06, "price_band": 0.12, "size": 0.15}
_FIELDS = {"category": CATEGORY, "brand": BRAND, "tag": TAGS, "price_band": PRICE_BAND, "size": SIZES}
_WORDS = {
    "category": "常看 {}",
    "brand": "偏爱 {}",
    "tag": "关注 {}",
    "price_band": "常选 {} 元",
    "size": "有常穿的尺码 {}",
}
REASON_BEGINS = "您可能喜欢："


def why_neutral(request: SearchRequest, taste: Taste, query: Understood) -> str | None:
    """Why this search is not personal, or None when it is."""
    if request.shopper_id is None:
        return "nobody in particular asks"
    if not request.is_personalised:
        return "the request asks for the neutral order"
    if request.sort is not Sort.RELEVANCE or not query.characters:
        return "the order asked for is not relevance"
    if names_a_model(query):
        return "the query names a model"
    if not taste.is_personalised:
        return "unknown shopper, or personalisation is switched off"
    if taste.events < MIN_EVENTS:
        return f"fewer than {MIN_EVENTS} events known"
    return None


def affinities_of(taste: Taste) -> tuple[Affinity, ...]:
    """A taste as affinities: cap x weight / (weight + ``HALF_STRENGTH``), the strongest of each kind."""
    liked = {
        "category": taste.categories,
        "brand": taste.brands,
        "tag": taste.tags,
        "price_band": taste.price_bands,
        "size": fitting(taste.sizes),
    }
    return tuple(affinity for kind, weights in liked.items() for affinity in _strongest(kind, weights))


def _strongest(kind: str, weights: Mapping[str, float]) -> Iterable[Affinity]:
    ranked = sorted(weights.items(), key=lambda entry: (-entry[1], entry[0]))[:MOST_PER_KIND]
    for name, weight in ranked:
        bounded = round(CAPS[kind] * weight / (weight + HALF_STRENGTH), 4)
        if bounded > 0:
            yield Affinity(kind, _FIELDS[kind], name, bounded)


def explain(plan: Plan, hit: FoundHit) -> Explanation:
    """The factor of ``hit``, recomputed from what the index stores of it by the formula the engine executed."""
    matched = [each for each in plan.affinities if each.value in hit.facets.get(each.field, ())]
    reasons = sorted((_reason(each) for each in matched), key=lambda reason: (-reason.weight, reason.name))
    factor = taste_factor(plan.affinities, plan.max_factor, hit.facets)
    popular = reason_of(plan.boosts, hit.object_id)
    return Explanation(
        hit.object_id,
        hit.score,
        factor,
        (popular, *reasons) if popular else tuple(reasons),
        popularity=1.0 + popular.weight if popular else 1.0,
        nearness=hit.nearness,
        prior=prior_factor(plan.nudges, hit.facets, {SALES: int(hit.hit.get("sales_30d") or 0)}),
    )


def _reason(affinity: Affinity) -> Reason:
    said = REASON_BEGINS + _WORDS[affinity.kind].format(affinity.value)
    return Reason(said, affinity.kind, affinity.value, affinity.weight)
