"""How dimensions and their values are called in Chinese."""

from collections.abc import Mapping

from chalicelib.core.money import format_yuan
from chalicelib.profiles.dimensions.model import Dimension, Value

DIMENSIONS: Mapping[Dimension, str] = {
    Dimension.BASIC: "基本",
    Dimension.BEHAVIOUR: "行为",
    Dimension.CONSUMPTION: "消费",
    Dimension.PSYCHOLOGICAL: "心理",
}
NAMES: Mapping[str, str] = {
    "basic.age_band": "年龄段",
    "basic.gender": "性别",
    "basic.province": "省份",
    "basic.city": "城市",
    "basic.district": "区县",
    "basic.occupation": "职业",
    "basic.education": "学历",
    "basic.income_band": "收入水平",
    "behaviour.visit_frequency": "来访频率",
    "behaviour.dwell_seconds": "平均停留",
    "behaviour.entry": "逛店方式",
    "behaviour.last_step": "最近一步",
    "behaviour.cart_rate": "浏览加购率",
    "behaviour.order_rate": "加购下单率",
    "behaviour.search_words": "常搜词",
    "behaviour.active_hours": "活跃时段",
    "behaviour.device": "常用设备",
    "consumption.spend": "累计消费",
    "consumption.orders": "订单数",
    "consumption.order_frequency": "购买频率",
    "consumption.average_order": "客单价",
    "consumption.price_band": "偏好价位",
    "consumption.discount_sensitivity": "折扣敏感度",
    "consumption.preferred_categories": "偏好类目",
    "consumption.preferred_brands": "偏好品牌",
    "consumption.satisfaction": "满意度",
    "consumption.purchase_hours": "下单时段",
    "consumption.purchase_day": "下单日子",
    "psychological.motive": "购买动机",
    "psychological.attitude": "对本店态度",
    "psychological.decision_style": "决策习惯",
    "psychological.rhythm": "作息",
    "psychological.brand_attitude": "品牌态度",
}
VALUES: Mapping[str, Mapping[str, str]] = {
    "basic.gender": {"female": "女", "male": "男"},
    "basic.education": {
        "doctor": "博士",
        "master": "硕士",
        "bachelor": "本科",
        "college": "大专",
        "high_school": "高中",
        "basic": "初中及以下",
    },
    "basic.income_band": {"low": "较低", "middle": "中等", "high": "较高"},
    "behaviour.visit_frequency": {
        "daily": "几乎每天",
        "several_a_week": "每周几次",
        "weekly": "每周",
        "monthly": "每月",
        "rare": "很少",
    },
    "behaviour.entry": {"search": "以搜索为主", "browse": "以浏览为主"},
    "behaviour.last_step": {"ordered": "下单", "at_cart": "加购", "viewed": "浏览", "searched": "搜索"},
    "behaviour.device": {"mini_program": "小程序", "app": "App", "mobile": "手机浏览器", "desktop": "电脑"},
    "consumption.order_frequency": {"frequent": "频繁", "regular": "经常", "rare": "偶尔", "lapsed": "近期未购"},
    "consumption.discount_sensitivity": {"high": "高", "middle": "中", "low": "低"},
    "consumption.satisfaction": {"satisfied": "满意", "neutral": "一般", "dissatisfied": "不满意"},
    "consumption.purchase_day": {"weekend": "周末", "weekday": "工作日"},
    "psychological.motive": {"value": "求实惠", "novelty": "求新", "quality": "求品质", "beauty": "求美"},
    "psychological.attitude": {"loyal": "信赖", "content": "认可", "critical": "不满", "waiting": "观望"},
    "psychological.decision_style": {"planner": "精打细算", "impulsive": "冲动", "balanced": "适度比较"},
    "psychological.rhythm": {"night_owl": "夜猫子", "early_bird": "早起", "daytime": "日间"},
    "psychological.brand_attitude": {"loyal": "忠于一个品牌", "curious": "爱尝试", "open": "几个品牌之间"},
}
_MONEY = frozenset({"consumption.spend", "consumption.average_order"})
_HOURS = frozenset({"behaviour.active_hours", "consumption.purchase_hours"})
_RATES = frozenset({"behaviour.cart_rate", "behaviour.order_rate"})


def in_words(path: str, value: Value) -> str:
    """A value as a marketer reads it."""
    if isinstance(value, tuple):
        return "、".join(value)
    if path in VALUES:
        return VALUES[path].get(str(value), str(value))
    if path in _MONEY and isinstance(value, int):
        return format_yuan(value)
    if path in _RATES:
        return f"{float(value):.0%}"
    if path in _HOURS:
        return f"{value} 点"
    if path == "basic.age_band":
        return f"{str(value).removesuffix('+')} 岁{'以上' if str(value).endswith('+') else ''}"
    if path == "behaviour.dwell_seconds":
        return f"{value:g} 秒"
    return f"{value} 元" if path == "consumption.price_band" else str(value)
