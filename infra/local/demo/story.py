"""The story the demo tells, step by step, all of it through the shop's HTTP API, its queues, streams and schedules."""

import time
from pathlib import Path

from infra.local.demo import campaign, catalogue, personal, sides, switch, till
from infra.local.demo.narrator import Narrator, StepFailed
from infra.local.demo.scene import choose_scene
from infra.local.demo.shoppers import cast
from infra.local.demo.stage import Stage
from infra.local.shop import LaptopShop


def tell(shop: LaptopShop, catalog: Path | None, narrator: Narrator) -> None:
    """Tell the whole story. Raises ``StepFailed`` with the promise that was not kept."""
    began = time.monotonic()
    narrator.console.print(
        "[bold]召回 Zhaohui[/]  一家网店的搜索与召回，在这台机器上 a shop's search and recall, on this machine"
    )
    stage = Stage(shop, narrator)
    titles = catalogue.load(stage, catalog)
    scene = choose_scene(stage.neutral_hits, titles)
    if scene is None:
        raise StepFailed("no words of this catalogue find two brands or categories with two goods each to tell apart")
    shoppers = cast(scene)
    personal.live(stage, shoppers, scene)
    personal.search_and_compare(stage, shoppers, scene)
    personal.show_profiles(stage, shoppers)
    sides.show_sides(stage, shoppers[0], shoppers[2])
    switch.turn_off_and_on(stage, shoppers[0], scene)
    campaign.let_time_pass(stage, shoppers, scene)
    recall = campaign.prepare(stage)
    campaign.launch(stage, shoppers, recall)
    campaign.deliver_again(stage, recall)
    campaign.redeem(stage, shoppers, recall)
    till.buy(stage, shoppers[0], scene)
    catalogue.sum_up(stage, shoppers, time.monotonic() - began)
