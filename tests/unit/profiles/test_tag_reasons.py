"""Why a shopper carries a tag, in words."""

from typing import Any

import pytest

from chalicelib.profiles import BY_HAND, Deed, Tag, TagDefinition, TagGroup, TagRegistry, reason_of, subject_of
from tests.support.shoppers import NOW, TwinShop, activity


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"when": {"did": {"event": "viewed", "at_least": 2}}}, "累计浏览商品次数≥2（2）"),
        (
            {"when": {"all": [{"did": {"event": "viewed"}}, {"not": {"did": {"event": "ordered"}}}]}},
            "累计浏览商品次数≥1（2），非(累计下单次数≥1（0）)",
        ),
        (
            {"when": {"any": [{"did": {"event": "ordered"}}, {"did": {"event": "viewed"}}]}},
            "累计浏览商品次数≥1（2）",
        ),
        ({"value_of": "favourite.brand"}, "最爱的品牌（山野）"),
        ({"when": {"did": {"event": "ordered"}}}, "此前符合：累计下单次数≥1"),
    ],
)
def test_only_what_holds_is_told_with_what_was_found(rule: Any, reason: str) -> None:
    registry = TagRegistry([TagDefinition("t", "标签", "tag", TagGroup.BASIC, rule=rule)])
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1, Deed.VIEWED), activity(2, Deed.VIEWED)])
    why = registry.explain("t", subject_of(shop.profiles.get("u1"), shop.profiles.shop), NOW)
    assert reason_of(Tag("t", "true", "t", 1, 1.0, NOW, TagGroup.BASIC), why, registry) == reason


def test_what_a_person_set_says_so_and_what_has_no_rule_any_more_is_not_made_up() -> None:
    tag = Tag("t", "true", BY_HAND, 1, 1.0, NOW, TagGroup.BASIC)
    assert reason_of(tag, None, TagRegistry([])) == "人工设置"
    assert reason_of(Tag("t", "true", "t", 1, 1.0, NOW, TagGroup.BASIC), None, TagRegistry([])) == "此前符合规则"
