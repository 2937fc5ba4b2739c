// Segment's own Node SDK against this shop: `node segment.cjs SCENARIO`, with the shop in SHOP (JSON {base, write}).
// Prints one JSON document: what the SDK met with. pytest judges what arrived.
"use strict";

const { Analytics } = require("@segment/analytics-node");

const shop = JSON.parse(process.env.SHOP);

function client(met, options = {}) {
  const analytics = new Analytics({ writeKey: shop.write, host: shop.base, flushInterval: 50, ...options });
  analytics.on("error", (error) => met.errors.push(String(error.code ?? error)));
  analytics.on("http_request", (request) => met.requests.push(Object.keys(request.headers ?? {})));
  return analytics;
}

function aheadBy(milliseconds) {
  const Real = Date;
  global.Date = class extends Real {
    constructor(...given) {
      if (given.length) super(...given);
      else super(Real.now() + milliseconds);
    }
    static now() {
      return Real.now() + milliseconds;
    }
  };
}

const userId = "林小溪";
const scenarios = {
  async everything(met) {
    const analytics = client(met);
    analytics.identify({ userId, traits: { 昵称: "小溪", 城市: "杭州", phone: "13800138000" } });
    analytics.track({
      userId,
      event: "Product Added",
      properties: { 商品编号: "d00", 品牌: "拾光里", 价格: "¥1,299.00", 数量: 1, 备注: "送人😀" },
    });
    analytics.track({ userId, event: "直播观看", properties: { 房间: 7 } });
    analytics.page({ anonymousId: "匿名-1", name: "首页", properties: { path: "/", title: "拾光里" } });
    analytics.screen({ anonymousId: "匿名-1", name: "Home" });
    analytics.alias({ userId, previousId: "匿名-1" });
    analytics.group({ userId, groupId: 42, traits: { name: "露营俱乐部" } });
    for (let number = 0; number < 40; number++) {
      analytics.track({ userId: "many", event: "Product Viewed", properties: { product_id: `p${number}` } });
    }
    analytics.track({ userId, event: "Order Completed", properties: { order_id: "D1", revenue: "很多" } });
    await analytics.closeAndFlush();
  },

  async again(met) {
    const analytics = client(met, { maxRetries: 5 });
    analytics.track({ userId: "retried", event: "Product Viewed", properties: { product_id: "d00" } });
    await analytics.closeAndFlush();
  },

  async ahead(met) {
    aheadBy(2 * 3600 * 1000);
    const analytics = client(met);
    analytics.track({ userId: "ahead", event: "Product Viewed", properties: { product_id: "d00" } });
    await analytics.closeAndFlush();
  },
};

const met = { errors: [], requests: [] };
scenarios[process.argv[2]](met)
  .then(() => process.stdout.write(JSON.stringify(met), () => process.exit(0)))
  .catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  });
