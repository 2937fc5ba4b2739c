"""The registry of tags and the rules that set them.

A rule looks at the profile only, as it stands right after an event: so the same events give the same tags however they
were cut into batches and however often they were delivered. ``now`` of a rule is the shopper's last event.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.profiles.affinity import Kind
from chalicelib.profiles.model import BY_HAND, Lifecycle, Profile, Tag, TagGroup, TagUnknown

DORMANT = "dormant"
TRUE = "true"
HIGH_SPEND_FEN = 200_000
BROWSER_VIEWS = 10
LIKED_WEIGHT = 3.0
"""A favourite needs at least the weight of one product put into the cart."""

CHALLENGE = 1.25
"""How much heavier than the favourite another must be to take its place: two equals would take turns at every event."""

Rule = Callable[[Profile, str | None], str | None]


@dataclass(frozen=True, slots=True)
class TagKind:
    """A tag of the registry. ``rule`` gives its value, or None, for a profile and the value it has so far.

    A tag without a rule is set by hand.
    """

    tag_id: str
    name: str
    name_en: str
    group: TagGroup
    version: int = 1
    confidence: float = 1.0
    rule: Rule | None = None


def _is(lifecycle: Lifecycle) -> Rule:
    return lambda profile, _: TRUE if profile.lifecycle is lifecycle else None


def _holds(condition: Callable[[Profile], bool]) -> Rule:
    return lambda profile, _: TRUE if condition(profile) else None


def _left_in_cart(profile: Profile) -> bool:
    cart, order = profile.recency.last_cart, profile.recency.last_order
    return profile.counters.carts > 0 and cart is not None and (order is None or cart > order)


def _favourite(kind: Kind) -> Rule:
    def rule(profile: Profile, so_far: str | None) -> str | None:
        if profile.recency.last_seen is None:
            return None
        weights = profile.affinities.weights(kind, profile.recency.last_seen)
        top = next(iter(weights), None)
        if top is None or weights[top] < LIKED_WEIGHT:
            return None
        keeps = so_far is not None and weights.get(so_far, 0.0) * CHALLENGE > weights[top]
        return so_far if keeps else top

    return rule


def _interested_in(*words: str) -> Rule:
    def rule(profile: Profile, _: str | None) -> str | None:
        if profile.recency.last_seen is None:
            return None
        weights = profile.affinities.weights(Kind.CATEGORY, profile.recency.last_seen)
        liked = max((weight for name, weight in weights.items() if any(word in name for word in words)), default=0.0)
        return TRUE if liked >= LIKED_WEIGHT else None

    return rule


_KINDS = (
    TagKind("new_customer", "新客", "new customer", TagGroup.LIFECYCLE, rule=_is(Lifecycle.NEW)),
    TagKind("active", "活跃", "active", TagGroup.LIFECYCLE, rule=_is(Lifecycle.ACTIVE)),
    TagKind(DORMANT, "沉睡", "dormant", TagGroup.LIFECYCLE, rule=_is(Lifecycle.DORMANT)),
    TagKind(
        "first_order", "首单用户", "bought once", TagGroup.CONSUMPTION, rule=_holds(lambda p: p.counters.orders == 1)
    ),
    TagKind(
        "repeat_buyer", "复购用户", "repeat buyer", TagGroup.CONSUMPTION, rule=_holds(lambda p: p.counters.orders > 1)
    ),
    TagKind(
        "high_spender",
        "高消费",
        "high spender",
        TagGroup.CONSUMPTION,
        rule=_holds(lambda p: p.counters.spend - p.counters.refunded >= HIGH_SPEND_FEN),
    ),
    TagKind("left_in_cart", "加购未购买", "left in cart", TagGroup.BEHAVIOUR, rule=_holds(_left_in_cart)),
    TagKind(
        "only_browses",
        "只逛不买",
        "only browses",
        TagGroup.BEHAVIOUR,
        rule=_holds(lambda p: p.counters.views >= BROWSER_VIEWS and p.counters.orders == 0),
    ),
    TagKind(
        "favourite_brand", "偏好品牌", "favourite brand", TagGroup.INTEREST, confidence=0.8, rule=_favourite(Kind.BRAND)
    ),
    TagKind(
        "favourite_category",
        "偏好类目",
        "favourite category",
        TagGroup.INTEREST,
        confidence=0.8,
        rule=_favourite(Kind.CATEGORY),
    ),
    TagKind(
        "favourite_price_band",
        "偏好价位",
        "favourite price band",
        TagGroup.CONSUMPTION,
        confidence=0.7,
        rule=_favourite(Kind.PRICE_BAND),
    ),
    TagKind(
        "camping_fan",
        "露营爱好者",
        "camping fan",
        TagGroup.INTEREST,
        confidence=0.7,
        rule=_interested_in("露营", "帐篷", "户外"),
    ),
    TagKind(
        "beauty_fan",
        "美妆护肤爱好者",
        "beauty fan",
        TagGroup.INTEREST,
        confidence=0.7,
        rule=_interested_in("护肤", "美妆", "彩妆"),
    ),
    TagKind(
        "young_family",
        "母婴家庭",
        "young family",
        TagGroup.INTEREST,
        confidence=0.6,
        rule=_interested_in("母婴", "婴儿", "童装"),
    ),
    TagKind("vip", "贵宾", "VIP", TagGroup.BASIC),
    TagKind("staff", "员工", "staff", TagGroup.BASIC),
)
REGISTRY: Mapping[str, TagKind] = {kind.tag_id: kind for kind in _KINDS}
_LIFECYCLE_TAGS = frozenset(kind.tag_id for kind in _KINDS if kind.group is TagGroup.LIFECYCLE)


def tag_kind(tag_id: str) -> TagKind:
    """The registry's entry. Raises ``TagUnknown``."""
    if tag_id not in REGISTRY:
        raise TagUnknown(f"there is no tag {tag_id!r}", field="tag")
    return REGISTRY[tag_id]


def tag_by_hand(tag_id: str, value: str, since: datetime) -> Tag:
    """A tag as a person sets it. Raises ``TagUnknown``."""
    return Tag(tag_id, value, BY_HAND, 1, 1.0, since, tag_kind(tag_id).group)


def evaluated(
    tags: Mapping[str, Tag], profile: Profile, at: datetime, withheld: frozenset[str], *, may_infer: bool
) -> dict[str, Tag]:
    """The tags after the rules looked at ``profile``; a tag whose value stays keeps its ``since``, others get ``at``.

    Without ``may_infer`` (personalisation is off) nothing is concluded: a lifecycle tag that is no longer true goes,
    all else stays as it was. Tags set by hand and ``withheld`` ones are left alone.
    """
    # A tag that left the registry goes at the shopper's next event, unless a person set it.
    after = {tag_id: tag for tag_id, tag in tags.items() if tag_id in REGISTRY or tag.rule == BY_HAND}
    for kind in _KINDS:
        known = tags.get(kind.tag_id)
        if kind.rule is None or kind.tag_id in withheld or (known and known.rule == BY_HAND):
            continue
        value = kind.rule(profile, known.value if known else None)
        if not may_infer:
            if value is None and kind.tag_id in _LIFECYCLE_TAGS:
                after.pop(kind.tag_id, None)
        elif value is None:
            after.pop(kind.tag_id, None)
        else:
            after[kind.tag_id] = _assigned(kind, value, known, at)
    return after


def _assigned(kind: TagKind, value: str, known: Tag | None, at: datetime) -> Tag:
    if known is None or known.value != value:
        return Tag(kind.tag_id, value, kind.tag_id, kind.version, kind.confidence, at, kind.group)
    return replace(known, rule_version=kind.version, confidence=kind.confidence, group=kind.group)
