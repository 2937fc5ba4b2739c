"""Sizes that can be compared, out of what shops write."""

import pytest

from chalicelib.catalog import Product, Sku, size_of, sizes_by_choice, sizes_in_stock

SHOES, TROUSERS = ("鞋靴箱包", "运动鞋", "跑步鞋"), ("男装", "裤装", "休闲裤")


@pytest.mark.parametrize(
    ("name", "value", "path", "expected"),
    [
        ("尺码", "42", SHOES, "鞋 42"),
        ("鞋码", "EU 38.5", (), "鞋 38.5"),
        ("鞋号", "245", (), "鞋 39"),
        ("尺码", "265mm", SHOES, "鞋 43"),
        ("Size", "42码", SHOES, "鞋 42"),
        ("尺码", "XL", ("男装", "夹克"), "男装 XL"),
        ("尺码", "M(165/88A)", ("女装", "裙装"), "女装 M"),
        ("尺码", "ＸＸＸＬ", ("女装",), "女装 3XL"),
        ("尺码", "2XL", ("户外运动", "户外服饰"), "衣 2XL"),
        ("尺码", "XXS", ("女装",), "女装 2XS"),
        ("尺码", "31", TROUSERS, "裤 31"),
        ("尺码", "120cm", ("母婴", "童装"), "身高 120"),
        ("身高", "165/88A", ("女装",), "身高 165"),
        ("尺码", "均码", ("女装",), None),
        ("尺码", "S/M/L另议款", ("家居", "床品"), None),
        ("尺码", "24", ("鞋靴箱包", "拉杆箱"), None),
        ("尺寸", "1.8m", ("家居", "床"), None),
        ("颜色", "XL", ("男装",), None),
        ("尺码", "Small", ("男装",), None),
    ],
)
def test_a_size_is_told_by_its_system(name: str, value: str, path: tuple[str, ...], expected: str | None) -> None:
    assert size_of(name, value, path) == expected


def shoe(*stocks: int) -> Product:
    skus = tuple(Sku(f"s{40 + n}", 100, left, {"颜色": "黑", "尺码": f"{40 + n}码"}) for n, left in enumerate(stocks))
    return Product("p1", "跑步鞋", 100, SHOES, skus=skus)


def test_a_product_has_the_sizes_that_are_left() -> None:
    assert sizes_in_stock(shoe(3, 0, 1)) == ("鞋 40", "鞋 42")
    assert sizes_in_stock(Product("p2", "杯子", 100)) == ()


def test_a_choice_is_named_by_sku_or_by_what_it_says() -> None:
    chosen = sizes_by_choice(shoe(0, 5))
    assert chosen == {"s40": "鞋 40", "40码": "鞋 40", "40": "鞋 40", "s41": "鞋 41", "41码": "鞋 41", "41": "鞋 41"}
