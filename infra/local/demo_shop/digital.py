"""数码电器."""

from infra.local.demo_shop.recipe import Axis, Line, Look

BRANDS = {
    "声澜": 1.2,
    "微舟": 0.75,
    "芯禾": 1.0,
    "拓影": 1.4,
    "键陌": 1.1,
}

LINES = (
    Line(
        "earphone",
        ("数码电器", "影音", "蓝牙耳机"),
        12,
        "{brand}{style}蓝牙耳机{feature}{use}{life}",
        {"style": "佩戴方式", "feature": "功能", "use": "适用场景", "life": "续航"},
        (Axis("颜色", "黑色 白色 雾霾蓝", 2),),
        (
            Look(
                "声澜 拓影",
                (199, 699),
                {
                    "style": "入耳式真无线 半入耳式",
                    "feature": "主动降噪 空间音频",
                    "use": "通勤 游戏低延迟",
                    "life": "36小时续航 超长待机",
                },
                "通勤",
            ),
            Look(
                "声澜 微舟",
                (79, 259),
                {
                    "style": "挂耳式 骨传导 夹耳式",
                    "feature": "防水防汗 开放不入耳",
                    "use": "运动跑步 骑行",
                    "life": "长续航 12小时续航",
                },
                "运动",
            ),
            Look(
                "拓影 声澜",
                (259, 899),
                {
                    "style": "头戴式",
                    "feature": "主动降噪 高解析音质",
                    "use": "学习 通勤 电脑游戏",
                    "life": "60小时续航 超长待机",
                },
                "通勤",
            ),
        ),
    ),
    Line(
        "powerbank",
        ("数码电器", "手机配件", "充电宝"),
        10,
        "{brand}{size}{capacity}充电宝{power}{feature}移动电源",
        {"capacity": "电池容量", "power": "功率", "feature": "特点"},
        (Axis("颜色", "黑色 白色 浅蓝", 2),),
        (
            Look(
                "微舟 芯禾",
                (69, 149),
                {
                    "size": "超薄小巧 迷你便携",
                    "capacity": "5000毫安 10000毫安",
                    "power": "20W快充 22.5W快充",
                    "feature": "自带线 磁吸无线 可上飞机",
                },
                "出行",
            ),
            Look(
                "芯禾 拓影",
                (129, 299),
                {
                    "size": "大容量",
                    "capacity": "20000毫安",
                    "power": "65W快充 100W快充",
                    "feature": "笔记本可用 户外露营应急",
                },
                "出行",
            ),
        ),
    ),
    Line(
        "charger",
        ("数码电器", "手机配件", "充电器数据线"),
        8,
        "{brand}{power}{noun}{feature}{use}",
        {"power": "功率", "feature": "特点"},
        (Axis("颜色", "白色 黑色"),),
        (
            Look(
                "微舟 芯禾",
                (49, 159),
                {
                    "power": "30W 65W 100W",
                    "noun": "氮化镓充电器",
                    "feature": "多口快充 小巧折叠插脚",
                    "use": "手机平板通用 笔记本手机通用",
                },
                "出行",
            ),
            Look(
                "微舟 芯禾",
                (15, 49),
                {
                    "power": "60W 100W",
                    "noun": "双头Type-C数据线",
                    "feature": "编织耐用 液态硅胶",
                    "use": "手机平板通用 加长2米",
                },
                "出行",
            ),
        ),
    ),
    Line(
        "keyboard",
        ("数码电器", "电脑外设", "键盘"),
        8,
        "{brand}{link}{noun}{layout}{feature}",
        {"link": "连接方式", "layout": "配列", "feature": "特点"},
        (Axis("轴体", "红轴 茶轴 静音轴", 2),),
        (
            Look(
                "键陌 拓影",
                (159, 459),
                {
                    "link": "三模无线 蓝牙双模 有线",
                    "noun": "机械键盘",
                    "layout": "87键 98键 104键",
                    "feature": "热插拔电竞游戏 静音办公 RGB背光",
                },
                "办公",
            ),
        ),
    ),
    Line(
        "watch",
        ("数码电器", "智能穿戴", "智能手表"),
        8,
        "{brand}{style}智能手表{feature}{use}{who}",
        {"style": "类型", "feature": "功能", "who": "适用人群"},
        (Axis("颜色", "黑色 银色 玫瑰金", 2),),
        (
            Look(
                "芯禾 拓影",
                (299, 899),
                {
                    "style": "运动 高清大屏",
                    "feature": "心率血氧监测 GPS定位",
                    "use": "跑步游泳 骑行徒步",
                    "who": "男士 女士 男女通用",
                },
                "运动",
            ),
            Look(
                "芯禾 微舟",
                (159, 399),
                {
                    "style": "4G防水 视频通话",
                    "feature": "定位",
                    "use": "中小学生",
                    "who": "儿童 男孩女孩",
                },
                "儿童",
            ),
        ),
    ),
)
