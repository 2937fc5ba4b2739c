"""Two spellings of one thing meet, two things do not, and nothing shows what was sent."""

import pytest

from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons.guards import Mark, Marks
from chalicelib.coupons.guards.addresses import as_compared

HOME = "浙江省杭州市西湖区文三路1号3幢2单元501室"


@pytest.mark.parametrize(
    "spelling",
    [
        "浙江杭州西湖文三路1号3幢2单元501",
        "杭州市西湖区文三路一号三栋二单元五〇一室",
        "中国 浙江省 杭州市 西湖区 文三路１号 ３-２-５０１",
        "浙江省杭州市西湖区文三路1号3幢2单元501室（13800138000）",
        "+86 138-0013-8000，浙江省杭州市西湖区文三路1号3号楼2单元501室",
        "浙江省杭州市西湖区文三路1号3幢2单元501室 联系电话：13800138000",
        "浙江省,杭州市,西湖区,文三路1号,3座2单元501户",
    ],
)
def test_spellings_of_one_address_are_one(spelling: str) -> None:
    assert as_compared(spelling) == as_compared(HOME)


@pytest.mark.parametrize(
    "other",
    [
        "浙江省杭州市西湖区文三路1号3幢2单元502室",
        "浙江省杭州市西湖区文三路13号2单元501室",
        "浙江省杭州市滨江区文三路1号3幢2单元501室",
        "浙江省宁波市西湖区文三路1号3幢2单元501室",
        "浙江省杭州市西湖区文二路1号3幢2单元501室",
    ],
)
def test_other_addresses_stay_others(other: str) -> None:
    assert as_compared(other) != as_compared(HOME)


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("北京市北京市朝阳区建国路93号", "北京朝阳建国路九十三号"),
        ("吉林省吉林市船营区北京路3号", "吉林市船营区北京路3号"),
        ("广西壮族自治区南宁市青秀区民族大道100号", "广西南宁青秀区民族大道一百号"),
        ("新疆维吾尔自治区乌鲁木齐市天山区中山路12号", "新疆乌鲁木齐天山中山路十二号"),
        ("香港特别行政区九龙弥敦道105号", "香港九龙弥敦道一百零五号"),
        ("深圳市南山区科技园A座12层", "深圳南山区科技园ａ座十二楼"),
    ],
)
def test_provinces_and_numerals_are_spelled_in_many_ways(one: str, same: str) -> None:
    assert as_compared(one) == as_compared(same)


def test_a_street_named_after_a_city_stays_a_street() -> None:
    assert as_compared("北京路1号") != as_compared("天津路1号")


def test_what_is_not_caught_is_what_the_docs_say() -> None:
    assert as_compared("杭州市西湖区文新街道文三路1号") != as_compared("杭州市西湖区文三路1号")
    assert as_compared("文三路1号，杭州市西湖区") != as_compared("杭州市西湖区文三路1号")


def one_digest(mark: Mark, text: str) -> str:
    return Marks(**{mark.value: text}).digests(lambda each: each)[mark]


@pytest.mark.parametrize(
    ("mark", "one", "same"),
    [
        (Mark.IP, "2001:db8::1", "2001:DB8:0:0:ffff::2"),
        (Mark.IP, "::ffff:203.0.113.7", "203.0.113.7"),
        (Mark.PAYMENT, "TOK 99-1", "tok991"),
        (Mark.DEVICE, " phone-1 ", "ｐｈｏｎｅ-1"),
    ],
)
def test_other_marks_have_one_form_too(mark: Mark, one: str, same: str) -> None:
    assert one_digest(mark, one) == one_digest(mark, same)


def test_the_same_text_as_another_kind_of_mark_is_another_mark() -> None:
    assert one_digest(Mark.DEVICE, "x1y2z3") != one_digest(Mark.PAYMENT, "x1y2z3")


@pytest.mark.parametrize(
    ("marks", "field"),
    [
        (Marks(ip="1.2.3"), "marks.ip"),
        (Marks(device="  "), "marks.device"),
        (Marks(address="浙江省"), "marks.address"),
        (Marks(payment="p" * 501), "marks.payment"),
    ],
)
def test_what_cannot_be_a_mark_is_named(marks: Marks, field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        marks.digests(str)
    assert refused.value.field == field


def test_marks_do_not_show_what_they_are() -> None:
    assert repr(Marks("device", HOME, "card", "203.0.113.7")) == "Marks()"
