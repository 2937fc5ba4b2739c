"""The beginning and the end of the story: goods go in, counts come out."""

import shutil
from pathlib import Path

from infra.local.demo.shoppers import Shopper
from infra.local.demo.stage import Stage
from infra.local.imports import import_into


def load(stage: Stage, catalog: Path | None) -> list[str]:
    """Import a catalogue; the titles that search then finds."""
    say = stage.narrator
    say.step("导入商品目录", "import a catalogue → DynamoDB → stream → functions/index_products → index")
    report = import_into(stage.shop.services.catalog, catalog, say.console)
    moved = stage.shop.pump.drain()
    on_sale = report.imported + report.unchanged - report.off_sale
    found = stage.search("", size=1_000)
    say.say(f"{moved} 条流记录进入索引 stream records reached the index")
    say.expect(found["nbHits"] == on_sale, f"{on_sale} 件在售商品可被搜索 products on sale can be found")
    return [hit["title"] for hit in found["hits"]]


def sum_up(stage: Stage, shoppers: list[Shopper], seconds: float) -> None:
    """Counts, and where to look next."""
    say = stage.narrator
    say.step("小结", "summary")
    services = stage.shop.services
    failures, _ = services.failures.list(100)
    rows = [
        ["商品 products", stage.search("", size=1)["nbHits"]],
        ["顾客 shoppers", len(shoppers)],
        ["邮件 mails sent", len(stage.shop.sent_mails())],
        ["失败记录 failures kept", len(failures)],
        ["用时 seconds", f"{seconds:.1f}"],
    ]
    say.table(["", ""], rows)
    width = shutil.get_terminal_size().columns
    say.console.print("─" * min(width, 80))
    say.say("接着看 where to look next")
    say.say("  make serve                 店铺一直开着 the same shop stays up, with keys to call it")
    say.say("  docs/architecture.md       跟着一件商品、一个事件、一张券走一遍代码 follow one of each through the code")
    say.say("  docs/api.md                HTTP 接口 every route")
