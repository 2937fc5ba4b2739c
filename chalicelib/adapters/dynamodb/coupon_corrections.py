"""Balances moved by what a check found, each on the condition that it did not move meanwhile."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from chalicelib.adapters.dynamodb.coupon_counters import counter_name
from chalicelib.adapters.dynamodb.coupon_items import from_owned_item
from chalicelib.adapters.dynamodb.coupon_movements import hold_item
from chalicelib.adapters.dynamodb.coupon_passages import CouponPassages
from chalicelib.adapters.dynamodb.keys import (
    LIST_PK,
    LIST_SK,
    budget_key,
    coupon_count_key,
    coupon_day_key,
    hold_key,
    owned_coupon_key,
    stock_key,
    tally_day_key,
    tally_end_key,
    used_list,
    used_place,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.adapters.dynamodb.transactions import Transactions, check_action, delete_action, put_action
from chalicelib.coupons import Coupon, Difference
from chalicelib.coupons.books import reconciling as names
from chalicelib.coupons.books.mark_counts import tie_in

_NO_MORE: Final = "attribute_not_exists(pk)"


class CouponCorrections:
    """The counters behind the names of ``reconciling``. A sum over several is put right at the first of them."""

    def __init__(self, shoppers: Table, marketing: Table, transactions: Transactions) -> None:
        self._shoppers = shoppers
        self._marketing = marketing
        self._transactions = transactions
        self._passages = CouponPassages(shoppers, marketing)

    def correct(self, coupon: Coupon, difference: Difference, now: Callable[[Coupon, str], int]) -> bool:
        """Whether the balance is right now; ``now`` reads it."""
        table, key, attribute, places = self._counter(coupon, difference.balance)
        # Read before the sum is: whoever moves the counter after that is noticed.
        item = table.get(key, consistent=True) or {}
        actual = now(coupon, difference.balance)
        if actual != difference.actual:
            return actual == difference.expected
        try:
            if difference.balance.startswith("hold:"):
                self._note_or_forget(key, difference)
            else:
                seen = item.get(attribute)
                _add(table, key, attribute, difference.expected - difference.actual, seen, places)
        except ConditionFailed:
            return False
        return True

    def _counter(self, coupon: Coupon, balance: str) -> tuple[Table, Mapping[str, str], str, Mapping[str, str]]:
        """The table, the key and the attribute of a balance, and the place in ``lists`` of its item."""
        coupon_id, tie = coupon.coupon_id, tie_in(balance)
        if tie is not None:
            return *self._passages.place(coupon_id, tie), "n", {}
        kind, _, rest = balance.partition(":")
        first, _, second = rest.partition(":")
        match kind:
            case "report" | "segment":
                cell = names.cell_of(balance)
                key = tally_day_key(coupon_id, cell.day, cell.source, 0)
                places = {LIST_PK: used_list(cell.source), LIST_SK: used_place(coupon_id, cell.day, 0)}
                return self._marketing, key, counter_name(cell), places
            case "unused":
                return self._marketing, tally_end_key(coupon_id, rest, 0), "n", {}
            case "budget":
                return self._marketing, budget_key(coupon_id, rest), "n", {}
            case "shopper":
                return self._shoppers, coupon_count_key(rest, coupon_id), "n", {}
            case "shopper_day":
                return self._shoppers, coupon_day_key(second, coupon_id, first), "n", {}
            case "hold":
                return self._shoppers, hold_key(second, first), "n", {}
            case "blocks":
                return self._marketing, stock_key(coupon_id, int(rest)), "l", {}
            case _:
                return self._marketing, stock_key(coupon_id, 0), "m" if kind == names.CODES else "n", {}

    def _note_or_forget(self, key: Mapping[str, str], difference: Difference) -> None:
        """Note a reservation, or forget a note, on the condition that the coupon stays what it is."""
        _, issue_id, shopper_id = difference.balance.split(":", 2)
        place = owned_coupon_key(shopper_id, issue_id)
        item = self._shoppers.get(place, consistent=True)
        unchanged = check_action(
            self._shoppers, place, "v = :v" if item else _NO_MORE, {":v": item["v"]} if item else None
        )
        until = from_owned_item(item).standing.until if item else None
        if item is not None and until is not None and difference.expected:
            noted = put_action(self._shoppers, hold_item(from_owned_item(item), until), None)
            self._transactions.run([unchanged, noted])
        elif until is None and not difference.expected:
            self._transactions.run([unchanged, delete_action(self._shoppers, key)])
        else:
            raise ConditionFailed(item)


def _add(
    table: Table, key: Mapping[str, str], attribute: str, more: int, seen: int | None, places: Mapping[str, str]
) -> None:
    """Add to an attribute if it still is what was seen."""
    values: dict[str, Any] = {":more": more, **{f":{name}": place for name, place in places.items()}}
    condition = "attribute_not_exists(#a)"
    if seen is not None:
        condition, values[":seen"] = "#a = :seen", seen
    found = f"SET {', '.join(f'{name} = :{name}' for name in places)} " if places else ""
    table.update(key, f"{found}ADD #a :more", values, condition, {"#a": attribute})
