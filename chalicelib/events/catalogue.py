"""The events that are understood by name: Segment's e-commerce, mobile and e-mail names, and what shops add. Data.

Other names are taken, kept and counted all the same; they only say that a shopper was there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from chalicelib.events.properties import PROPERTIES, Property, Vocabulary, vocabulary


class Group(StrEnum):
    """What a shop would file an event under."""

    BROWSING = "浏览与搜索"
    CART = "购物车与收藏"
    CHECKOUT = "结算"
    ORDER = "订单"
    DELIVERY = "配送"
    COUPON = "优惠券与活动"
    OPINION = "评价与分享"
    ACCOUNT = "账户"
    APP = "应用"
    MESSAGE = "触达"


@dataclass(frozen=True, slots=True)
class EventType:
    """An event's name, its Chinese name and its properties: those it makes no sense without, and the others known.

    ``is_order``: its money and lines are counted, so they must be right. ``is_by_shopper`` is False for what happened to a
    shopper: a parcel delivered is no visit. ``aliases`` are names of properties in this event only, before all others.
    """

    name: str
    chinese: str
    group: Group
    required: tuple[Property, ...]
    optional: tuple[Property, ...] = ()
    is_order: bool = False
    is_by_shopper: bool = True
    aliases: Mapping[str, str] = field(default_factory=dict)
    words: Vocabulary = field(init=False)

    def __post_init__(self) -> None:
        # Built once: it is asked for every event.
        object.__setattr__(self, "words", vocabulary(self.properties, self.aliases))

    @property
    def properties(self) -> tuple[Property, ...]:
        return (*self.required, *self.optional)


_PRODUCT = "sku name brand category variant size price list_price quantity coupon currency value position url image_url query_id"
_MONEY = "revenue total value subtotal shipping tax discount currency coupon affiliation products"
_COUPON = "coupon_id coupon coupon_name order_id cart_id discount"
_PARCEL = "carrier tracking_number expected_at"
_APP = "version build"
_MAIL = "email_id email_subject campaign_id link_id link_url"

LINE: Final = tuple(PROPERTIES[name] for name in f"product_id {_PRODUCT}".split())
"""The properties of one of ``products``."""
LINE_WORDS: Final = vocabulary(LINE)

_ROWS: Final = f"""
BROWSING
    Products Searched | 搜索商品 | query | results query_id
    Product List Viewed | 浏览商品列表 | products | list_id category
    Product List Filtered | 筛选商品列表 | products | list_id category filters sorts
    Product Clicked | 点击商品 | product_id | {_PRODUCT}
    Product Viewed | 浏览商品 | product_id | {_PRODUCT} dwell_seconds
    Product Converted | 网页所报的购买 | product_id | {_PRODUCT}
CART
    Product Added | 加入购物车 | product_id | cart_id {_PRODUCT}
    Product Removed | 移出购物车 | product_id | cart_id {_PRODUCT}
    Cart Viewed | 查看购物车 | - | cart_id products
    Product Added to Wishlist | 收藏商品 | product_id | wishlist_id wishlist_name {_PRODUCT}
    Product Removed from Wishlist | 取消收藏 | product_id | wishlist_id wishlist_name {_PRODUCT}
    Wishlist Product Added to Cart | 收藏商品加入购物车 | product_id | wishlist_id wishlist_name cart_id {_PRODUCT}
CHECKOUT
    Checkout Started | 开始结算 | - | order_id checkout_id {_MONEY}
    Checkout Step Viewed | 查看结算步骤 | step | checkout_id shipping_method payment_method
    Checkout Step Completed | 完成结算步骤 | step | checkout_id shipping_method payment_method
    Payment Info Entered | 填写支付信息 | - | checkout_id order_id step shipping_method payment_method
ORDER
    Order Completed | 下单 | order_id | checkout_id payment_method shipping_method {_MONEY}
    Order Updated | 订单变更 | order_id | checkout_id {_MONEY}
    Order Refunded | 退款 | order_id | refund_id reason {_MONEY}
    Order Cancelled | 取消订单 | order_id | reason {_MONEY}
DELIVERY
    Order Shipped | 订单发货 | order_id | {_PARCEL} products
    Delivery Started | 开始派送 | order_id | {_PARCEL} attempt
    Delivery Delayed | 配送延误 | order_id | {_PARCEL} reason
    Delivery Failed | 派送失败 | order_id | {_PARCEL} attempt reason
    Order Delivered | 订单签收 | order_id | {_PARCEL} delivered_at
COUPON
    Coupon Entered | 输入优惠券 | - | {_COUPON}
    Coupon Applied | 使用优惠券 | - | {_COUPON}
    Coupon Denied | 优惠券被拒 | - | {_COUPON} reason
    Coupon Removed | 移除优惠券 | - | {_COUPON}
    Coupon Expiring | 优惠券将到期 | expires_at | coupon_id coupon_name
    Promotion Viewed | 看到活动 | promotion_id | creative name position
    Promotion Clicked | 点击活动 | promotion_id | creative name position
OPINION
    Product Shared | 分享商品 | product_id | share_via share_message recipient {_PRODUCT}
    Cart Shared | 分享购物车 | - | share_via share_message recipient cart_id products
    Product Reviewed | 评价商品 | product_id | review_id review_body rating
ACCOUNT
    Signed Up | 注册 | - | type method username
    Signed In | 登录 | - | method username
    Signed Out | 退出登录 | - | username
APP
    Application Installed | 安装应用 | - | {_APP}
    Application Opened | 打开应用 | - | {_APP} from_background referring_application url
    Application Backgrounded | 应用退到后台 | - | -
    Application Foregrounded | 应用回到前台 | - | -
    Application Updated | 更新应用 | - | {_APP} previous_version previous_build
    Application Uninstalled | 卸载应用 | - | -
    Application Crashed | 应用崩溃 | - | -
    Install Attributed | 安装归因 | - | provider campaign
    Deep Link Opened | 打开深度链接 | - | provider url
    Deep Link Clicked | 点击深度链接 | - | provider url
MESSAGE
    Message Sent | 发出消息 | - | campaign_id run_id channel has_coupon
    Push Notification Received | 收到推送 | - | campaign
    Push Notification Tapped | 点击推送 | - | campaign action
    Push Notification Bounced | 推送失败 | - | campaign action
    Email Delivered | 邮件送达 | - | {_MAIL}
    Email Opened | 打开邮件 | - | {_MAIL}
    Email Link Clicked | 点击邮件链接 | - | {_MAIL}
    Email Bounced | 邮件退回 | - | {_MAIL} reason
    Email Marked as Spam | 标记为垃圾邮件 | - | {_MAIL}
    Unsubscribed | 退订 | - | {_MAIL} channel
"""
_ORDERS: Final = frozenset({"Order Completed", "Order Updated", "Order Refunded", "Order Cancelled"})
_TO_SHOPPERS: Final = frozenset(
    {
        *("Order Shipped", "Delivery Started", "Delivery Delayed", "Delivery Failed", "Order Delivered"),
        *(
            "Coupon Expiring",
            "Message Sent",
            "Push Notification Received",
            "Push Notification Bounced",
            "Email Delivered",
            "Email Bounced",
        ),
        "Application Uninstalled",
    }
)
# What was paid for the order may come along: the refund's own amount counts.
_OWN_ALIASES: Final = {"Order Refunded": {"退款金额": "revenue", "退款总额": "revenue", "实退金额": "revenue"}}


def _read(rows: str) -> Mapping[str, EventType]:
    read, group = {}, Group.BROWSING
    for row in rows.strip().splitlines():
        if "|" not in row:
            group = Group[row.strip()]
            continue
        name, chinese, required, optional = (part.strip() for part in row.split("|"))
        read[name] = EventType(
            name,
            chinese,
            group,
            _properties(required),
            _properties(optional),
            name in _ORDERS,
            name not in _TO_SHOPPERS,
            _OWN_ALIASES.get(name, {}),
        )
    return read


def _properties(names: str) -> tuple[Property, ...]:
    return tuple(PROPERTIES[name] for name in names.split() if name != "-")


CATALOGUE: Final = _read(_ROWS)
"""Every event understood, by its name."""
PAGE: Final = _properties("title path url referrer search dwell_seconds category name")
"""The properties of ``page`` and ``screen``."""
