"""户外运动."""

from infra.local.demo_shop.recipe import Axis, Line, Look

BRANDS = {
    "岭外客": 0.8,
    "野驰社": 1.0,
    "山行记": 1.3,
    "溯谷": 1.6,
    "鹿径": 1.4,
}
_TENT = {"style": "款式", "people": "适用人数", "feature": "功能"}

LINES = (
    Line(
        "tent",
        ("户外运动", "露营装备", "帐篷"),
        20,
        "{brand}{style}{material}帐篷{use}{people}{feature}",
        _TENT | {"material": "面料"},
        (Axis("颜色", "米白 军绿 卡其 黑色", 2),),
        (
            Look(
                "岭外客 野驰社",
                (139, 359),
                {
                    "style": "全自动速开 一秒速开 免搭建",
                    "material": "-",
                    "use": "户外露营 公园野餐",
                    "people": "2人 3-4人 5-8人",
                    "feature": "加厚防雨 黑胶防晒 双层防暴雨",
                },
                "露营",
            ),
            Look(
                "野驰社 鹿径",
                (499, 1299),
                {
                    "style": "一室一厅 两室一厅 隧道",
                    "material": "-",
                    "use": "户外露营",
                    "people": "4-6人 5-8人",
                    "feature": "大空间防暴雨 黑胶防晒遮阳",
                },
                "露营",
            ),
            Look(
                "溯谷 山行记",
                (299, 899),
                {
                    "style": "超轻 轻量",
                    "material": "涂硅尼龙 20D尼龙",
                    "use": "徒步登山",
                    "people": "单人 双人",
                    "feature": "双层防风三季帐 铝杆防暴雨",
                },
                "徒步",
            ),
            Look(
                "鹿径 山行记",
                (399, 1099),
                {
                    "style": "精致露营 复古",
                    "material": "棉布金字塔 充气棉布 牛津布屋脊",
                    "use": "户外野营",
                    "people": "3-4人 4-6人",
                    "feature": "加厚透气 防风防雨",
                },
                "露营",
            ),
        ),
    ),
    Line(
        "campchair",
        ("户外运动", "露营装备", "露营桌椅"),
        12,
        "{brand}{style}{noun}{use}{feature}",
        {"style": "材质", "feature": "功能"},
        (Axis("颜色", "黑色 军绿 米白 胡桃色", 2),),
        (
            Look(
                "岭外客 野驰社",
                (49, 139),
                {
                    "style": "铝合金 碳钢",
                    "noun": "折叠椅 月亮椅 导演椅",
                    "use": "户外露营 野餐钓鱼",
                    "feature": "便携承重 加厚耐磨",
                },
                "露营",
            ),
            Look(
                "野驰社 鹿径 岭外客",
                (89, 299),
                {
                    "style": "实木 铝合金 碳钢",
                    "noun": "蛋卷桌 折叠桌",
                    "use": "户外露营 野餐",
                    "feature": "便携收纳 稳固承重",
                },
                "露营",
            ),
        ),
    ),
    Line(
        "tarp",
        ("户外运动", "露营装备", "天幕"),
        8,
        "{brand}{style}天幕户外露营{material}{feature}",
        {"style": "款式", "material": "面料", "feature": "功能"},
        (Axis("规格", "3×4米 4×5米=1.4"),),
        (
            Look(
                "岭外客 野驰社 鹿径 山行记",
                (99, 299),
                {
                    "style": "蝶形 六角 方形",
                    "material": "黑胶 银胶 牛津布",
                    "feature": "防晒遮阳 防雨大号 加厚防风",
                },
                "露营",
            ),
        ),
    ),
    Line(
        "sleepingbag",
        ("户外运动", "露营装备", "睡袋"),
        8,
        "{brand}{style}{material}睡袋户外{use}{feature}",
        {"style": "款式", "material": "填充物", "feature": "特点"},
        (Axis("颜色", "藏青 军绿 橙色", 2),),
        (
            Look(
                "岭外客 野驰社",
                (79, 199),
                {
                    "style": "信封式 可拼接双人",
                    "material": "仿丝棉 棉",
                    "use": "露营 午休便携",
                    "feature": "春秋款 四季通用",
                },
                "露营",
            ),
            Look(
                "溯谷 山行记",
                (299, 799),
                {
                    "style": "木乃伊式 超轻",
                    "material": "白鸭绒 白鹅绒",
                    "use": "徒步登山 高原露营",
                    "feature": "冬季加厚 秋冬保暖",
                },
                "徒步",
            ),
        ),
    ),
    Line(
        "shell",
        ("户外运动", "户外服饰", "冲锋衣"),
        10,
        "{brand}{season}新款{style}{material}冲锋衣{who}{feature}",
        {"season": "适用季节", "style": "款式", "who": "适用性别", "feature": "功能"},
        (Axis("颜色", "黑色 卡其 雾霾蓝 橙色 军绿", 3), Axis("尺码", "S M L XL 2XL")),
        (
            Look(
                "岭外客 野驰社",
                (199, 429),
                {
                    "season": "秋冬",
                    "style": "三合一 可拆卸",
                    "material": "摇粒绒内胆 抓绒内胆",
                    "who": "男女同款 男 女",
                    "feature": "防风防水 加厚保暖",
                },
                "户外",
            ),
            Look(
                "溯谷 山行记",
                (399, 999),
                {
                    "season": "春秋 秋季",
                    "style": "硬壳 单层",
                    "material": "三层压胶 防水透气",
                    "who": "男 女 男女同款",
                    "feature": "专业登山 徒步防暴雨",
                },
                "徒步",
            ),
        ),
    ),
)
