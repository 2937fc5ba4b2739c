"""The operator's command against a shop over HTTP."""

from collections.abc import Iterator

import pytest
from rich.console import Console

from infra.local.__main__ import main
from infra.local.client import ShopClient
from infra.local.rebuilding import Watch
from infra.local.shop import LaptopShop
from tests.support.http import Http


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[LaptopShop]:
    monkeypatch.setattr("chalicelib.search.rebuilds.PAGE_SIZE", 2)
    monkeypatch.setattr("infra.local.rebuilding.LOOK_SECONDS", 0.05)
    with LaptopShop() as running:
        products = [{"id": f"cup{number}", "title": f"马克杯{number}号", "price": 10} for number in range(5)]
        Http(running.base_url)("POST", "/v1/products/batch", {"products": products}, running.keys.admin)
        yield running


def test_an_index_is_rebuilt_followed_and_taken_back(shop: LaptopShop, capsys: pytest.CaptureFixture[str]) -> None:
    def rebuild(*words: str) -> tuple[int, str]:
        code = main(["rebuild", *words, "--url", shop.base_url, "--key", shop.keys.admin])
        return code, capsys.readouterr().out

    assert rebuild("rollback")[0] == 2
    code, said = rebuild("start", "--dry-run")
    assert code == 0
    assert "would be filled" in said
    code, said = rebuild("start")
    assert code == 0
    assert "5 products are searched in products-" in said
    started = said.partition("rebuild ")[2].partition(":")[0]
    assert rebuild("watch", "--id", started)[0] == 0
    code, said = rebuild("resume", "--id", started)
    assert (code, "done" in said) == (2, True)
    assert "would be shown" in rebuild("rollback", "--dry-run")[1]
    code, said = rebuild("rollback")
    assert (code, "shown now: products-" in said) == (0, True)
    assert "5 products" in rebuild("status")[1]


def test_what_cannot_be_asked_is_said_at_once(
    shop: LaptopShop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZHAOHUI_ADMIN_KEY", raising=False)
    assert main(["rebuild", "status", "--url", shop.base_url]) == 2
    assert "an admin key is needed" in capsys.readouterr().out
    assert main(["rebuild", "watch", "--url", shop.base_url, "--key", shop.keys.admin]) == 2
    assert "watch needs --id" in capsys.readouterr().out
    assert main(["rebuild", "status", "--url", "http://127.0.0.1:9", "--key", "x"]) == 2
    assert "no shop answers" in capsys.readouterr().out


@pytest.mark.parametrize(("status", "hint"), [("running", "rebuild resume --id r1"), ("failed", "it was lost")])
def test_a_rebuild_that_stands_still_or_failed_says_what_to_do(status: str, hint: str) -> None:
    class Still(ShopClient):
        def call(self, *_: object, **__: object) -> dict[str, object]:
            return {"id": "r1", "status": status, "pages": 1, "loaded": 2, "phase": "load", "reason": "it was lost"}

    console = Console(record=True, highlight=False, width=200)
    seconds = iter(range(0, 100_000, 60))
    watch = Watch(Still("http://shop", "k"), console, 5, sleep=lambda _: None, timer=lambda: float(next(seconds)))
    assert watch.follow({"id": "r1", "status": "running", "pages": 1, "loaded": 0, "phase": "load"}) == 1
    assert hint in console.export_text()
