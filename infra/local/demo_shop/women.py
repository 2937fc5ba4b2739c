"""女装."""

from infra.local.demo_shop.dresses import DRESSES
from infra.local.demo_shop.recipe import Axis, Line, Look

BRANDS = {
    "栀巷里": 0.8,
    "拾棠里": 1.0,
    "云岫集": 1.5,
    "南枝序": 1.7,
    "月见白": 1.2,
    "木兮语": 0.9,
    "鹿眠": 0.65,
    "衡白": 1.4,
}
_SIZES = Axis("尺码", "S M L XL")
_COLOURS = Axis("颜色", "黑色 米白 杏色 雾霾蓝 豆沙绿 酒红 焦糖色 浅灰", 3)
_NAMES = {"season": "适用季节", "style": "风格", "detail": "款式", "material": "材质", "length": "衣长", "fit": "版型"}

LINES = (
    Line(
        "dress",
        ("女装", "裙装", "连衣裙"),
        44,
        "{brand}{season}新款{style}{detail}{material}{noun}女{fit}{length}",
        {**_NAMES, "length": "裙长"},
        (_COLOURS, _SIZES),
        DRESSES,
    ),
    Line(
        "skirt",
        ("女装", "裙装", "半身裙"),
        12,
        "{brand}{season}新款{style}{detail}{material}半身裙女{fit}{length}",
        {**_NAMES, "length": "裙长"},
        (_COLOURS, _SIZES),
        (
            Look(
                "栀巷里 鹿眠",
                (69, 169),
                {
                    "season": "春季 夏季",
                    "style": "法式 甜美",
                    "detail": "碎花 荷叶边 蛋糕裙摆",
                    "material": "雪纺 棉质",
                    "fit": "高腰显瘦",
                    "length": "中长款 短款",
                },
                "法式",
            ),
            Look(
                "衡白 月见白",
                (129, 299),
                {
                    "season": "秋季 冬季",
                    "style": "通勤 简约",
                    "detail": "开叉 A字 包臀",
                    "material": "羊毛呢 西装料 针织",
                    "fit": "高腰",
                    "length": "中长款 过膝",
                },
                "通勤",
            ),
            Look(
                "云岫集 南枝序",
                (199, 429),
                {
                    "season": "春季 秋季",
                    "style": "新中式 国风",
                    "detail": "提花马面 刺绣马面 织金马面",
                    "material": "-",
                    "fit": "高腰",
                    "length": "长款",
                },
                "新中式",
                {"材质": "聚酯纤维"},
            ),
        ),
    ),
    Line(
        "knit",
        ("女装", "上装", "针织衫"),
        12,
        "{brand}{season}新款{style}{detail}{material}{noun}女{fit}",
        _NAMES,
        (_COLOURS, Axis("尺码", "S M L")),
        (
            Look(
                "鹿眠 月见白",
                (89, 259),
                {
                    "season": "秋季 冬季",
                    "style": "慵懒风 温柔风",
                    "detail": "圆领麻花 半高领 V领",
                    "material": "羊毛 加厚",
                    "noun": "毛衣 针织衫",
                    "fit": "宽松 外穿",
                },
                "温柔",
            ),
            Look(
                "衡白 南枝序",
                (259, 599),
                {
                    "season": "秋冬",
                    "style": "简约 轻奢",
                    "detail": "圆领 高领 V领开衫",
                    "material": "山羊绒 美利奴羊毛",
                    "noun": "针织衫",
                    "fit": "修身 百搭",
                },
                "通勤",
            ),
        ),
    ),
    Line(
        "shirt",
        ("女装", "上装", "衬衫"),
        10,
        "{brand}{season}新款{style}{detail}{material}衬衫女{fit}",
        _NAMES,
        (Axis("颜色", "白色 浅蓝 杏色 豆沙绿 黑色", 3), _SIZES),
        (
            Look(
                "栀巷里 拾棠里",
                (79, 189),
                {
                    "season": "春季 夏季",
                    "style": "法式 甜美",
                    "detail": "泡泡袖 娃娃领 碎花",
                    "material": "雪纺 纯棉",
                    "fit": "宽松 显瘦",
                },
                "法式",
            ),
            Look(
                "衡白 月见白",
                (159, 399),
                {
                    "season": "春季 秋季",
                    "style": "通勤 职业",
                    "detail": "长袖 翻领 飘带",
                    "material": "真丝 醋酸 免烫棉",
                    "fit": "修身 垂感",
                },
                "通勤",
            ),
        ),
    ),
    Line(
        "coat",
        ("女装", "外套", "大衣羽绒服"),
        12,
        "{brand}{season}新款{style}{detail}{noun}女{fit}{length}",
        {"season": "适用季节", "style": "风格", "detail": "款式", "fit": "版型", "length": "衣长"},
        (Axis("颜色", "黑色 驼色 米白 燕麦色 雾霾蓝", 3), _SIZES),
        (
            Look(
                "月见白 衡白",
                (499, 1299),
                {
                    "season": "秋冬",
                    "style": "通勤 简约 经典",
                    "detail": "双面羊毛 双排扣羊毛 系带羊绒",
                    "noun": "大衣",
                    "fit": "宽松 收腰",
                    "length": "中长款 长款",
                },
                "通勤",
                {"材质": "羊毛"},
            ),
            Look(
                "鹿眠 月见白",
                (499, 999),
                {
                    "season": "冬季",
                    "style": "韩系 休闲 轻便",
                    "detail": "白鸭绒连帽 立领白鸭绒 加厚白鹅绒",
                    "noun": "羽绒服",
                    "fit": "宽松 显瘦",
                    "length": "短款 中长款",
                },
                "保暖",
                {"填充物": "羽绒"},
            ),
            Look(
                "拾棠里 栀巷里",
                (199, 459),
                {
                    "season": "春秋",
                    "style": "英伦 通勤",
                    "detail": "双排扣 系带 翻领",
                    "noun": "风衣",
                    "fit": "宽松 收腰",
                    "length": "中长款",
                },
                "通勤",
                {"材质": "棉"},
            ),
        ),
    ),
)
