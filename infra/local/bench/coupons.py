"""``bench coupons``: claims and what they cost, receipts replayed, the best offer by size of cart."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from infra.local.bench import claims, offers, receipts
from tests.support.stores import Store

RECEIPTS = "taobao_o2o_coupon_receipts.csv.gz"
CARTS = 200
WIDTH = 120
"""Ten columns do not fit into a narrow terminal."""


def show(console: Console, data: Path | None, count: str, sizes: Sequence[int], *, has_engine: bool) -> int:
    """Print every table; 1 when the books do not agree, 2 when an engine is wanted and cannot run."""
    console.width = max(console.width, WIDTH)
    from tests.engines.artefacts import EngineMissing

    try:
        with _store(has_engine=has_engine) as store:
            return _measured(console, store, data, count, sizes)
    except EngineMissing as reason:
        console.print(f"[red]✗[/] DynamoDB Local cannot run: {reason}", soft_wrap=True)
        console.print("  --without-engine measures the rest")
        return 2


def _measured(console: Console, store: Store | None, data: Path | None, count: str, sizes: Sequence[int]) -> int:
    for size in sizes if store else ():
        assert store is not None
        for shown in claims.tables(store, size, console):
            console.print(shown)
    code = 0
    file = data / RECEIPTS if data else None
    if file is None or not file.exists():
        console.print(f"receipts are left out: no {RECEIPTS} in --data")
    else:
        whole = receipts.read(file, None)
        some = whole if count == "all" else receipts.read(file, int(count))
        shown, agrees = receipts.table(whole, some, store, console)
        console.print(shown)
        code = 0 if agrees else 1
    console.print(offers.table(CARTS))
    return code


@contextmanager
def _store(*, has_engine: bool) -> Iterator[Store | None]:
    """A DynamoDB Local with empty tables. Raises ``EngineMissing``."""
    from tests.engines.dynamodb_local import dynamodb_local
    from tests.support.stores import local_store

    if not has_engine:
        yield None
        return
    with dynamodb_local() as url, local_store(url) as store:
        yield store
