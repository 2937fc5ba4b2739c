"""One shopper switches personalisation off, and on again: how long that takes to be felt."""

import time

from infra.local.demo.scene import Scene
from infra.local.demo.shoppers import Shopper
from infra.local.demo.stage import Stage

SHOWN = 8
PATIENCE_SECONDS = 10.0


def turn_off_and_on(stage: Stage, shopper: Shopper, scene: Scene) -> None:
    """From the call that turns the switch to the first search that heeds it, both ways; nothing waits for a queue."""
    say = stage.narrator
    say.step(f"{shopper.name}关掉个性化，再打开", "the switch: off and on again, and how soon the search heeds it")
    neutral = [hit["objectID"] for hit in stage.search(scene.query, size=SHOWN)["hits"]]
    own = _order(stage, shopper, scene)
    off = _turned(stage, shopper, scene, is_on=False, wanted=neutral)
    say.expect(off is not None, f"关闭后 {_ms(off)} 起搜索恢复中立 neutral again {_ms(off)} after the call began")
    on = _turned(stage, shopper, scene, is_on=True, wanted=own)
    say.expect(on is not None, f"重新打开后 {_ms(on)} 起又是她的顺序 her own order again after {_ms(on)}")
    history = stage.office.call("GET", f"/v1/profiles/{shopper.shopper_id}/consents")["items"]
    turns = [each["personalised"] for each in history if "personalised" in each]
    say.expect(turns[:2] == [True, False], "每一次都留有凭证：时间、来源、操作者 every turn has its evidence")


def _order(stage: Stage, shopper: Shopper, scene: Scene) -> list[str]:
    return [hit["objectID"] for hit in stage.search(scene.query, shopper.shopper_id, SHOWN)["hits"]]


def _turned(stage: Stage, shopper: Shopper, scene: Scene, *, is_on: bool, wanted: list[str]) -> float | None:
    """Seconds from the beginning of the call until a search answers in the ``wanted`` order; None: it never did."""
    began = time.monotonic()
    said = {"personalised": is_on, "source": "demo"}
    stage.office.call("PUT", f"/v1/profiles/{shopper.shopper_id}/personalisation", said)
    while time.monotonic() - began < PATIENCE_SECONDS:
        if _order(stage, shopper, scene) == wanted:
            return time.monotonic() - began
    return None


def _ms(seconds: float | None) -> str:
    return "—" if seconds is None else f"{seconds * 1000:.0f} ms"
