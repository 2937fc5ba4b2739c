"""``python -m infra.local COMMAND``: the laptop shop's command line. The Makefile calls it."""

import argparse
import importlib
import sys

COMMANDS = {
    "demo": ("demo", "the whole story once, narrated"),
    "serve": ("serve", "the same shop stays up on loopback"),
    "import": ("imports", "load a catalogue, with a report of every row that was refused"),
    "replay": ("replay", "send recorded events to a running shop"),
    "clock": ("clock", "move a running shop's clock, so that schedules fire"),
    "ubi": ("ubi", "write the search log in the shape of OpenSearch's UBI indices"),
    "sessions": ("sessions", "what popularity and taste gain on replayed sessions, and how many queries they harm"),
    "keys": ("keys", "create, list and revoke the API keys of a deployed shop"),
    "rebuild": ("rebuilding", "build a running shop's search index anew, follow it, take it back"),
    "profiles": ("recomputing", "make profiles anew from the event log"),
    "tags": ("assigning", "set a tag for a list of shoppers, with a report of every row"),
    "coupons": ("couponing", "import templates, give coupons to a list of shoppers, check their balances"),
    "failures": ("failing", "what was accepted and could not be done, and its way back"),
    "archive": ("archiving", "the events of past days out of a deployed shop's archive"),
    "bench": ("bench", "how fast the parts are, beside others that do the same"),
    "eval": ("evaluate", "relevance of search on judged queries"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--debug", action="store_true", help="show the whole trace of an error")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, summary) in COMMANDS.items():
        command = importlib.import_module(f"infra.local.{module}")
        subparser = subparsers.add_parser(name, help=summary, description=command.__doc__)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    chosen = parser.parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if chosen.debug:
            raise
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
