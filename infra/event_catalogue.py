"""``python -m infra.event_catalogue``: writes ``docs/event-catalogue.md`` from the catalogue that the door reads."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from chalicelib.adapters.activities import DEEDS
from chalicelib.events.catalogue import CATALOGUE, LINE, PAGE, EventType, Group
from chalicelib.events.properties import PROPERTIES, TRAITS, Property
from chalicelib.profiles import Deed

PATH = Path(__file__).parents[1] / "docs" / "event-catalogue.md"
COUNTS_AS = {
    Deed.SEEN: "seen",
    Deed.VIEWED: "view",
    Deed.CLICKED: "click",
    Deed.SEARCHED: "search",
    Deed.WISHED: "wish",
    Deed.ADDED_TO_CART: "cart",
    Deed.AT_CART: "at the cart",
    Deed.REVIEWED: "review",
    Deed.ORDERED: "order",
    Deed.ORDER_REVISED: "order, revised",
    Deed.REFUNDED: "refund",
    Deed.CANCELLED: "cancellation",
}
HEAD = """# Event catalogue

Generated from `chalicelib/events/catalogue.py` and `properties.py` by `python -m infra.event_catalogue`; a test compares. What
becomes of an event is in [events](events.md).

Names are compared as they are written. A name that is not here is taken, kept in the log with its properties untouched,
counts as seen, and shows up in `GET /v1/events/names?known=false`.

**Counts as** is what a profile makes of it ([profiles](profiles.md)); *seen* is a sign of life, – happened to the shopper
and says nothing of what they did. Properties in **bold** are those without which an event says little: the answer then carries
a remark. In the four events of orders wrong money or wrong lines refuse the event; in all others a wrong property costs what
it would have told, with a remark. Properties that are not listed are kept as they are."""


def catalogue() -> str:
    """The whole document."""
    parts = [HEAD]
    for group in Group:
        parts += [f"\n## {group}\n", "| event | 名称 | counts as | properties |", "|---|---|---|---|"]
        parts += [_row(kind) for kind in CATALOGUE.values() if kind.group is group]
    parts += ["\n## `page` and `screen`\n", f"Count as seen. Properties: {_names(PAGE)}."]
    parts += [
        "\n## A product\n",
        f"The same in an event about one product and in a line of `products`: {_names(LINE)}.",
    ]
    parts += ["\n## Properties\n", _ABOUT_PROPERTIES, *_table(PROPERTIES.values())]
    parts += ["\n## Traits of `identify`\n", "Other traits are kept as they are.\n", *_table(TRAITS.values())]
    return "\n".join(parts) + "\n"


_ABOUT_PROPERTIES = """\
In events of this catalogue the Chinese names are taken for Segment's; where both came, both are kept and Segment's counts.
In `Order Refunded` `退款金额`, `退款总额` and `实退金额` are `revenue`, even when the amount paid for the order came along.
Money may be written as `¥1,299.00` or `1299元`.
"""


def _row(kind: EventType) -> str:
    counts_as = COUNTS_AS[DEEDS.get(kind.name, Deed.SEEN)] if kind.is_by_shopper else "–"
    bold = [f"**`{each.name}`**" for each in kind.required]
    is_about_a_product = set(LINE) <= set(kind.properties)
    others = [f"`{each.name}`" for each in kind.optional if not (is_about_a_product and each in LINE)]
    names = ", ".join([*bold, *others, *(["those of a product"] if is_about_a_product else [])])
    return f"| `{kind.name}` | {kind.chinese} | {counts_as} | {names or '–'} |"


def _names(properties: Iterable[Property]) -> str:
    return ", ".join(f"`{each.name}`" for each in properties)


def _table(properties: Iterable[Property]) -> Iterator[str]:
    yield "| property | type | also taken |"
    yield "|---|---|---|"
    for each in properties:
        yield f"| `{each.name}` | {each.type} | {' '.join(f'`{name}`' for name in each.other_names)} |"


if __name__ == "__main__":
    PATH.write_text(catalogue())
