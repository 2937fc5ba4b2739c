"""``bench``: how fast the parts are, beside others that do the same, on this machine.

Ratios are what travels from machine to machine; ``docs/benchmarks.md`` keeps them with date and machine.
"""

import argparse
from pathlib import Path

from rich.console import Console

SUBJECTS = ("search",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("subject", choices=SUBJECTS)
    parser.add_argument(
        "--data", type=Path, required=True, metavar="FOLDER", help="cpr_corpus_full.tsv and Taobao queries"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], metavar="TITLES")
    parser.add_argument("--without-opensearch", action="store_true", help="leave out what needs Java")


def run(arguments: argparse.Namespace) -> int:
    from infra.local.bench import analysis, engines, handler

    console = Console(highlight=False)
    console.print(analysis.table(arguments.data))
    console.print(engines.table(arguments.data, arguments.sizes))
    if not arguments.without_opensearch:
        console.print(handler.table(arguments.data))
    return 0
