"""家居生活."""

from infra.local.demo_shop.recipe import Axis, Line, Look

BRANDS = {
    "禾居里": 0.9,
    "眠川": 1.3,
    "青瓷屋": 1.1,
    "木与灯": 1.0,
    "暖屿": 0.75,
    "器作间": 1.4,
}

LINES = (
    Line(
        "brewer",
        ("家居生活", "厨房", "咖啡器具"),
        12,
        "{brand}{material}{noun}{use}{feature}",
        {"material": "材质", "feature": "特点"},
        (Axis("颜色", "黑色 银色 白色", 2),),
        (
            Look(
                "器作间 青瓷屋",
                (79, 239),
                {
                    "material": "304不锈钢 不锈钢",
                    "noun": "细口手冲壶 手冲咖啡壶",
                    "use": "家用",
                    "feature": "带温度计 600ml 加厚",
                },
                "咖啡",
            ),
            Look(
                "器作间 禾居里",
                (99, 499),
                {
                    "material": "全金属 铝合金",
                    "noun": "手摇磨豆机 手摇咖啡豆研磨机",
                    "use": "家用 便携",
                    "feature": "可调粗细 五星磨芯 可水洗",
                },
                "咖啡",
            ),
            Look(
                "青瓷屋 禾居里",
                (29, 99),
                {
                    "material": "陶瓷 手作粗陶 骨瓷",
                    "noun": "咖啡杯 马克杯",
                    "use": "家用 办公室",
                    "feature": "带碟 大容量 复古",
                },
                "咖啡",
            ),
        ),
    ),
    Line(
        "bedding",
        ("家居生活", "床品", "四件套"),
        10,
        "{brand}{style}{material}四件套{feature}床单被套{when}",
        {"style": "风格", "material": "材质", "feature": "工艺", "when": "适用季节"},
        (Axis("颜色", "奶白 雾霾蓝 豆沙绿 浅灰", 2), Axis("适用床尺寸", "1.5米床 1.8米床=1.15")),
        (
            Look(
                "眠川 禾居里",
                (199, 499),
                {
                    "style": "简约 轻奢 北欧",
                    "material": "60支长绒棉 纯棉 水洗棉",
                    "feature": "刺绣 纯色 拼色",
                    "when": "春秋",
                },
                "居家",
            ),
            Look(
                "眠川 暖屿",
                (169, 399),
                {
                    "style": "温馨 奶油风",
                    "material": "牛奶绒 珊瑚绒 磨毛",
                    "feature": "加厚 双面",
                    "when": "冬季",
                },
                "居家",
            ),
            Look(
                "眠川 禾居里",
                (259, 699),
                {
                    "style": "简约 轻奢",
                    "material": "莱赛尔 冰丝 长绒棉缎纹",
                    "feature": "裸睡凉感 丝滑",
                    "when": "夏季",
                },
                "居家",
            ),
        ),
    ),
    Line(
        "lamp",
        ("家居生活", "灯具", "台灯"),
        10,
        "{brand}{style}{material}台灯{use}{feature}",
        {"style": "风格", "material": "材质", "use": "适用场景", "feature": "功能"},
        (Axis("颜色", "米白 黑色 豆沙绿", 2),),
        (
            Look(
                "木与灯 暖屿",
                (89, 259),
                {
                    "style": "北欧 日式 复古",
                    "material": "实木 陶瓷 布艺",
                    "use": "卧室床头 客厅氛围",
                    "feature": "可调光 触摸暖光",
                },
                "居家",
            ),
            Look(
                "木与灯 禾居里",
                (129, 359),
                {
                    "style": "国AA级护眼 全光谱护眼",
                    "material": "-",
                    "use": "学习书桌 儿童写字",
                    "feature": "无频闪 智能调光 可充电",
                },
                "学习",
            ),
        ),
    ),
)
