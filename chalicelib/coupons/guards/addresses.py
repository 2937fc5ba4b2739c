"""One form for delivery addresses that are spelled differently. It is compared, by its digest, and never shown or kept.

What it makes one: full and half width, letters' case, spaces and punctuation, a phone number in it or none, the country and
the province or municipality named or left out (浙江省, 浙江), 省 市 区 县 written or not, Chinese or Arabic numerals
(三号楼, 3号楼), and 号 栋 幢 座 号楼 单元 层 室 房 between numbers (3栋2单元501室, 3-2-501).

What it does not: a street or 街道 left out or misspelt, a landmark instead of a number, another order of the parts, pinyin, a
room that does not exist.
"""

import re
import unicodedata
from typing import Final

_PHONE: Final = re.compile(
    r"(?:(?:联系)?(?:电话|手机号?|tel)\s*[:：]?\s*)?(?<!\d)(?:(?:\+|00)?86[-\s]*)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)"
)
_PROVINCES: Final = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃"
    "|青海|台湾|内蒙古|广西壮族|广西|西藏|宁夏回族|宁夏|新疆维吾尔|新疆|香港|澳门"
)
# 北京路 is a street, not a city.
_TOP: Final = re.compile(rf"(?:中国)?(?:(?:{_PROVINCES})(?![东西南北中]?[路街大])(?:特别行政区|自治区|省|市)?)*")
_LEVELS: Final = re.compile(r"自治州|自治县|[省市区县]")
_NUMERAL: Final = re.compile(r"[零〇一二三四五六七八九十百两]+(?=号楼|号|栋|幢|座|单元|层|楼|室|房|弄)")
_UNITS: Final = re.compile(r"(?<=[0-9a-z])(?:号楼|号|栋|幢|座|单元|层|楼|室|房|户|#)|[-_/—–~]+")
_NOT_SAID: Final = re.compile(r"[^0-9a-z\u3400-\u9fff-]")
_DIGITS: Final = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def as_compared(address: str) -> str:
    """The form in which two spellings of one address are the same text."""
    text = unicodedata.normalize("NFKC", address).lower()
    text = re.sub(r"[\s,，.。;；、:：()（）\[\]【】|]+", "", _PHONE.sub("", text))
    text = _LEVELS.sub("", _TOP.sub("", text, count=1))
    text = _NUMERAL.sub(lambda found: str(_number(found[0])), text)
    return re.sub("-+", "-", _NOT_SAID.sub("", _UNITS.sub("-", text))).strip("-")


def _number(numeral: str) -> str:
    """三 is 3, 十二 is 12, 一百零五 is 105, 五〇一 is 501."""
    if not {"十", "百"} & set(numeral):
        return "".join(str(_DIGITS[each]) for each in numeral)
    whole, digit = 0, 0
    for each in numeral:
        if each in "十百":
            whole += (digit or 1) * (10 if each == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[each]
    return str(whole + digit)
