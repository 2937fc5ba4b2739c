"""At the till: a coupon is claimed, the best offer for a cart found, held while it is paid, used; a part comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.core.money import FEN_PER_YUAN, format_yuan
from infra.local.client import CallRefused
from infra.local.demo import books
from infra.local.demo.scene import Scene
from infra.local.demo.shoppers import Shopper
from infra.local.demo.stage import Stage

ORDER = "till-1"
PRICE_IF_UNKNOWN = 12_900
"""Some catalogues tell no prices: the till says one then."""
STOCK = 100
SHIPPING = 1_000
STEP = 10 * FEN_PER_YUAN
SHOWN_TITLE_CHARACTERS = 24
POLICY = "proportional"


@dataclass(frozen=True)
class Basket:
    """What is bought: the cart as a till sends it, and the title of each line."""

    cart: dict[str, Any]
    titles: Mapping[str, str]
    goods: int


def fill(scene: Scene) -> Basket:
    """Two of one thing that the shopper likes, one of another."""
    lines, goods = [], 0
    for name, hit, quantity in zip("ab", scene.first.goods, (2, 1), strict=False):
        price = round(hit["price"] * FEN_PER_YUAN) if hit.get("price") else None
        line = {"id": name, "product_id": hit["objectID"], "quantity": quantity}
        lines.append(line if price is not None else {**line, "price": PRICE_IF_UNKNOWN})
        goods += quantity * (price or PRICE_IF_UNKNOWN)
    titles = {
        line["id"]: hit["title"][:SHOWN_TITLE_CHARACTERS] for line, hit in zip(lines, scene.first.goods, strict=False)
    }
    return Basket({"lines": lines, "shipping": SHIPPING, "region": "浙江省 > 杭州市"}, titles, goods)


def buy(stage: Stage, shopper: Shopper, scene: Scene) -> None:
    """From the claim to the part that comes back, and what the books say of it."""
    basket = fill(scene)
    code = claim(stage, shopper, basket)
    offer = best(stage, shopper, basket)
    pay(stage, shopper, basket, code, offer)
    coupon_id = give_back(stage, basket, code, offer)
    books.tell(stage, coupon_id)


def claim(stage: Stage, shopper: Shopper, basket: Basket) -> str:
    """A coupon of two tiers, the upper one just out of reach, and a promotion that needs no coupon; the code of the claim."""
    say = stage.narrator
    say.step("领券：一张满减券，一个全场促销", "a shopper claims a coupon; a promotion counts by itself")
    books.divide(stage)
    low, high = basket.goods // STEP * STEP or basket.goods, (basket.goods // STEP + 3) * STEP
    tiers = [{"at_least": low, "off": _whole_yuan(low // 10)}, {"at_least": high, "off": _whole_yuan(high // 6)}]
    coupon = _create(stage, {"name": "店铺满减券", "kind": "tiers", "tiers": tiers, "group": "满减"})
    _create(
        stage,
        {"name": "全场95折", "kind": "percent_off", "basis_points": 500, "group": "全场", "is_automatic": True},
    )
    said = "，".join(f"满 {format_yuan(each['at_least'])} 减 {format_yuan(each['off'])}" for each in tiers)
    say.say(f"券：{said}；促销：全场95折，无需领取")
    path, body, key = (
        f"/v1/coupons/{coupon['id']}/claim",
        {"shopper": shopper.shopper_id},
        {"Idempotency-Key": "claim-1"},
    )
    first, again = (stage.office.call("POST", path, body, key) for _ in range(2))
    say.say(f"{shopper.name}领到 {first['code']}")
    say.expect(first == again, "网络不好又点了一次，还是同一张 a repeated claim gives the same coupon")
    code: str = first["code"]
    return code


def best(stage: Stage, shopper: Shopper, basket: Basket) -> dict[str, Any]:
    """The lowest price, line by line, and what is missing for the next tier."""
    say = stage.narrator
    say.step("最优惠：怎么用券最划算", "POST /v1/offers/best: the lowest price, line by line to the fen")
    asked = {"shopper": shopper.shopper_id, "cart": basket.cart, "suggestions": 2}
    offer: dict[str, Any] = stage.office.call("POST", "/v1/offers/best", asked)
    names = {each["offer"]: each["name"] for each in offer["applied"]}
    rows = [
        [
            basket.titles[line["id"]],
            format_yuan(line["amount"]),
            *(format_yuan(line["discounts"].get(each, 0)) for each in names),
            format_yuan(line["payable"]),
        ]
        for line in offer["lines"]
    ]
    say.table(["商品", "原价", *(f"{name} 优惠" for name in names.values()), "应付"], rows)
    say.say(
        f"共省 {format_yuan(offer['saved'])}，应付 {format_yuan(offer['payable'])}（含运费 {format_yuan(SHIPPING)}）"
    )
    parts = sum(part for line in offer["lines"] for part in line["discounts"].values())
    say.expect(
        len(names) == 2 and parts == offer["saved"] == basket.goods + SHIPPING - offer["payable"],
        "两个优惠叠加，逐行分摊，一分不差 two offers, spread over the lines to the fen",
    )
    for tier in offer["next_tiers"]:
        say.say(f"凑单：{tier['message']}")
        for each in tier["suggestions"]:
            say.say(f"   可以加 {each['title'][:SHOWN_TITLE_CHARACTERS]} {format_yuan(each['price'])}")
    say.expect(bool(offer["next_tiers"]), "差多少到下一档，说得出来 what is missing for the next tier is told")
    return offer


def pay(stage: Stage, shopper: Shopper, basket: Basket, code: str, offer: dict[str, Any]) -> None:
    """The coupon is held for one order while it is paid, then used: the till asks, the shop works it out again."""
    say = stage.narrator
    say.step("下单占用，付款核销", "reserve, then redeem; the discount is worked out from the cart again")
    path = f"/v1/coupon-codes/{code}"
    beside = [each["offer"] for each in offer["applied"] if each["automatic"]]
    order = {"order_id": ORDER, "cart": basket.cart, "shopper": shopper.shopper_id, "with": beside}
    (saved,) = (each["saved"] for each in offer["applied"] if each["offer"] == code)
    held = stage.office.call("POST", f"{path}/reserve", order, {"Idempotency-Key": "hold-1"})
    say.expect(
        held["discount"] == saved, f"占用时重新计算，仍优惠 {format_yuan(saved)} the same discount, worked out again"
    )
    try:
        stage.office.call("POST", f"{path}/reserve", {**order, "order_id": "till-2"}, {"Idempotency-Key": "hold-2"})
    except CallRefused as refused:
        problem = refused.answer["error"]
        say.say(f"另一订单也想用：{refused.status} {problem['code']}：{problem['message']}")
        say.expect("占用" in problem["message"], "一张券同时只能给一个订单 one order holds it at a time")
    else:
        say.expect(False, "一张券同时只能给一个订单 one order holds it at a time")
    paid = stage.office.call("POST", f"{path}/redeem", order, {"Idempotency-Key": "pay-1"})
    say.expect(paid["coupon"]["state"] == "redeemed", "付款成功，券已核销 paid, and the coupon is used")


def give_back(stage: Stage, basket: Basket, code: str, offer: dict[str, Any]) -> str:
    """One of three pieces comes back: its money, and its part of the discount, exactly once. The id of the coupon."""
    say = stage.narrator
    say.step(
        "退一件：钱按分摊退，券的优惠也只退这一份", "one piece comes back: its money, and its part of the discount"
    )
    returned = {"a": 1}
    asked = {"cart": _priced(basket, offer), "offers": [each["offer"] for each in offer["applied"]]}
    asked |= {"paid": offer["payable"], "returned": returned, "policy": POLICY}
    owed = stage.office.call("POST", "/v1/offers/refunds", asked)
    body = {"order_id": ORDER, "returned": returned, "policy": POLICY}
    path, key = f"/v1/coupon-codes/{code}/refund", {"Idempotency-Key": "back-piece-1"}
    first, again = (stage.office.call("POST", path, body, key) for _ in range(2))
    say.say(
        f"{basket.titles['a']} 退 1 件：退款 {format_yuan(owed['amount'])}，券的优惠收回 {format_yuan(first['refunded'])}"
    )
    rows = [
        [each["movement"], each["order_id"], *(_yuan(each[name]) for name in ("amount", "discount")), each["reason"]]
        for each in first["coupon"]["entries"]
    ]
    say.table(["动作", "订单", "金额", "优惠", "原因"], rows, f"{code} 的账 the coupon's ledger")
    say.expect(
        0 < owed["amount"] < offer["payable"] and owed["amount"] + owed["payable"] == offer["payable"],
        "退款与留下的正好是付过的 what goes back and what stays is what was paid",
    )
    say.expect(first == again, "同一次退款发两遍，只退一次 a repeated refund gives back once")
    state = stage.office.call("GET", f"/v1/coupon-codes/{code}")["state"]
    say.expect(state == "partially_refunded", "券记为部分退款 the coupon is partially refunded")
    coupon_id: str = first["coupon"]["coupon_id"]
    return coupon_id


def _create(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    created: dict[str, Any] = stage.office.call("POST", "/v1/coupons", {**fields, "stock": STOCK, "valid_days": 7})
    return created


def _priced(basket: Basket, offer: dict[str, Any]) -> dict[str, Any]:
    """The cart as it was paid, with its prices."""
    amounts = {line["id"]: line["amount"] for line in offer["lines"]}
    lines = [{**line, "price": amounts[line["id"]] // line["quantity"]} for line in basket.cart["lines"]]
    return {**basket.cart, "lines": lines}


def _whole_yuan(fen: int) -> int:
    return fen // FEN_PER_YUAN * FEN_PER_YUAN or FEN_PER_YUAN


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else format_yuan(fen)
