"""Slips of eye and finger: characters that look alike, neighbouring keys, one letter too many, too few or changed over."""

from collections.abc import Iterator, Mapping

# Groups of characters taken for one another by eye, by stroke input or by OCR; written down by hand.
_LOOK_ALIKE = (
    "己已巳 人入八 土士 末未 日曰目 千干于 天夭无 大太犬 刀力刁 白百自 王玉主 田由甲申 贝见 午牛 元无 木本术 "
    "末抹沫 戊戌戍 晴睛 暖缓 很狠 拔拨 折拆 洒酒 沐沭 汩汨 治冶 没设 住往 侯候 免兔 冒昌 券卷 刺剌 历厉 "
    "厂广 厨橱 叮盯 吐肚 吹炊 喝渴 嗑磕 圆园 埋理 堡煲 场扬 壁璧 复夏 妆壮 娇骄 孩该 密蜜 峰锋 帽冒 幅副 "
    "带戴 底低 徒徙 微徽 怀杯 性姓 恼脑 情清 惊凉 慢漫 扫归 技枝 抱报 拉位 持特 挂桂 换焕 提堤 搏博 摆罢 "
    "操澡 敝敞 斤斥 旅族 明朋 普晋 曲典 服报 杆杠 杨扬 板版 析折 枪抢 枕忱 柔揉 柄炳 柠拧 栏拦 根很 桃挑 "
    "桶捅 棉绵 棒捧 模摸 橙澄 歌哥 毫豪 氓泯 汤场 油抽 泡炮 洁浩 洗冼 活话 浅线 消硝 淡谈 渍绩 温湿 滤虑 "
    "漆膝 灯打 灰炭 炒抄 烂拦 烘供 烤拷 煮著 熊能 燥噪 爪瓜 版板 牌碑 猫描 玩完 珠株 班斑 瑰槐 瓶饼 电甩 "
    "疗疔 皮反 盆盘 盖羔 盒盆 盔盗 睡唾 短矩 硅哇 礼扎 祛法 票漂 秋秒 种钟 租粗 秤称 稍梢 穗惠 竿竽 笔毛 "
    "筒简 箱籍 粉纷 精情 糕羔 糖塘 红江 纸抵 纹蚊 细组 绒戎 绳蝇 绿录 缎锻 罐灌 羊半 耐而 肤扶 肩眉 背脊 "
    "胸脑 胶咬 脂指 腕碗 腰要 膜模 艾文 芬芳 花化 茶荼 草早 荐存 药约 菜莱 萄淘 葡蒲 蓝篮 蓬篷 蔓慢 藕耦 "
    "虎虚 蚁议 蛋旦 袖抽 袜抹 被披 裙群 裤库 褪腿 要耍 触烛 订钉 试拭 辅铺 辆俩 辣棘 近折 连莲 透诱 遛溜 "
    "邦帮 郁都 配酉 酱浆 采彩 钩勾 钢纲 铃玲 链连 锅祸 锡踢 镜境 镯浊 闪门 防坊 阵陈 陶淘 隔融 雪雷 雾雳 "
    "靠告 鞋鞍 鞍按 音昔 顶项 颈劲 风凤 饭贩 饮炊 饼瓶 骑椅 高亮 鱼渔 鸟乌 鸡鸣 鸭鸦 麦表 麻磨 黑墨 鼠窜 "
    "米来 祆袄 寸衬 衫杉 萄淘 帝的 勺匀 兵乒 乒乓 壶壸 徽微 圈圆 幕墓 幕慕 膏亭 苗笛 笛苗 摩磨 膨彭 榄揽"
)

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _groups() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _LOOK_ALIKE.split():
        for character in group:
            found.setdefault(character, set()).update(group.replace(character, ""))
    return {character: frozenset(others) for character, others in found.items()}


def _neighbours() -> Mapping[str, str]:
    places = {key: (row, column + row * 0.4) for row, keys in enumerate(_ROWS) for column, key in enumerate(keys)}
    return {
        key: "".join(
            other
            for other, (row, column) in places.items()
            if other != key and abs(row - places[key][0]) <= 1 and abs(column - places[key][1]) <= 1
        )
        for key in places
    }


# Beside the letters lie keys that a moved hand hits too.
_HAND = ("qwertyuiop[", "asdfghjkl;", "zxcvbnm,")
_RIGHT = str.maketrans({key: row[at + 1] for row in _HAND for at, key in enumerate(row[:-1])})
_LEFT = str.maketrans({row[at + 1]: key for row in _HAND for at, key in enumerate(row[:-1])})
LOOK_ALIKE = _groups()
"""Character to those it is taken for."""
NEIGHBOURS = _neighbours()
"""Key to the keys around it on a QWERTY keyboard."""


def adjacent(first: str, second: str) -> bool:
    """Whether two keys lie side by side."""
    return second in NEIGHBOURS.get(first, "")


def slips(letters: str) -> Iterator[str]:
    """What was meant if one finger slipped in ``letters``: a key beside, two changed over, one too many, one missed."""
    for at, letter in enumerate(letters):
        before, after = letters[:at], letters[at + 1 :]
        for other in NEIGHBOURS.get(letter, ""):
            yield before + other + after
        yield before + after
        if after and after[0] != letter:
            yield before + after[0] + letter + after[1:]
        for missed in "abcdefghijklmnopqrstuvwxyz":
            yield before + missed + letter + after


def one_edit(wrong: str, right: str) -> str | None:
    """The one edit that makes ``right`` of ``wrong``: ``swap``, ``change``, ``missing`` or ``extra``; None if it takes more."""
    short, long = sorted((wrong, right), key=len)
    if wrong == right or len(long) - len(short) > 1:
        return None
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) < len(long):
        if short[start:] != long[start + 1 :]:
            return None
        return "missing" if len(wrong) < len(right) else "extra"
    if wrong[start + 1 :] == right[start + 1 :]:
        return "change"
    swapped = wrong[start + 1 : start + 2] + wrong[start] + wrong[start + 2 :]
    return "swap" if swapped == right[start:] else None


def shifted(letters: str) -> Iterator[str]:
    """What ``letters`` are when the whole hand lies one key to the right, and one to the left."""
    for row_of in (_RIGHT, _LEFT):
        yield letters.translate(row_of)
