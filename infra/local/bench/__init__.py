"""``bench``: how fast the parts are, beside others that do the same, on this machine.

Ratios are what travels from machine to machine; ``docs/benchmarks.md`` keeps them with date and machine.
"""

import argparse
from pathlib import Path

from rich.console import Console

SUBJECTS = ("search", "ingest", "offers", "coupons")
CARTS = 200
RECEIPTS = "5000"
CLAIMS = (960,)
TITLES = (1_000, 10_000, 100_000)
EVENTS = (1_000, 10_000, 100_000)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("subject", choices=SUBJECTS)
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="search: cpr_corpus_full.tsv and Taobao queries; coupons: taobao_o2o_coupon_receipts.csv.gz",
    )
    parser.add_argument(
        "--sizes", type=_count, nargs="+", metavar="COUNT", help="titles, events, carts or claims to measure with"
    )
    parser.add_argument(
        "--receipts",
        type=_count_or_all,
        default=RECEIPTS,
        metavar="COUNT",
        help=f"coupons: how many receipts are replayed on DynamoDB Local too, or all (default {RECEIPTS})",
    )
    parser.add_argument("--without-opensearch", action="store_true", help="search: leave out what needs Java")
    parser.add_argument("--without-engine", action="store_true", help="ingest, coupons: leave out what needs Java")


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    if arguments.subject == "ingest":
        return _ingest(arguments, console)
    if arguments.subject == "offers":
        return _offers(arguments, console)
    if arguments.subject == "coupons":
        return _coupons(arguments, console)
    if arguments.data is None:
        console.print("bench search needs --data")
        return 2
    return _search(arguments, console)


def _search(arguments: argparse.Namespace, console: Console) -> int:
    from infra.local.bench import analysis, engines, handler

    console.print(analysis.table(arguments.data))
    console.print(engines.table(arguments.data, arguments.sizes or TITLES))
    if not arguments.without_opensearch:
        console.print(handler.table(arguments.data))
    return 0


def _offers(arguments: argparse.Namespace, console: Console) -> int:
    from infra.local.bench import offers

    for carts in arguments.sizes or (CARTS,):
        console.print(offers.table(carts))
    return 0


def _coupons(arguments: argparse.Namespace, console: Console) -> int:
    from infra.local.bench import coupons

    sizes = arguments.sizes or CLAIMS
    return coupons.show(console, arguments.data, arguments.receipts, sizes, has_engine=not arguments.without_engine)


def _ingest(arguments: argparse.Namespace, console: Console) -> int:
    from infra.local.bench import ingest

    ingest.show(console, arguments.sizes or EVENTS, has_engine=not arguments.without_engine)
    return 0


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _count_or_all(text: str) -> str:
    return text if text == "all" else str(_count(text))
