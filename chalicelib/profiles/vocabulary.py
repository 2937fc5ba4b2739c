"""The words that rules on shoppers may use, and how they are said in Chinese."""

from collections.abc import Mapping

from chalicelib.profiles.affinity import Kind
from chalicelib.profiles.dimensions import NAMES, PATHS
from chalicelib.profiles.habits import Device
from chalicelib.rules import Vocabulary

COUNTERS: Mapping[str, tuple[str, str]] = {
    "seen": ("seen", "到访"),
    "viewed": ("views", "浏览商品"),
    "searched": ("searches", "搜索"),
    "added_to_cart": ("carts", "加购"),
    "wished": ("wishes", "收藏"),
    "ordered": ("orders", "下单"),
    "refunded": ("refunds", "退款"),
    "cancelled": ("cancellations", "取消订单"),
}
_KINDS: Mapping[Kind, str] = {
    Kind.BRAND: "品牌",
    Kind.CATEGORY: "类目",
    Kind.TAG: "商品标签",
    Kind.PRICE_BAND: "价位",
    Kind.SIZE: "尺码",
    Kind.SEARCH_WORD: "搜索词",
}
_PARTS = ("深夜", "清晨", "上午", "下午", "傍晚", "夜间")
"""The four-hour parts of the shop's day, from midnight on."""

_NUMBERS: Mapping[str, str] = {
    "spend": "累计消费(分)",
    "refunded": "累计退款(分)",
    "discount": "累计优惠(分)",
    "average_order": "客单价(分)",
    "discounted_share": "优惠订单占比",
    "refund_share": "退款占下单比",
    "cancelled_share": "取消占下单比",
    "carts_per_order": "每单加购次数",
    "views_per_order": "每单浏览次数",
    "searches_per_view": "搜索与浏览之比",
    "ratings": "评价次数",
    "average_stars": "平均评分",
    "dwells": "有停留时长的页面数",
    "average_dwell_seconds": "平均停留(秒)",
    "looks": "接触过的商品数",
    "novelty_share": "新品占比",
    "bargain_share": "特价占比",
    "weekend_order_share": "周末下单占比",
    "brands_liked": "有偏好的品牌数",
    "categories_liked": "有偏好的类目数",
    "brand_share": "最爱品牌占品牌偏好比",
    "active_days_7": "近7天活跃天数",
    "active_days_30": "近30天活跃天数",
    "active_days_90": "近90天活跃天数",
    "days_known": "首次到访距今天数",
    "age": "年龄",
    "days_to_birthday": "距生日天数",
    **{f"part_share_{place}": f"{part}活跃占比" for place, part in enumerate(_PARTS)},
    **{f"device_share_{device}": f"设备{device}占比" for device in Device},
    "trait.": "资料",
}
VOCABULARY = Vocabulary(
    facts={
        "lifecycle": "生命周期",
        "open_cart": "加购后未下单的商品",
        "expiring_coupon": "将到期而未再下单的优惠券",
        "province": "所在省",
        "city": "所在市",
        "district": "所在区县",
        "trait.": "资料",
        "tag.": "人工标签",
        "consent.": "营销许可",
        **{f"dimension.{path}": f"画像「{NAMES[path]}」" for path in PATHS},
    },
    numbers=_NUMBERS,
    events={**{event: said for event, (_, said) in COUNTERS.items()}, "reviewed": "评价"},
    dated=frozenset({"viewed", "searched", "added_to_cart", "wished", "ordered"}),
    latest=frozenset({"seen", "viewed", "searched", "added_to_cart", "ordered"}),
    earliest=frozenset({"seen"}),
    kinds={kind.value: said for kind, said in _KINDS.items()},
)
"""What rules on shoppers may speak of."""
