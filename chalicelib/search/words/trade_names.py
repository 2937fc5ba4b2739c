"""Names that every Chinese shop's customers know: brands, characters and goods, written down by hand.

They are known words, so that a brand which the shop does not sell is not taken for a slip of one that it does; and they are
what may have been meant where the shop itself says nothing alike. Written as they are folded.
"""

from collections.abc import Collection
from functools import cache

FASHION = """
耐克 阿迪达斯 安踏 李宁 特步 鸿星尔克 匹克 乔丹 彪马 斐乐 匡威 万斯 新百伦 亚瑟士 斯凯奇 锐步 迪桑特 始祖鸟 北面
骆驼 探路者 凯乐石 哥伦比亚 迪卡侬 优衣库 海澜之家 七匹狼 劲霸 九牧王 森马 美特斯邦威 太平鸟 波司登 雪中飞 鸭鸭 雅鹿
恒源祥 南极人 北极绒 俞兆林 浪莎 芬腾 蕉内 有棵树 三枪 红豆 罗蒙 雅戈尔 鄂尔多斯 真维斯 以纯 班尼路 佐丹奴 欧时力
拉夏贝尔 哥弟 影儿 歌莉娅 伊芙丽 播 江南布衣 百丽 达芙妮 天美意 他她 奥康 红蜻蜓 回力 飞跃 人本 足力健 花花公子
皮尔卡丹 老人头 啄木鸟 袋鼠 金利来 路易威登 古驰 香奈儿 爱马仕 普拉达 迪奥 博柏利 巴黎世家 圣罗兰 葆蝶家 寇驰 蔻驰
小ck 周大福 周生生 老凤祥 六福 潘多拉 施华洛世奇 浪琴 天梭 卡西欧 西铁城 精工 欧米茄 劳力士 飞亚达 暴龙 雷朋 陌森
帕莎 亨得利 爱慕 曼妮芬 古今 安莉芳 维密 都市丽人 安德玛 露露乐蒙 nike adidas puma fila converse vans newbalance
asics skechers reebok descente arcteryx columbia uniqlo zara lululemon underarmour gucci chanel hermes prada dior
burberry balenciaga coach michaelkors longchamp casio citizen seiko omega rolex cartier tiffany pandora swarovski
champion carhartt supreme dickies timberland birkenstock crocs clarks ecco levis hollister
"""

BEAUTY = """
兰蔻 雅诗兰黛 资生堂 欧莱雅 倩碧 娇兰 娇韵诗 海蓝之谜 赫莲娜 科颜氏 悦木之源 碧欧泉 契尔氏 雪花秀 兰芝 悦诗风吟
伊蒂之屋 自然堂 百雀羚 珀莱雅 韩束 相宜本草 佰草集 大宝 隆力奇 片仔癀 薇诺娜 玉泽 润百颜 夸迪 米蓓尔 敷尔佳 可复美
完美日记 花西子 毛戈平 卡姿兰 橘朵 彩棠 玛丽黛佳 美宝莲 魅可 阿玛尼 纪梵希 圣罗兰 祖玛珑 理肤泉 雅漾 薇姿 修丽可
珂润 芙丽芳丝 城野医生 安耐晒 碧柔 曼秀雷敦 妮维雅 强生 凡士林 多芬 力士 舒肤佳 六神 海飞丝 飘柔 潘婷 清扬 沙宣
施华蔻 卡诗 滋源 霸王 蜂花 拉芳 高露洁 佳洁士 云南白药 舒客 黑人牙膏 狮王 欧乐 护舒宝 苏菲 七度空间 高洁丝 自由点
杜蕾斯 冈本 杰士邦 清风 维达 心相印 洁柔 蓝月亮 立白 奥妙 汰渍 碧浪 超能 威露士 滴露 威猛先生 安利 雅芳 玫琳凯 城野
后天气丹 欧舒丹 露得清 丝塔芙 优色林 贝德玛 玻尿酸 烟酰胺 视黄醇 神经酰胺 胶原蛋白 氨基酸洗面奶 lancome esteelauder
shiseido loreal clinique guerlain clarins kiehls olay nivea maybelline armani givenchy jomalone laroche avene cerave
cetaphil curel fancl laneige innisfree sulwhasoo neutrogena vaseline pantene dove colgate oralb loccitane
"""

DEVICES = """
华为 荣耀 小米 红米 苹果 三星 魅族 努比亚 中兴 联想 戴尔 惠普 华硕 宏碁 神舟 雷神 机械革命 拯救者 外星人 微软 索尼
佳能 尼康 富士 松下 徕卡 大疆 影石 罗技 雷蛇 赛睿 达尔优 绿联 倍思 公牛 品胜 罗马仕 安克 漫步者 森海塞尔 铁三角
捷波朗 哈曼卡顿 飞利浦 西门子 博世 美的 格力 海尔 海信 创维 康佳 长虹 奥克斯 志高 老板电器 方太 华帝 万和 万家乐
苏泊尔 九阳 小熊电器 格兰仕 爱仕达 戴森 科沃斯 石头扫地机 追觅 添可 云鲸 莱克 德尔玛 摩飞 膳魔师 虎牌 象印 双立人
富光 哈尔斯 希诺 特百惠 飞科 博朗 吉列 松下电器 欧姆龙 鱼跃 可孚 小天才 步步高 读书郎 先科 金正 纽曼 爱国者 闪迪
金士顿 西部数据 希捷 铠侠 英特尔 英伟达 任天堂 小度 天猫精灵 卡西欧 得力 晨光 齐心 真彩 百乐 三菱 斑马 樱花笔
骆驼蓄电池 瓦尔塔 风帆 特斯拉 比亚迪 五菱宏光 大众 别克 雪佛兰 米其林 普利司通 固特异 美孚 嘉实多 壳牌 雅迪 爱玛
台铃 九号电动车 huawei honor xiaomi redmi apple iphone ipad airpods macbook samsung lenovo thinkpad sony canon nikon
logitech razer anker baseus ugreen philips siemens bosch dyson panasonic sandisk kingston nintendo switch
playstation tesla michelin thermos zojirushi braun gillette
"""

HOME_AND_CHILD = """
宜家 全友 林氏木业 顾家 芝华仕 喜临门 慕思 雅兰 水星家纺 罗莱 富安娜 梦洁 南极人 洁丽雅 无印良品 网易严选 妙洁 茶花
禧天龙 美丽雅 晾霸 好太太 九牧 箭牌 恒洁 科勒 摩恩 汉斯格雅 欧普 雷士 三雄极光 立邦 多乐士 三棵树 德高 世达 史丹利
得伟 牧田 东成 大艺 好孩子 贝亲 飞鹤 伊利 蒙牛 光明 君乐宝 三元 认养一头牛 惠氏 美赞臣 雅培 爱他美 美素佳儿 合生元
诺优能 a2 雀巢 贝因美 帮宝适 好奇 花王 妈咪宝贝 尤妮佳 全棉时代 子初 十月结晶 巴拉巴拉 安奈儿 小猪班纳 英氏 童泰
好奇纸尿裤 乐高 布鲁可 奥特曼 汪汪队 小猪佩奇 佩奇 熊出没 喜羊羊 孩之宝 美泰 芭比 迪士尼 漫威 米老鼠 唐老鸭 史迪奇
玲娜贝儿 星黛露 草莓熊 库洛米 玉桂狗 美乐蒂 凯蒂猫 哆啦a梦 蜡笔小新 皮卡丘 宝可梦 泡泡玛特 拉布布 名创优品 哈利波特
海贼王 火影忍者 鬼灭之刃 咒术回战 初音未来 原神 王者荣耀 和平精英 蛋仔派对 光遇 我的世界 火柴人 海绵宝宝 派大星
线条小狗 loopy kuromi cinnamoroll pokemon pikachu disney marvel lego barbie labubu popmart hellokitty pampers
huggies merries aptamil
"""

FOOD_AND_HEALTH = """
茅台 五粮液 泸州老窖 洋河 郎酒 汾酒 剑南春 江小白 青岛啤酒 雪花啤酒 百威 张裕 长城干红 人头马 轩尼诗 农夫山泉 怡宝
康师傅 统一 今麦郎 娃哈哈 王老吉 加多宝 元气森林 可口可乐 百事可乐 红牛 东鹏特饮 脉动 三只松鼠 良品铺子 百草味
来伊份 洽洽 卫龙 旺旺 达利园 盼盼 好丽友 奥利奥 德芙 费列罗 士力架 徐福记 大白兔 阿尔卑斯 双汇 金锣 雨润 海底捞
老干妈 李锦记 海天 厨邦 千禾 太太乐 金龙鱼 鲁花 福临门 胡姬花 十月稻田 北大荒 立顿 星巴克 瑞幸 三顿半 隅田川
雀巢咖啡 同仁堂 汤臣倍健 善存 钙尔奇 养生堂 斯维诗 东阿阿胶 仁和 三九 修正 白云山 马应龙 皇家宠物 麦富迪 伯纳天纯
比乐 渴望 网易天成 溏心蛋 溏心鲍鱼 小龙虾 螺蛳粉 酸辣粉 热干面 自热火锅 坚果礼盒 每日坚果 牛肉干 猪肉脯 辣条 凤爪
鸭脖 沙琪玛 蛋黄酥 雪媚娘 青团 肉松饼 榴莲饼 芝士蛋糕 提拉米苏 冻干咖啡 速溶咖啡 枸杞 阿胶糕 燕窝 海参 花胶 人参
西洋参 石斛 灵芝孢子粉 蜂王浆 麦卢卡蜂蜜 益生菌 叶黄素 辅酶q10 氨糖软骨素 鱼油 蛋白粉 左旋肉碱 维生素 褪黑素
阿莫西林 布洛芬 对乙酰氨基酚 蒙脱石散 藿香正气 连花清瘟 板蓝根 感冒灵 氯雷他定
"""

GOODS = """
连衣裙 半身裙 百褶裙 阔腿裤 打底裤 运动裤 工装裤 背带裤 牛仔裤 冲锋衣 防晒衣 羽绒服 毛呢大衣 针织衫 打底衫 卫衣 马甲
旗袍 汉服 马面裙 睡衣 家居服 塑身衣 瑜伽服 瑜伽垫 凉鞋 拖鞋 洞洞鞋 帆布鞋 马丁靴 雪地靴 老爹鞋 豆豆鞋 玛丽珍鞋
托特包 腋下包 水桶包 斜挎包 双肩包 行李箱 渔夫帽 贝雷帽 鸭舌帽 耳环 手镯 和田玉 翡翠 蜜蜡 平安扣 转运珠 手串 锁骨链
太阳镜 老花镜 隐形眼镜 收音机 充电宝 数据线 蓝牙耳机 手机壳 手机支架 钢化膜 平板电脑 键盘膜 机械键盘 鼠标垫
显示器支架 移动硬盘 投影仪 路由器 监控摄像头 行车记录仪 电动牙刷 剃须刀 吹风机 卷发棒 直发夹 筋膜枪 按摩椅 足浴盆
血压计 血糖仪 体温计 雾化器 制氧机 轮椅 拐杖 助听器 护腰带 护膝 创可贴 注射器 医用纱布 口罩 电饭煲 空气炸锅 破壁机
豆浆机 榨汁机 料理机 绞肉机 电火锅 养生壶 电热水壶 保温杯 焖烧杯 不粘锅 炒锅 砂锅 高压锅 蒸锅 菜刀 砧板 保鲜盒
洗碗机 消毒柜 净水器 饮水机 油烟机 燃气灶 热水器 洗衣机 烘干机 晾衣架 挂烫机 扫地机器人 吸尘器 拖把 洗地机 除湿机
加湿器 空气净化器 电风扇 取暖器 电热毯 四件套 夏凉被 蚕丝被 羽绒被 乳胶枕 床垫 凉席 蚊帐 窗帘 地毯 沙发垫 收纳箱
收纳盒 置物架 衣柜 鞋柜 书桌 电脑椅 人体工学椅 折叠椅 懒人沙发 台灯 落地灯 吸顶灯 水晶灯 灯带 开关插座 插线板 延长线
水龙头 花洒 马桶盖 角阀 地漏 膨胀螺丝 自攻螺丝 螺丝刀 电钻 角磨机 电焊机 扳手套装 卷尺 热熔胶 玻璃胶 防水涂料 乳胶漆
墙纸 瓷砖 美缝剂 防腐木 婴儿推车 安全座椅 婴儿床 奶瓶 奶粉 纸尿裤 拉拉裤 湿巾 辅食机 吸奶器 待产包 学步车 平衡车
滑板车 扭扭车 遛娃神器 积木 毛绒玩具 遥控车 奥数 绘本 练习册 书包 文具盒 钢笔 中性笔 笔记本 订书机 打印机 打印纸
标签纸 帐篷 睡袋 天幕 露营车 登山杖 钓鱼竿 鱼线轮 路亚 羽毛球拍 乒乓球拍 篮球 跳绳 哑铃 跑步机 动感单车 泳衣 泳镜
护目镜 骑行服 头盔 电动车 三轮车 蓄电池 轮胎 机油 脚垫 座套 方向盘套 玻璃水 雨刮器 补漆笔 猫粮 狗粮 猫砂 猫爬架
宠物窝 牵引绳 鱼缸 沉木 过滤器 多肉 绿萝 发财树 营养土 花盆 种子 复合肥 喷壶 割草机 柿饼 红枣 核桃 大米 面粉 挂面
食用油 酱油 火锅底料 茶叶 龙井 普洱 铁观音 金骏眉 碧螺春 白酒 红酒
"""


@cache
def trade_names() -> Collection[str]:
    """The names, each once."""
    lists = (FASHION, BEAUTY, DEVICES, HOME_AND_CHILD, FOOD_AND_HEALTH, GOODS)
    return dict.fromkeys(word for each in lists for word in each.split())
