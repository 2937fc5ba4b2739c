"""A small shop for search tests, and an index of each kind that stands behind ``ProductIndex``."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from chalicelib.catalog import Product, Sku
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import (
    Analyser,
    Document,
    Plan,
    ProductIndex,
    Search,
    SearchRequest,
    Taste,
    choose_segmenter,
    document_of,
)

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


class FixedTastes:
    """Tastes as the test says."""

    def __init__(self, tastes: dict[str, Taste] | None = None) -> None:
        self.tastes = tastes or {}

    def of(self, shopper_id: str, now: datetime) -> Taste:
        return self.tastes.get(shopper_id, Taste())


def analyser() -> Analyser:
    return Analyser(choose_segmenter())


def product(
    product_id: str,
    title: str,
    *,
    price: int | None = 9900,
    category: Sequence[str] = (),
    brand: str | None = None,
    tags: Sequence[str] = (),
    sales: int = 0,
    stock: int = 10,
    attributes: dict[str, tuple[str, ...]] | None = None,
    age_days: int = 0,
    is_on_sale: bool = True,
) -> Product:
    return Product(
        product_id=product_id,
        title=title,
        price=price,
        category_path=tuple(category),
        brand=brand,
        tags=tuple(tags),
        sales_30d=sales,
        stock=stock,
        attributes=attributes or {},
        created_at=NOW - timedelta(days=age_days),
        is_on_sale=is_on_sale,
        skus=(Sku(f"{product_id}-1", price),) if price is not None else (),
    )


_DRESS = ("女装", "裙装", "连衣裙")
_TENT = ("户外", "露营", "帐篷")
_PHONE = ("数码", "手机", "智能手机")
_STYLES = ("法式", "碎花", "雪纺", "通勤", "甜美", "新中式", "针织", "牛仔")
_BRANDS = ("拾光里", "云朵衣橱", "Mori/森屿")


def small_shop() -> list[Product]:
    """About 60 products with facets, quantities, model codes, an unknown price and equal scores."""
    dresses = [
        product(
            f"d{number:02}",
            f"{brand} 2026夏季新款{style}连衣裙女{'显瘦长裙' if number % 2 else '收腰短款'}",
            price=9900 + 1000 * number,
            category=_DRESS,
            brand=brand,
            tags=("新品",) if number % 3 == 0 else ("热卖",),
            sales=(number * 37) % 100,
            attributes={"材质": ("雪纺",) if number % 2 else ("棉", "麻"), "风格": (style,)},
            age_days=number,
        )
        for number, (style, brand) in enumerate(itertools.product(_STYLES, _BRANDS))
    ]
    tents = [
        product(
            f"t{number:02}",
            f"{size}米全自动帐篷户外露营{people}人防雨{extra}",
            price=19900 + 5000 * number,
            category=_TENT,
            brand="山野集",
            tags=("露营",),
            sales=number,
            attributes={"适用人数": (f"{people}人",)},
        )
        for number, (size, people, extra) in enumerate(
            [
                ("2.1", "2-3", ""),
                ("1.8", "2", "天幕一体"),
                ("2.4", "3-4", "加厚"),
                ("3", "4-6", "大空间"),
                ("2", "单", ""),
            ]
        )
    ]
    phones = [
        product(
            "p01", "iPhone 15 Pro 手机 256GB 5G全网通", price=799900, category=_PHONE, brand="Apple/苹果", sales=50
        ),
        product("p02", "iPhone15手机壳 透明防摔", price=1990, category=("数码", "配件", "手机壳"), sales=80),
        product("p03", "SK-II神仙水精华液230ml", price=154000, category=("美妆", "护肤", "精华"), brand="SK-II"),
        product("p04", "SKII 前男友面膜10片", price=99000, category=("美妆", "护肤", "面膜"), brand="SK-II"),
        product("p05", "全合成机油5W-30 4升装", price=26800, category=("汽车", "养护", "机油")),
        product("p06", "尼康Z6 2 全画幅微单相机", price=1099900, category=("数码", "相机", "微单")),
        product("p07", "10000毫安充电宝 快充移动電源", price=None, category=("数码", "配件", "充电宝")),
        product("p08", "蓝牙耳机 主动降噪（无线）", price=29900, category=("数码", "影音", "耳机"), tags=("热卖",)),
        product("p09", "蓝牙音箱 无线低音炮", price=15900, category=("数码", "影音", "音箱"), tags=("热卖",)),
    ]
    cups = [product(f"c{number}", "纯色马克杯", price=2990, category=("家居", "餐具", "杯子")) for number in range(6)]
    return [*dresses, *tents, *phones, *cups]


def documents(products: Iterable[Product], using: Analyser, revision: int = 1) -> list[Document]:
    return [document_of(each, revision, using) for each in products]


def filled(index: ProductIndex, products: Iterable[Product], using: Analyser) -> ProductIndex:
    """``index`` with a version of ``products`` that readers see."""
    version = index.create(using.signature)
    assert not index.load(version, documents(products, using))
    index.swap(version)
    return index


class PlanRecorder:
    """Stands before an index and remembers the plans that ``Search`` makes."""

    def __init__(self, index: ProductIndex) -> None:
        self._index = index
        self.plans: list[Plan] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._index, name)

    def search(self, plan: Plan) -> object:
        self.plans.append(plan)
        return self._index.search(plan)


def search_over(index: object, tastes: dict[str, Taste] | None = None) -> Search:
    return Search(index, FixedTastes(tastes), analyser(), SeededRandomness("search"))  # type: ignore[arg-type]


def ids(search: Search, query: str, **asked: object) -> list[str]:
    """The ids found for ``query``, in order."""
    result = search.find(SearchRequest(query=query, **asked), NOW)  # type: ignore[arg-type]
    return [hit["objectID"] for hit in result.hits]
