"""Why an offer does not count, as codes for programs and Chinese for shoppers."""

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Why an offer was not applied."""

    CURRENCY_DIFFERS = "currency_differs"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    OUT_OF_HOURS = "out_of_hours"
    WRONG_CHANNEL = "wrong_channel"
    NEW_SHOPPERS_ONLY = "new_shoppers_only"
    FIRST_ORDER_ONLY = "first_order_only"
    WRONG_LEVEL = "wrong_level"
    WRONG_SEGMENT = "wrong_segment"
    WRONG_TAG = "wrong_tag"
    NO_GOODS_IN_SCOPE = "no_goods_in_scope"
    WRONG_REGION = "wrong_region"
    TOO_HEAVY = "too_heavy"
    NO_SHIPPING_FEE = "no_shipping_fee"
    BELOW_MINIMUM_SPEND = "below_minimum_spend"
    BELOW_MINIMUM_QUANTITY = "below_minimum_quantity"
    NOTHING_TO_TAKE_OFF = "nothing_to_take_off"
    NOT_STACKABLE = "not_stackable"
    SAME_AS_ANOTHER = "same_as_another"
    BETTER_WITHOUT = "better_without"
    TOO_MANY = "too_many"
    UNKNOWN_CODE = "unknown_code"
    NOT_OWNED = "not_owned"
    RESERVED = "reserved"
    ALREADY_USED = "already_used"
    VOIDED = "voided"
    NOT_CLAIMED = "not_claimed"
    TOO_MANY_WRONG_CODES = "too_many_wrong_codes"


WORDS: Mapping[Reason, str] = {
    Reason.CURRENCY_DIFFERS: "币种不符",
    Reason.NOT_YET_VALID: "尚未生效",
    Reason.EXPIRED: "已过期",
    Reason.OUT_OF_HOURS: "不在每日可用时段",
    Reason.WRONG_CHANNEL: "不适用于当前渠道",
    Reason.NEW_SHOPPERS_ONLY: "仅限新客",
    Reason.FIRST_ORDER_ONLY: "仅限首单",
    Reason.WRONG_LEVEL: "会员等级不符",
    Reason.WRONG_SEGMENT: "不在活动人群内",
    Reason.WRONG_TAG: "不在活动人群内",
    Reason.NO_GOODS_IN_SCOPE: "购物车中没有适用商品",
    Reason.WRONG_REGION: "不适用于收货地区",
    Reason.TOO_HEAVY: "超出重量限制",
    Reason.NO_SHIPPING_FEE: "本单没有运费",
    Reason.BELOW_MINIMUM_SPEND: "未达到最低消费",
    Reason.BELOW_MINIMUM_QUANTITY: "未达到最低件数",
    Reason.NOTHING_TO_TAKE_OFF: "没有可减的金额",
    Reason.NOT_STACKABLE: "不能与已选优惠同享",
    Reason.SAME_AS_ANOTHER: "与另一张券相同，先用先到期的",
    Reason.BETTER_WITHOUT: "用上它并不更便宜",
    Reason.TOO_MANY: "可用优惠过多，未参与计算",
    Reason.UNKNOWN_CODE: "没有这个券码",
    Reason.NOT_OWNED: "不是您的优惠券",
    Reason.RESERVED: "已被另一笔订单占用",
    Reason.ALREADY_USED: "已使用",
    Reason.VOIDED: "已作废",
    Reason.NOT_CLAIMED: "请先领取这张券",
    Reason.TOO_MANY_WRONG_CODES: "券码输错次数过多，请稍后再试",
}
