"""``coupons``: what is done with coupons from the command line, on the laptop's shop and on a deployed stage alike."""

import argparse
import importlib

ACTIONS = {
    "reconcile": ("coupon_reconciling", "recompute every balance from the entries, print and mend what differs"),
    "issue": ("coupon_issuing", "give one to each shopper of a list, row by row accounted for"),
    "import": (
        "coupon_imports",
        "templates from a litemall shop, receipts, JSON lines or CSV, row by row accounted for",
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    subparsers = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, (module, summary) in ACTIONS.items():
        action = importlib.import_module(f"infra.local.{module}")
        subparser = subparsers.add_parser(name, help=summary, description=action.__doc__)
        action.add_arguments(subparser)
        subparser.set_defaults(act=action.run)


def run(arguments: argparse.Namespace) -> int:
    """The action's exit code."""
    code: int = arguments.act(arguments)
    return code
