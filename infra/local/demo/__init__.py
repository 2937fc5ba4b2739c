"""``demo``: the whole story once: a catalogue in, personalised search out, events to tags, a schedule to a coupon."""

import argparse
from pathlib import Path

from infra.local.demo.narrator import Narrator, StepFailed
from infra.local.demo.story import tell
from infra.local.shop import LaptopShop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--catalog", type=Path, help="a catalogue of your own (litemall folder, openbg or our JSONL, CSV)"
    )


def run(arguments: argparse.Namespace) -> int:
    narrator = Narrator()
    try:
        with LaptopShop(pumped=False) as shop:
            tell(shop, arguments.catalog, narrator)
    except StepFailed as failed:
        narrator.failed(str(failed))
        return 1
    return 0
