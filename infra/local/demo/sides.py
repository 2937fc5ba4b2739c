"""The four sides of a shopper, as a marketer reads them: what is known, how, and how surely."""

from collections.abc import Iterator
from typing import Any

from chalicelib.profiles.dimensions import DIMENSIONS
from infra.local.demo.shoppers import Shopper
from infra.local.demo.stage import Stage

SOURCES = {"given": "本人提供", "inferred": "推断", "computed": "统计"}


def show_sides(stage: Stage, shopper: Shopper, switched_off: Shopper) -> None:
    """One shopper from all sides; of whoever switched personalisation off nothing is concluded."""
    say = stage.narrator
    sides = stage.profile(shopper.shopper_id)["dimensions"]
    title = f"{shopper.name}的四个维度 four sides: value, source, confidence, rule"
    say.table(["维度", "项", "值", "来源", "把握", "规则"], list(_rows(sides)), title)
    promise = "四个维度都说得出来源、把握和规则 every value names its source, confidence and rule"
    say.expect(all(sides[side] for side in ("behaviour", "consumption")), promise)
    concluded = [
        said for side in stage.profile(switched_off.shopper_id)["dimensions"].values() for said in side.values()
    ]
    promise = f"对{switched_off.name}不作任何推断 nothing is concluded of whoever switched it off"
    say.expect(all(said["source"] == "given" for said in concluded), promise)


def _rows(sides: dict[str, dict[str, Any]]) -> Iterator[list[object]]:
    for side, name in DIMENSIONS.items():
        for number, said in enumerate(sides[side].values()):
            confidence = f"{said['confidence']:.0%}"
            rule = f"{said['rule']} v{said['rule_version']}"
            yield [name if number == 0 else "", said["name"], said["text"], SOURCES[said["source"]], confidence, rule]
