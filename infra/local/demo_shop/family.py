"""童装母婴, 宠物用品."""

from infra.local.demo_shop.recipe import Axis, Line, Look

BRANDS = {
    "小芽团": 1.0,
    "豆苗屋": 0.75,
    "果果象": 1.2,
    "星绒绒": 1.4,
    "喵汀": 1.1,
    "爪爪营": 0.8,
}
_HEIGHTS = Axis("参考身高", "90cm 100cm 110cm 120cm 130cm 140cm", 5)
_COLOURS = Axis("颜色", "奶白 天蓝 鹅黄 薄荷绿 藏青", 2)
_NAMES = {"season": "适用季节", "style": "风格", "detail": "款式", "material": "材质", "who": "适用性别"}

LINES = (
    Line(
        "girldress",
        ("童装母婴", "童装", "女童连衣裙"),
        8,
        "{brand}{season}新款女童{style}{detail}{material}连衣裙儿童{noun}",
        {"season": "适用季节", "style": "风格", "detail": "款式", "material": "材质"},
        (Axis("颜色", "粉色 奶白 天蓝 鹅黄 浅紫", 2), _HEIGHTS),
        (
            Look(
                "小芽团 果果象",
                (79, 199),
                {
                    "season": "夏季",
                    "style": "甜美 洋气",
                    "detail": "碎花泡泡袖 背心 娃娃领",
                    "material": "纯棉 网纱",
                    "noun": "公主裙 裙子",
                },
                "童装",
            ),
            Look(
                "豆苗屋 小芽团",
                (69, 179),
                {
                    "season": "春秋",
                    "style": "学院风 洋气",
                    "detail": "长袖格子 假两件 针织拼接",
                    "material": "纯棉",
                    "noun": "裙子",
                },
                "童装",
            ),
        ),
    ),
    Line(
        "kidcoat",
        ("童装母婴", "童装", "儿童外套"),
        10,
        "{brand}{season}新款{who}{style}{detail}{noun}{material}",
        _NAMES | {"style": "特点"},
        (_COLOURS, _HEIGHTS),
        (
            Look(
                "星绒绒 果果象",
                (199, 499),
                {
                    "season": "冬季",
                    "who": "男童 女童 儿童",
                    "style": "加厚 轻薄",
                    "detail": "连帽 立领",
                    "noun": "羽绒服",
                    "material": "白鸭绒 白鹅绒",
                },
                "保暖",
            ),
            Look(
                "小芽团 豆苗屋",
                (79, 199),
                {
                    "season": "春秋",
                    "who": "男童 女童 儿童",
                    "style": "休闲 洋气",
                    "detail": "连帽 棒球服 翻领",
                    "noun": "外套",
                    "material": "纯棉 加绒",
                },
                "童装",
            ),
        ),
    ),
    Line(
        "kidset",
        ("童装母婴", "童装", "儿童套装"),
        8,
        "{brand}{season}新款{who}{style}{detail}{material}两件套",
        _NAMES,
        (_COLOURS, _HEIGHTS),
        (
            Look(
                "豆苗屋 小芽团",
                (49, 129),
                {
                    "season": "夏季",
                    "who": "男童 女童",
                    "style": "薄款 运动",
                    "detail": "短袖 背心",
                    "material": "纯棉 速干",
                },
                "童装",
            ),
            Look(
                "果果象 小芽团",
                (89, 219),
                {
                    "season": "秋季",
                    "who": "男童 女童",
                    "style": "运动 休闲",
                    "detail": "卫衣 长袖",
                    "material": "纯棉 华夫格",
                },
                "童装",
            ),
        ),
    ),
    Line(
        "baby",
        ("童装母婴", "婴儿服饰", "连体衣"),
        8,
        "{brand}婴儿{style}{detail}{material}{noun}{who}",
        {"style": "厚度", "detail": "款式", "material": "材质"},
        (_COLOURS, Axis("参考身高", "59cm 66cm 73cm 80cm")),
        (
            Look(
                "小芽团 豆苗屋 星绒绒",
                (49, 139),
                {
                    "style": "四季 薄款",
                    "detail": "无骨 蝴蝶衣 长袖",
                    "material": "A类纯棉 新疆棉 竹纤维",
                    "noun": "连体衣 哈衣",
                    "who": "新生儿 男女宝宝",
                },
                "母婴",
            ),
            Look(
                "星绒绒 果果象",
                (89, 199),
                {
                    "style": "秋冬加厚 保暖",
                    "detail": "夹棉 连帽",
                    "material": "A类纯棉 珊瑚绒",
                    "noun": "连体衣 爬服",
                    "who": "男女宝宝 外出",
                },
                "母婴",
            ),
        ),
    ),
    Line(
        "catfood",
        ("宠物用品", "主粮零食", "猫粮"),
        6,
        "{brand}{style}{flavour}猫粮{who}{feature}",
        {"style": "工艺", "flavour": "口味", "who": "适用阶段"},
        (Axis("净含量", "1.5kg 5kg=2.9"),),
        (
            Look(
                "喵汀 爪爪营",
                (59, 139),
                {
                    "style": "冻干双拼 低温烘焙 无谷",
                    "flavour": "鸡肉 三文鱼 鸭肉梨",
                    "who": "全价成猫幼猫通用 幼猫专用 成猫专用",
                    "feature": "增肥发腮 美毛 高蛋白",
                },
                "养宠",
            ),
        ),
    ),
    Line(
        "catbed",
        ("宠物用品", "猫咪日用", "猫窝猫抓板"),
        8,
        "{brand}{style}{noun}{feature}猫咪用品",
        {"style": "款式", "feature": "特点"},
        (Axis("尺寸", "小号 大号=1.5"),),
        (
            Look(
                "喵汀 爪爪营",
                (29, 79),
                {
                    "style": "圆形 L型 波浪形",
                    "noun": "瓦楞纸猫抓板",
                    "feature": "耐磨不掉屑 加厚",
                },
                "养宠",
            ),
            Look(
                "喵汀 爪爪营",
                (49, 149),
                {
                    "style": "半封闭 开放式 蒙古包",
                    "noun": "猫窝",
                    "feature": "四季通用可拆洗 冬季保暖加绒",
                },
                "养宠",
            ),
        ),
    ),
)
