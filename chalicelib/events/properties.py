"""The properties that events of a shop carry: their types, their Chinese names and what shops call them. Data, to be added to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Type(StrEnum):
    """What a property's value is. ``ID``: text or a whole number; ``MONEY``: yuan as number or text; ``TIME``: RFC 3339."""

    TEXT = "text"
    ID = "id"
    MONEY = "money"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "true or false"
    TIME = "time"
    OBJECTS = "list of objects"
    OBJECT = "object"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Property:
    """``name`` as Segment spells it, ``chinese`` as documents say it, ``aliases`` as shops send it beside both."""

    name: str
    type: Type
    chinese: str
    aliases: tuple[str, ...] = ()

    @property
    def other_names(self) -> tuple[str, ...]:
        """Every name but its own, the likeliest first."""
        return (self.chinese, *self.aliases)


_ROWS: Final = """
    product_id      ID       商品编号     商品ID 商品Id 商品id
    sku             ID       商品SKU      SKU编号 规格编号 规格ID
    name            TEXT     商品名称     商品名 名称
    brand           TEXT     品牌         品牌名称
    category        TEXT     类目         分类 品类 商品类目 商品分类
    variant         TEXT     规格         款式 商品规格
    price           MONEY    价格         单价 售价 商品价格
    list_price      MONEY    原价         划线价 吊牌价 市场价
    quantity        WHOLE    数量         件数 购买数量 商品数量
    size            TEXT     尺寸
    position        ANY      位置         排位
    url             TEXT     链接         网址 页面链接
    image_url       TEXT     图片链接     图片 商品图片
    currency        TEXT     币种         货币
    query           TEXT     搜索词       关键词 搜索关键词 查询词
    query_id        TEXT     搜索编号
    results         WHOLE    结果数       搜索结果数
    list_id         ID       列表编号
    filters         OBJECTS  筛选条件     筛选
    sorts           OBJECTS  排序方式     排序
    products        OBJECTS  商品列表     商品 商品明细 订单商品
    cart_id         ID       购物车编号   购物车ID
    wishlist_id     ID       收藏夹编号   心愿单编号
    wishlist_name   TEXT     收藏夹名称
    checkout_id     ID       结算编号
    step            WHOLE    步骤         结算步骤
    shipping_method TEXT     配送方式     物流方式
    payment_method  TEXT     支付方式     付款方式
    order_id        ID       订单号       订单编号 订单ID
    refund_id       ID       退款单号     退款编号 售后单号
    affiliation     TEXT     店铺         门店 店铺名称
    revenue         MONEY    实付金额     实付 实付款 支付金额 付款金额 实收金额
    total           MONEY    订单金额     总金额 订单总额 合计
    value           MONEY    金额
    subtotal        MONEY    商品金额     小计 商品总额
    shipping        MONEY    运费         邮费 快递费
    tax             MONEY    税费
    discount        MONEY    优惠金额     优惠 折扣金额 减免金额
    coupon          TEXT     优惠码       券码
    coupon_id       ID       优惠券编号   优惠券ID 券编号
    coupon_name     TEXT     优惠券名称   券名称
    expires_at      TIME     到期时间     有效期至 失效时间
    reason          TEXT     原因         退款原因 取消原因 失败原因
    promotion_id    ID       活动编号     活动ID 促销编号
    creative        TEXT     素材         广告素材
    review_id       ID       评价编号     评论编号
    review_body     TEXT     评价内容     评论内容 评论
    rating          NUMBER   评分         星级 评价星级
    share_via       TEXT     分享方式     分享渠道
    share_message   TEXT     分享文案     分享内容
    recipient       TEXT     收件人       接收人
    carrier         TEXT     快递公司     承运商 物流公司
    tracking_number ID       快递单号     运单号 物流单号
    expected_at     TIME     预计送达时间 预计送达
    delivered_at    TIME     签收时间     送达时间
    attempt         WHOLE    派送次数
    dwell_seconds   NUMBER   停留秒数     停留时长
    title           TEXT     页面标题     标题
    path            TEXT     页面路径     路径
    referrer        TEXT     来源页       来源
    search          TEXT     查询串
    method          TEXT     方式         登录方式 注册方式
    type            TEXT     种类
    username        TEXT     用户名
    version         TEXT     版本         应用版本
    build           ID       构建号
    previous_version TEXT    原版本
    previous_build  ID       原构建号
    from_background FLAG     来自后台
    referring_application TEXT 来源应用
    provider        TEXT     渠道商
    campaign        OBJECT   推广
    action          TEXT     动作
    campaign_id     ID       营销活动编号
    run_id          ID       批次编号
    channel         TEXT     渠道
    has_coupon      FLAG     含优惠券
    email_id        ID       邮件编号
    email_subject   TEXT     邮件主题
    link_id         ID       链接编号
    link_url        TEXT     链接地址
"""

_TRAITS: Final = """
    phone       TEXT    手机号   手机 手机号码 电话 联系电话
    email       TEXT    邮箱     电子邮箱 邮箱地址
    name        TEXT    姓名     真实姓名
    nickname    TEXT    昵称     用户昵称
    gender      TEXT    性别
    birthday    TEXT    生日     出生日期
    age         WHOLE   年龄
    province    TEXT    省份     省
    city        TEXT    城市     市
    district    TEXT    区县     区
    address     ANY     地址     收货地址
    occupation  TEXT    职业
    education   TEXT    学历     教育程度
    income      ANY     收入     月收入 年收入
    level       TEXT    会员等级 等级
    createdAt   TIME    注册时间
"""


def _read(rows: str) -> Mapping[str, Property]:
    read = {}
    for row in rows.strip().splitlines():
        name, type_name, chinese, *aliases = row.split()
        read[name] = Property(name, Type[type_name], chinese, tuple(aliases))
    return read


PROPERTIES: Final = _read(_ROWS)
"""Of ``track``, ``page`` and ``screen``, and of the lines of ``products``."""
TRAITS: Final = _read(_TRAITS)
"""Of ``identify``."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Properties by what they are called: ``by_name`` as Segment does; ``others`` has their other names, each with its turn
    (the likeliest name comes first) and Segment's name."""

    by_name: Mapping[str, Property]
    others: Mapping[str, tuple[int, str]]

    def in_segments_words(self, given: Mapping[str, object]) -> dict[str, object]:
        """``given`` with other names replaced by Segment's; where both came, both stay."""
        renamed = dict(given)
        if not all(map(str.isascii, given)):
            for other in sorted(given.keys() & self.others.keys(), key=self.others.__getitem__):
                _, name = self.others[other]
                if renamed.get(name) is None and renamed[other] is not None:
                    renamed[name] = renamed.pop(other)
        return renamed


def vocabulary(properties: Iterable[Property], first: Mapping[str, str] = MappingProxyType({})) -> Vocabulary:
    """The vocabulary of ``properties``; the other names in ``first`` go before all others."""
    known = tuple(properties)
    others = {**first, **{other: each.name for each in known for other in each.other_names}}
    turns = {other: (turn, name) for turn, (other, name) in enumerate(others.items())}
    return Vocabulary({each.name: each for each in known}, turns)
