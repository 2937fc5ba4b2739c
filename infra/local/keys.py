"""``keys``: create, list and revoke the API keys of a shop deployed on AWS (the laptop shop prints its own)."""

import argparse
from dataclasses import replace

from rich.console import Console
from rich.table import Table

from chalicelib.core.access import ApiKey, Scope, new_key
from chalicelib.core.settings import Settings
from chalicelib.wiring import Services

SHOWN_HASH_CHARACTERS = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("create", "list", "revoke"))
    parser.add_argument("--stage", required=True, help="the deployed stage; its tables begin with zhaohui-STAGE-")
    parser.add_argument("--scope", choices=[str(scope) for scope in Scope], help="of a key to create")
    parser.add_argument("--name", help="what a key to create is for, or the hash (its beginning) of one to revoke")


def run(arguments: argparse.Namespace) -> int:
    settings = replace(Settings(), marketing_table=f"zhaohui-{arguments.stage}-marketing")
    return act(Services(settings), arguments, Console(highlight=False))


def act(services: Services, arguments: argparse.Namespace, console: Console) -> int:
    """Do it with ``services``'s store of keys; the exit code."""
    if arguments.action == "create":
        return _create(services, arguments.scope, arguments.name, console)
    if arguments.action == "revoke":
        return _revoke(services, arguments.name, console)
    _list(services, console)
    return 0


def _create(services: Services, scope: str | None, name: str | None, console: Console) -> int:
    if not scope or not name:
        console.print("create needs --scope and --name")
        return 2
    secret, key = new_key(Scope(scope), name, services.clock.now(), services.randomness)
    services.api_keys.put(key)
    console.print(f"{secret}\nThis is the only time it is shown; what is kept is its hash.")
    return 0


def _revoke(services: Services, beginning: str | None, console: Console) -> int:
    if not beginning:
        console.print("revoke needs --name with the beginning of the key's hash, as list shows it")
        return 2
    found = [key for key in services.api_keys.all() if key.key_hash.startswith(beginning)]
    if len(found) != 1:
        console.print(f"{len(found)} keys begin with {beginning}; exactly one is needed")
        return 1
    services.api_keys.put(replace(found[0], revoked_at=services.clock.now()))
    seconds = services.settings.key_cache_seconds
    console.print(f"revoked: {found[0].name} ({found[0].scope}); containers forget it within {seconds} s")
    return 0


def _list(services: Services, console: Console) -> None:
    table = Table("hash", "scope", "name", "created", "revoked")
    for key in services.api_keys.all():
        table.add_row(key.key_hash[:SHOWN_HASH_CHARACTERS], str(key.scope), key.name, *_times(key))
    console.print(table)


def _times(key: ApiKey) -> tuple[str, str]:
    return f"{key.created_at:%Y-%m-%d %H:%M}", f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "–"
