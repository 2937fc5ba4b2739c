"""Catalogue files of every format: what is read, what is refused, and where."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.catalog import Feed, FeedUnreadable, Product, Row, Sku, detect, open_feed, read_records
from chalicelib.core.errors import InvalidRequest

TENT = {"id": "t1", "title": "速开帐篷", "price": 19_900}
OPENBG = {
    "title": "防雨帐篷",
    "attributes": {"品牌": ["Peak/高峰"], "材质": ["棉", ""]},
    "coarse": "户外",
    "fine": "帐篷",
}


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def jsonl(path: Path, *records: object) -> Path:
    return write(path / "feed.jsonl", "\n".join(json.dumps(each, ensure_ascii=False) for each in records))


def products(feed: Feed) -> list[Product]:
    return [row.product for row in feed.rows if row.product]


def refusals(rows: Sequence[Row]) -> list[tuple[int, str | None, str]]:
    return [(row.position, row.product_id, str(row.error)) for row in rows if row.product is None]


def test_formats_are_told_apart_by_name_and_first_record(tmp_path: Path) -> None:
    assert detect(jsonl(tmp_path, TENT)) == "jsonl"
    assert detect(jsonl(tmp_path, OPENBG)) == "openbg"
    assert detect(write(tmp_path / "a.csv", "id,title\n1,帐篷\n")) == "csv"
    write(tmp_path / "litemall_goods.csv", "id\n")
    assert detect(tmp_path) == "litemall"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"hello\n", "neither a litemall folder"),
        (b"[1]\n", "neither a litemall folder"),
        ("{}".encode("utf-16"), "UTF-16"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"PK\x03\x04", "Excel"),
    ],
)
def test_what_is_no_catalogue_is_said_clearly(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(FeedUnreadable, match=reason):
        open_feed(write(tmp_path / "feed.bin", content))


def test_missing_files_unknown_formats_and_strange_folders_are_said_clearly(tmp_path: Path) -> None:
    with pytest.raises(FeedUnreadable, match="does not exist"):
        open_feed(tmp_path / "none.jsonl")
    with pytest.raises(FeedUnreadable, match="does not exist"):
        open_feed(tmp_path / "none.jsonl", "jsonl")
    with pytest.raises(FeedUnreadable, match=r"without litemall_goods\.csv"):
        open_feed(tmp_path)
    with pytest.raises(FeedUnreadable, match="is a folder"):
        open_feed(tmp_path, "jsonl")
    with pytest.raises(FeedUnreadable, match="no format 'xml'"):
        open_feed(tmp_path, "xml")


def test_bad_lines_are_refused_by_number_and_the_others_are_read(tmp_path: Path) -> None:
    lines = [
        b"\xef\xbb\xbf" + json.dumps(TENT).encode(),
        b"",
        b'{"id": "t2", "title": ',
        b'{"id": "t3", "title": "\xff", "price": 1}',
        b'{"id": "t4", "price": 1}',
        b"[" * 100_000,
        json.dumps({**TENT, "id": "t5"}).encode(),
    ]
    rows = list(open_feed(write(tmp_path / "feed.jsonl", b"\r\n".join(lines)), "jsonl").rows)
    assert [row.product_id for row in rows if row.product] == ["t1", "t5"]
    assert [(position, name) for position, name, _ in refusals(rows)] == [(3, None), (4, None), (5, "t4"), (6, None)]
    assert rows[3].error is not None
    assert rows[3].error.field == "title"


def test_a_column_map_fits_another_flat_shape(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path,
        {
            "sku": "t1",
            "名称": "速开帐篷",
            "售价": "199.00",
            "一级": "户外",
            "二级": "露营",
            "面料": "牛津布",
            "内部备注": "x",
        },
    )
    columns = {
        "sku": "id",
        "名称": "title",
        "售价": "price_yuan",
        "一级": "category.0",
        "二级": "category.1",
        "面料": "attributes.面料",
        "内部备注": None,
    }
    assert products(open_feed(path, columns=columns)) == [
        Product("t1", "速开帐篷", 19_900, category_path=("户外", "露营"), attributes={"面料": ("牛津布",)})
    ]
    with pytest.raises(FeedUnreadable, match="no field of a product"):
        open_feed(path, columns={"sku": "identity"})


def test_openbg_products_get_a_stable_id_a_brand_and_no_price(tmp_path: Path) -> None:
    first, again = (products(open_feed(jsonl(tmp_path, OPENBG)))[0] for _ in range(2))
    assert first == again
    assert first.product_id.startswith("openbg-")
    assert (first.price, first.brand) == (None, "Peak/高峰")
    assert first.category_path == ("户外", "帐篷")
    assert first.attributes == {"品牌": ("Peak/高峰",), "材质": ("棉",)}


@pytest.mark.parametrize("brand", ["other/其他", "OTHER", "其他品牌", "见描述"])
def test_a_placeholder_is_no_brand(tmp_path: Path, brand: str) -> None:
    (product,) = products(open_feed(jsonl(tmp_path, {**OPENBG, "attributes": {"品牌": [brand]}})))
    assert product.brand is None


CSV = """id,title,price,list_price,brand,category,tags,stock,is_on_sale,created_at,attributes.材质,备注
t1,速开帐篷,199.00,"¥1,299",野驰社,户外 > 露营,露营|新品,7,是,2026-05-01 08:00:00,牛津布|铝合金,x
t2,"天幕
大号",,,,,,,下架,,,
"""


def test_csv_prices_are_yuan_and_unused_columns_are_said(tmp_path: Path) -> None:
    feed = open_feed(write(tmp_path / "a.csv", "\ufeff" + CSV))
    assert feed.unused == ("备注",)
    assert products(feed) == [
        Product(
            "t1",
            "速开帐篷",
            19_900,
            category_path=("户外", "露营"),
            brand="野驰社",
            list_price=129_900,
            attributes={"材质": ("牛津布", "铝合金")},
            tags=("露营", "新品"),
            stock=7,
            created_at=datetime(2026, 5, 1, tzinfo=UTC),
        ),
        Product("t2", "天幕\n大号", None, is_on_sale=False),
    ]


def test_bad_csv_rows_are_refused_by_the_line_they_begin_on(tmp_path: Path) -> None:
    text = (
        'id,title,price,stock,is_on_sale\nt1,"帐\n篷",1.005,1,1\nt2,帐篷,1,many,1\nt3,帐篷,1,1\n\n'
        "t4,帐篷,1,1,maybe\nt5,帐篷,1,1,1\n,帐篷,1,1,1\n"
    )
    rows = list(open_feed(write(tmp_path / "a.csv", text)).rows)
    assert [row.product_id for row in rows if row.product] == ["t5"]
    assert [(position, name) for position, name, _ in refusals(rows)] == [
        (2, "t1"),
        (4, "t2"),
        (5, None),
        (7, "t4"),
        (9, None),
    ]
    assert "whole number of fen" in str(rows[0].error)
    assert "4 cells" in str(rows[2].error)


def test_an_open_quote_is_refused_and_ends_the_file(tmp_path: Path) -> None:
    rows = list(open_feed(write(tmp_path / "a.csv", 'id,title\nt1,帐篷\nt2,"天幕\nt3,椅子\n')).rows)
    assert [row.product_id for row in rows] == ["t1", None]
    assert "not valid CSV" in str(rows[1].error)


def test_a_csv_in_another_encoding_or_without_ids_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(FeedUnreadable, match=r"not UTF-8 \(line 2\).*GB18030"):
        open_feed(write(tmp_path / "a.csv", "id,title\n1,帐篷\n".encode("gb18030")))
    with pytest.raises(FeedUnreadable, match="no column for id"):
        open_feed(write(tmp_path / "b.csv", "编号,title\n1,帐篷\n"))
    (product,) = products(open_feed(tmp_path / "b.csv", columns={"编号": "id"}))
    assert (product.product_id, product.price) == ("1", None)


def test_rows_that_came_as_json_are_read_by_format() -> None:
    assert [row.position for row in read_records("jsonl", [TENT, 7])] == [0, 1]
    (row,) = read_records("csv", [{"id": "t1", "title": "帐篷", "price": "1.50"}])
    assert row.product == Product("t1", "帐篷", 150)
    (row,) = read_records("csv", [{"id": 1}])
    assert row.product is None
    with pytest.raises(InvalidRequest, match="litemall"):
        read_records("litemall", [])


def litemall(folder: Path, goods: str, **tables: str) -> Path:
    texts = {
        "goods": "id,name,category_id,brand_id,is_on_sale,is_new,is_hot,keywords,brief,pic_url,counter_price,"
        f"retail_price,add_time,deleted\n{goods}",
        "category": "id,name,pid,deleted\n1,家居,0,0\n2,床品,1,0\n3,枕头,2,0\n9,环,9,0\n",
        "brand": "id,name,deleted\n7,眠川,0\n",
        "goods_product": "id,goods_id,specifications,price,number,url,deleted\n"
        '50,1,"[""大号"",""白色""]",129.00,5,https://shop.example.com/a.png,0\n'
        '51,1,"[""小号"",""白色""]",99.00,3,quality=90,0\n52,1,"[""小号"",""黑色""]",1.00,3,,1\n',
        "goods_specification": "goods_id,specification,value\n1,尺寸,大号\n1,尺寸,小号\n1,颜色,白色\n",
        "goods_attribute": "goods_id,attribute,value,deleted\n1,材质,棉,0\n1,材质,麻,0\n1,材质,旧,1\n",
        **tables,
    }
    for table, text in texts.items():
        write(folder / f"litemall_{table}.csv", text)
    return folder


PILLOW = '1,枕头,3,7,1,1,1,"护颈,舒适",好睡,https://shop.example.com/p.png,199.00,159.00,2018-02-01 00:00:00,0\n'


def test_litemall_goods_come_with_everything_their_tables_say(tmp_path: Path) -> None:
    (row,) = open_feed(litemall(tmp_path, PILLOW)).rows
    assert row.product == Product(
        "1",
        "枕头",
        9_900,
        category_path=("家居", "床品", "枕头"),
        brand="眠川",
        list_price=19_900,
        brief="好睡",
        image="https://shop.example.com/p.png",
        attributes={"材质": ("棉", "麻")},
        tags=("新品", "热卖", "护颈", "舒适"),
        skus=(
            Sku("50", 12_900, 5, {"尺寸": "大号", "颜色": "白色"}, "https://shop.example.com/a.png"),
            Sku("51", 9_900, 3, {"尺寸": "小号", "颜色": "白色"}),
        ),
        stock=8,
        created_at=datetime(2018, 1, 31, 16, tzinfo=UTC),
    )
    assert row.remarks == ("goods_product 51: 'quality=90' is no address: left out",)


def test_litemall_goods_that_are_odd_are_kept_with_a_remark_or_refused_with_a_reason(tmp_path: Path) -> None:
    goods = (
        "10,下架枕,3,0,0,0,0,,,,,10.00,,0\n11,删除枕,3,0,1,0,0,,,,,10.00,,1\n12,无价枕,3,0,1,0,0,,,,,abc,,0\n"
        "13,无类枕,77,8,1,0,0,,,,,10.00,,0\n14,环枕,9,0,1,0,0,,,,,10.00,,0\n15,短\n"
    )
    rows = list(open_feed(litemall(tmp_path, goods)).rows)
    assert {row.product_id: row.remarks for row in rows if row.product} == {
        "10": ("off sale: kept, but search does not show it",),
        "13": (
            "category 77 is not in the category table: the path begins below it",
            "brand 8 is not in the brand table: imported without a brand",
        ),
        "14": ("category 9 is its own ancestor: the path begins below it",),
    }
    assert [(position, name) for position, name, _ in refusals(rows)] == [(3, "11"), (4, "12"), (7, "15")]


def test_a_broken_litemall_folder_is_refused_as_a_whole(tmp_path: Path) -> None:
    litemall(tmp_path, PILLOW, brand="id,title\n")
    with pytest.raises(FeedUnreadable, match=r"litemall_brand\.csv has no column name"):
        open_feed(tmp_path)
    litemall(tmp_path, PILLOW, category="id,name,pid\n1,家居\n")
    with pytest.raises(FeedUnreadable, match=r"litemall_category\.csv line 2"):
        list(open_feed(tmp_path).rows)
    (tmp_path / "litemall_goods_attribute.csv").unlink()
    with pytest.raises(FeedUnreadable, match=r"litemall_goods_attribute\.csv is missing"):
        open_feed(tmp_path)


SHARED = Path(__file__).parents[4] / "shared" / "data" / "catalog"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data sets are not beside this repository")


@needs_shared
def test_a_real_litemall_shop_is_read_whole() -> None:
    feed = open_feed(SHARED / "litemall")
    rows = list(feed.rows)
    found = [row.product for row in rows if row.product]
    assert (feed.expected, len(rows), len(found)) == (239, 239, 239)
    assert sum(len(product.skus) for product in found) == 244
    assert all(product.price and len(product.category_path) == 2 for product in found)
    assert len({product.category_path for product in found}) == 16
    assert sum(product.brand is not None for product in found) == 38
    assert [product.product_id for product in found if not product.is_on_sale] == ["1006010"]
    assert sum(len(product.attributes) > 0 for product in found) > 150
    (set_of_six,) = [product for product in found if len(product.skus) > 1]
    assert (set_of_six.price, set_of_six.skus[0].attributes) == (
        99_900,
        {"规格": "1.5m床垫*1+枕头*2", "颜色": "浅杏粉"},
    )


@needs_shared
def test_real_openbg_products_are_read_whole() -> None:
    found = products(open_feed(SHARED / "openbg_products.jsonl"))
    assert len(found) == len({product.product_id for product in found}) == 499
    assert all(len(product.category_path) == 2 for product in found)
    assert {"Canon/佳能", "Nestle/雀巢"} <= {product.brand for product in found}
    assert not {"other/其他", "其他品牌"} & {product.brand for product in found}
