"""男装, 鞋靴箱包."""

from infra.local.demo_shop.recipe import Axis, Line, Look

BRANDS = {
    "衡野": 1.0,
    "松砺": 1.3,
    "青梧步": 0.8,
    "北坡制衣": 1.6,
    "踏川": 1.1,
    "足下云": 0.75,
    "轻羽步": 1.4,
    "行囊记": 1.0,
    "远方匣": 1.3,
}
_MEN = {"season": "适用季节", "style": "风格", "detail": "款式", "material": "面料", "fit": "版型"}
_MEN_SIZES = Axis("尺码", "M L XL 2XL 3XL")
_MEN_COLOURS = Axis("颜色", "黑色 藏青 军绿 卡其 深灰 白色", 3)
_SHOES = {"season": "适用季节", "style": "风格", "detail": "款式", "material": "鞋面材质"}

LINES = (
    Line(
        "tee",
        ("男装", "上装", "T恤"),
        10,
        "{brand}{season}新款{style}{detail}{material}短袖T恤男{fit}",
        _MEN,
        (_MEN_COLOURS, _MEN_SIZES),
        (
            Look(
                "衡野 青梧步",
                (49, 119),
                {
                    "season": "夏季",
                    "style": "美式复古 潮流 日系",
                    "detail": "圆领印花 圆领纯色 拼色",
                    "material": "重磅纯棉 纯棉",
                    "fit": "宽松 落肩",
                },
                "休闲",
            ),
            Look(
                "松砺 北坡制衣",
                (99, 239),
                {
                    "season": "夏季",
                    "style": "商务 简约",
                    "detail": "翻领 圆领 立领",
                    "material": "冰丝 桑蚕丝 莫代尔",
                    "fit": "修身 透气",
                },
                "通勤",
            ),
        ),
    ),
    Line(
        "jacket",
        ("男装", "外套", "夹克"),
        8,
        "{brand}{season}新款{style}{detail}{material}夹克男{fit}",
        _MEN,
        (_MEN_COLOURS, _MEN_SIZES),
        (
            Look(
                "衡野 青梧步",
                (159, 359),
                {
                    "season": "春秋",
                    "style": "工装 美式复古 机能风",
                    "detail": "立领 多口袋 翻领",
                    "material": "纯棉 水洗棉",
                    "fit": "宽松 百搭",
                },
                "休闲",
            ),
            Look(
                "松砺 北坡制衣",
                (299, 699),
                {
                    "season": "秋冬",
                    "style": "商务 简约",
                    "detail": "立领 翻领",
                    "material": "羊毛呢 加绒",
                    "fit": "修身 保暖",
                },
                "通勤",
            ),
        ),
    ),
    Line(
        "trousers",
        ("男装", "裤装", "休闲裤"),
        8,
        "{brand}{season}新款{style}{material}{noun}男{fit}",
        {"season": "适用季节", "style": "风格", "material": "面料", "fit": "版型"},
        (Axis("颜色", "黑色 卡其 深灰 军绿", 3), Axis("尺码", "29 30 31 32 33 34 36")),
        (
            Look(
                "衡野 青梧步",
                (79, 189),
                {
                    "season": "春秋",
                    "style": "工装 日系 潮流",
                    "material": "纯棉 水洗棉",
                    "noun": "休闲裤 束脚裤",
                    "fit": "宽松 直筒",
                },
                "休闲",
            ),
            Look(
                "松砺 北坡制衣",
                (149, 359),
                {
                    "season": "夏季 春秋",
                    "style": "商务 通勤",
                    "material": "弹力 免烫",
                    "noun": "休闲裤 西裤",
                    "fit": "修身 直筒",
                },
                "通勤",
            ),
        ),
    ),
    Line(
        "flats",
        ("鞋靴箱包", "女鞋", "单鞋"),
        8,
        "{brand}{season}新款{style}{detail}{material}{noun}女软底",
        _SHOES,
        (Axis("颜色", "黑色 米白 杏色 酒红", 3), Axis("尺码", "35 36 37 38 39")),
        (
            Look(
                "足下云 轻羽步",
                (89, 259),
                {
                    "season": "春秋",
                    "style": "法式 温柔 通勤",
                    "detail": "方头浅口 尖头 圆头一字扣",
                    "material": "羊皮 牛皮 缎面",
                    "noun": "单鞋 玛丽珍鞋",
                },
                "通勤",
            ),
        ),
    ),
    Line(
        "running",
        ("鞋靴箱包", "运动鞋", "跑步鞋"),
        10,
        "{brand}{season}新款{style}{material}{noun}{who}{feature}",
        {"season": "适用季节", "style": "款式", "material": "鞋面材质", "who": "适用性别", "feature": "功能"},
        (Axis("颜色", "黑色 白色 荧光绿 雾霾蓝", 2), Axis("尺码", "36 37 38 39 40 41 42 43 44", 7)),
        (
            Look(
                "踏川 足下云",
                (129, 359),
                {
                    "season": "夏季 春季",
                    "style": "轻便 休闲",
                    "material": "网面 飞织",
                    "noun": "跑步鞋 运动鞋",
                    "who": "男 女 男女同款",
                    "feature": "透气软底 减震回弹",
                },
                "运动",
            ),
            Look(
                "踏川 轻羽步",
                (399, 899),
                {
                    "season": "秋季 春季",
                    "style": "碳板竞速 马拉松 缓震",
                    "material": "工程网布",
                    "noun": "跑步鞋",
                    "who": "男 女",
                    "feature": "专业回弹 轻量耐磨",
                },
                "运动",
            ),
        ),
    ),
    Line(
        "backpack",
        ("鞋靴箱包", "箱包", "双肩包"),
        8,
        "{brand}{style}双肩包{who}{use}背包{feature}",
        {"style": "风格", "use": "适用场景", "feature": "功能"},
        (Axis("颜色", "黑色 深灰 军绿 米白", 3),),
        (
            Look(
                "行囊记 远方匣",
                (129, 359),
                {
                    "style": "商务 简约 大容量",
                    "who": "男 男女通用",
                    "use": "通勤 出差",
                    "feature": "防泼水 15.6英寸电脑",
                },
                "通勤",
            ),
            Look(
                "行囊记 踏川",
                (99, 299),
                {
                    "style": "户外轻量 大容量",
                    "who": "男女通用",
                    "use": "徒步 登山 旅行",
                    "feature": "30L防水 40L透气背负 可折叠",
                },
                "户外",
            ),
        ),
    ),
)
