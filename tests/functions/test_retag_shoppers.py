"""The worker that does the pages of rounds: what it reads from the stream, and what it asks for again."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from chalicelib import wiring
from chalicelib.adapters.dynamodb.items import to_typed
from chalicelib.adapters.dynamodb.keys import BODY, tag_round_key
from chalicelib.core.errors import Unavailable
from chalicelib.profiles import Round, RoundStatus
from functions.retag_shoppers.handler import handle
from tests.support.shoppers import NOW, TwinShop

RUNNING = Round("r1", "rules", NOW, NOW, page=3)


class Rounds:
    """Notes the steps that are asked for."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int]] = []
        self.is_busy = False

    def step(self, round_id: str, page: int) -> None:
        if self.is_busy:
            raise Unavailable("busy")
        self.steps.append((round_id, page))


@pytest.fixture
def rounds() -> Any:
    services = TwinShop().services
    noted = vars(services)["tag_rounds"] = Rounds()
    wiring.install(services)
    yield noted
    wiring.install(None)


def record(number: int, item: dict[str, Any], **images: Any) -> dict[str, Any]:
    keys = to_typed({name: item[name] for name in ("pk", "sk")})
    return {"dynamodb": {"SequenceNumber": str(number), "Keys": keys, "NewImage": to_typed(item), **images}}


def of(round_: Round, number: int = 1) -> dict[str, Any]:
    return record(number, {**tag_round_key(round_.round_id), BODY: msgspec.json.encode(round_).decode()})


def test_a_running_round_has_its_page_done_and_others_are_left_alone(rounds: Rounds) -> None:
    profile = record(2, {"pk": "S#u1", "sk": "P", BODY: "{}"})
    gone = of(RUNNING, 3)
    del gone["dynamodb"]["NewImage"]
    done = of(replace(RUNNING, status=RoundStatus.DONE), 4)
    assert handle({"Records": [of(RUNNING), profile, gone, done]}, None) == {"batchItemFailures": []}
    assert rounds.steps == [("r1", 3)]


def test_a_page_that_the_store_had_no_time_for_comes_again(rounds: Rounds) -> None:
    rounds.is_busy = True
    answer = handle({"Records": [record(1, {"pk": "S#u1", "sk": "P"}), of(RUNNING, 2)]}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
