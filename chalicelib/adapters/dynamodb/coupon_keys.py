"""Keys of coupons and of what is counted about them. ``keys`` has the drawing."""

from typing import Final

from chalicelib.adapters.dynamodb.attributes import PK, SK, shopper_partition

COUPON_PREFIX: Final = "K#"
COUPON_COUNT_PREFIX: Final = "L#"
COUPON_DAY_PREFIX: Final = "D#"
HOLD_PREFIX: Final = "H#"
REMINDER_PREFIX: Final = "R#"
SEEN_PREFIX: Final = "M#"
BROUGHT_BY_PREFIX: Final = "Z#"
LEASE_PREFIX: Final = "L#"
TALLY_DAY_PREFIX: Final = "D#"
TALLY_END_PREFIX: Final = "X#"
FOLDED: Final = {PK: "FOLDED", SK: "COUPON"}
GUARDS: Final = {PK: "GUARDS", SK: "G"}
STOCK: Final = "N"
WHOLE_BUDGET: Final = "all"
COUPONS: Final = "COUPON"
AUTOMATIC_COUPONS: Final = "AUTOMATIC"
WATCH: Final = {PK: "WATCH", SK: "COUPON"}


def owned_coupon_key(shopper_id: str, issue_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{COUPON_PREFIX}{issue_id}"}


def coupon_count_key(shopper_id: str, coupon_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{COUPON_COUNT_PREFIX}{coupon_id}"}


def coupon_key(coupon_id: str) -> dict[str, str]:
    return {PK: COUPONS, SK: coupon_id}


def coupon_day_key(shopper_id: str, coupon_id: str, day: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{COUPON_DAY_PREFIX}{day}#{coupon_id}"}


def hold_key(shopper_id: str, issue_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{HOLD_PREFIX}{issue_id}"}


def held_list(shard: int) -> str:
    return f"HELD#{shard}"


def stock_partition(coupon_id: str, shard: int) -> str:
    return f"STOCK#{coupon_id}#{shard:03d}"


def stock_key(coupon_id: str, shard: int) -> dict[str, str]:
    return {PK: stock_partition(coupon_id, shard), SK: STOCK}


def lease_key(coupon_id: str, shard: int, lease_id: str) -> dict[str, str]:
    return {PK: stock_partition(coupon_id, shard), SK: f"{LEASE_PREFIX}{lease_id}"}


def leased_list(shard: int) -> str:
    return f"LEASED#{shard}"


def template_history(coupon_id: str) -> str:
    return f"HISTORY#{coupon_id}"


def template_change_key(coupon_id: str, version: int) -> dict[str, str]:
    return {PK: template_history(coupon_id), SK: f"{version:09d}"}


def alerts_partition(coupon_id: str) -> str:
    return f"ALERT#{coupon_id}"


def alert_key(coupon_id: str, alert_id: str) -> dict[str, str]:
    return {PK: alerts_partition(coupon_id), SK: alert_id}


def reminder_key(shopper_id: str, issue_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{REMINDER_PREFIX}{issue_id}"}


def reminder_list(shard: int) -> str:
    return f"REMIND#{shard}"


def seen_key(shopper_id: str, kind: str, place: int) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{SEEN_PREFIX}{kind}#{place:02d}"}


def brought_by_key(shopper_id: str, referrer: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{BROUGHT_BY_PREFIX}{referrer}"}


def referrer_count_key(referrer: str, coupon_id: str) -> dict[str, str]:
    return {PK: shopper_partition(referrer), SK: f"Y#{coupon_id}"}


def mark_partition(kind: str, mark: str) -> str:
    return f"MARK#{kind}#{mark}"


def mark_count_key(kind: str, mark: str, coupon_id: str) -> dict[str, str]:
    return {PK: mark_partition(kind, mark), SK: f"C#{coupon_id}"}


def kind_and_mark(partition: str) -> tuple[str, str]:
    """Of ``mark_partition``."""
    _, kind, mark = partition.split("#", 2)
    return kind, mark


def pace_key(partition: str, rule: str, window: int) -> dict[str, str]:
    return {PK: partition, SK: f"V#{rule}#{window}"}


def hits_partition(day: str) -> str:
    return f"HITS#{day}"


def order_hold_key(order_id: str) -> dict[str, str]:
    return {PK: f"ORDER#{order_id}", SK: "O"}


def budget_key(coupon_id: str, span: str) -> dict[str, str]:
    return {PK: f"BUDGET#{coupon_id}", SK: span}


def automatic_coupon_key(coupon_id: str) -> dict[str, str]:
    return {PK: AUTOMATIC_COUPONS, SK: coupon_id}


def public_code_key(code: str) -> dict[str, str]:
    return {PK: f"PUBLIC#{code}", SK: "C"}


def code_batch_key(coupon_id: str, batch_id: str) -> dict[str, str]:
    return {PK: f"CODES#{coupon_id}#{batch_id}", SK: "B"}


def code_page_key(coupon_id: str, batch_id: str, number: int) -> dict[str, str]:
    return {PK: f"CODES#{coupon_id}#{batch_id}", SK: f"P#{number:06d}"}


def voucher_key(code: str) -> dict[str, str]:
    return {PK: f"VOUCHER#{code}", SK: "V"}


def guess_key(who: str, hour: str) -> dict[str, str]:
    return {PK: f"GUESS#{who}", SK: hour}


def tally_of_coupon(coupon_id: str) -> str:
    return f"TALLY#{coupon_id}"


def tally_day_key(coupon_id: str, day: str, source: str, shard: int) -> dict[str, str]:
    return {PK: tally_of_coupon(coupon_id), SK: f"{TALLY_DAY_PREFIX}{day}#{source}#{shard:03d}"}


def tally_end_key(coupon_id: str, day: str, shard: int) -> dict[str, str]:
    return {PK: tally_of_coupon(coupon_id), SK: f"{TALLY_END_PREFIX}{day}#{shard:03d}"}


def used_list(source: str) -> str:
    return f"USED#{source}"


def used_place(coupon_id: str, day: str, shard: int) -> str:
    return f"{coupon_id}#{day}#{shard:03d}"


def books_key(coupon_id: str, check_id: str) -> dict[str, str]:
    return {PK: f"BOOKS#{coupon_id}", SK: check_id}


def mark_note_key(coupon_id: str, check_id: str, mark: str, of: str) -> dict[str, str]:
    """``mark`` and ``of`` are digests: the notes of one mark stand together."""
    return {PK: f"BOOKS#{coupon_id}#{check_id}", SK: f"{mark}#{of}"}


def batch_list(coupon_id: str) -> str:
    return f"BATCHES#{coupon_id}"


def code_list(code: str) -> str:
    return f"CODE#{code}"
