"""Every key and attribute name of the four tables. Drawn with units in ``docs/access-patterns.md``; change both together.

    table      pk              sk                         item
    catalog    P#<product>     P                          a product with its SKUs, or its tombstone (no ``b``)
               R#<rebuild>     R                          how far a rebuild of the index is
               OVERHAUL        O#<overhaul>               how far an overhaul of the catalogue is
    events     S#<shopper>     E#<month>#<message>        an event, expires by ``ttl``
               S#<shopper>     U#<message>                the time by which an event is found that may come with another
               UBI#<place>     <query>#Q                  a search as it was logged, under its UTC hour and shard
               UBI#<place>     <query>#A#<action>         what was done with a product it showed
    shoppers   S#<shopper>     P                          hot profile (lists: DUE#<shard> / <instant>#<shopper>)
                                                          (or, after a merge, the alias that leads to the survivor)
               S#<shopper>     P#C                        consents and the personalisation switch
               S#<shopper>     P#F                        frequency-cap ring
               S#<shopper>     P#R                        events counted ahead of their stream, expires by ``ttl``
               S#<shopper>     O#<generation>#<order>     what was said of an order
               S#<shopper>     P#G#<tag>                  a tag (lists: TAG#<tag>#<shard> / <shopper>)
               S#<shopper>     P#T                        traits
               S#<shopper>     N                          the shopper's name in the search log, drawn at random
               S#<shopper>     C#<time>#<version>         evidence of a consent given or withdrawn, or of the switch turned
               S#<shopper>     A#M#<time>#<other>         another id that was merged into this one
               S#<shopper>     A#R#<time>#<other>         another id that was not, and why, expires by ``ttl``
               S#<shopper>     K#<issue>                  a coupon owned (lists: CODE#<code> / <shopper>)
               S#<shopper>     L#<coupon>                 how many of one template the shopper was given
               S#<shopper>     D#<day>#<coupon>           how many of it on one day of the shop, expires by ``ttl``
               S#<shopper>     H#<issue>                  that a coupon is reserved (lists: HELD#<shard> / <instant>#<issue>)
               S#<shopper>     X#<occurrence>#<send>      a send: decision, reason, outbox state
               ROUND           <round>                    how far a round of the tags over all shoppers is, expires by ``ttl``
               I#<name>        S#<shopper>                that a keyed hash of an e-mail or phone leads to a shopper
    marketing  CAMPAIGN        <campaign>                 a campaign (lists: LAUNCH / <instant>#<campaign>)
               RUN#<campaign>  <occurrence>#<run>         one occurrence of a campaign
               PAGES#<run>     <shard>#<cursor>           what became of one page of its audience
               COUPON          <coupon>                   a coupon template
               STOCK#<coupon>#<shard>  N                  what is left of it in one shard
               STOCK#<coupon>#<shard>  L#<lease>          a block leased from it (lists: LEASED#<shard> / <instant>#<lease>)
               BUDGET#<coupon> <day or all>               money held and taken by its coupons
               PUBLIC#<code>   C                          which coupon a public code gives
               CODES#<coupon>#<batch>  B                  a batch of codes made ahead
               CODES#<coupon>#<batch>  P#<page>           the codes of one of its pages
               VOUCHER#<code>  V                          a code made ahead, and whose it is
               GUESS#<who>     <hour>                     wrong codes somebody sent in an hour, expires by ``ttl``
               USED#<source>   <shard>                    coupons of one source redeemed, counted per shard
               LINES#<span>    <chunk>                    what queries came to in an hour or on a day, expires by ``ttl``
               CONTESTS#<span> C                          how interleaved orders did in an hour or on a day, expires by ``ttl``
               COUNTED         through                    up to when the search log was counted
               POPULAR#<query> P                          the products shoppers chose for it, expires by ``ttl``
               LEXICON         H                          which version of the shop's words is read now
               WORDS#<version> <chunk>                    the words, packed
               BLOCKED         W                          words that no suggestion may hold
               KEYS            <hash of the key>          an API key
               WEBHOOK         <source>                   a platform that sends webhooks, its secrets sealed
               HOOK#<delivery>  D                         a delivery that was dealt with, expires by ``ttl``
               PLACED#<order>  O                          who placed an order that a platform told of, expires by ``ttl``
               PLACED#<order>  W#<delivery>               what waits for that order, sealed, expires by ``ttl``
               SHELVED#<product>  T                       when a platform last spoke of a product, expires by ``ttl``
               SEALING         <number>                   a data key of personal data, wrapped
               RULE            <rule>                     a merchandising rule
               TAGDEF          <tag>                      a tag's definition
               INDEX           <name>                     what connectors said of an index; temporary ones expire by ``ttl``
               STAGE#<stage>   <product>                  a product set aside for an overhaul, expires by ``ttl``
               IDEM#<key>      I                          a remembered answer, expires by ``ttl``
               NAMES#<day>     <shard>                    how often each kind of event came that day, expires by ``ttl``
               FAIL#<failure>  F                          something that failed, expires by ``ttl``
                                                          (lists: FAILURES / <time>#<failure>)

A profile is read with one query: every item it needs begins with ``P``. The one index, ``lists`` (keys only), is
sparse and shared: an item that must be found by something else than its shopper or kind carries ``lpk`` and ``lsk``.
"""

from datetime import UTC, datetime
from typing import Final

PK: Final = "pk"
SK: Final = "sk"
LIST_PK: Final = "lpk"
LIST_SK: Final = "lsk"
TTL: Final = "ttl"
BODY: Final = "b"
MOVED_TO: Final = "al"
LISTS_INDEX: Final = "lists"

HOT_PROFILE: Final = "P"
CONSENTS: Final = "P#C"
LOG_NAME: Final = "N"
CAP_RING: Final = "P#F"
TAG_PREFIX: Final = "P#G#"
TRAITS: Final = "P#T"
COUNTED_AHEAD: Final = "P#R"
ORDER_PREFIX: Final = "O#"
MERGE_PREFIX: Final = "A#M#"
REFUSAL_PREFIX: Final = "A#R#"
PROFILE_PREFIX: Final = "P"
CONSENT_EVIDENCE_PREFIX: Final = "C#"
COUPON_PREFIX: Final = "K#"
COUPON_COUNT_PREFIX: Final = "L#"
COUPON_DAY_PREFIX: Final = "D#"
HOLD_PREFIX: Final = "H#"
LEASE_PREFIX: Final = "L#"
STOCK: Final = "N"
WHOLE_BUDGET: Final = "all"
SEND_PREFIX: Final = "X#"
EVENT_PREFIX: Final = "E#"
PRODUCT: Final = "P"
PRODUCT_PREFIX: Final = "P#"
REBUILD_PREFIX: Final = "R#"
CAMPAIGNS: Final = "CAMPAIGN"
COUPONS: Final = "COUPON"
RULES: Final = "RULE"
TAG_DEFINITIONS: Final = "TAGDEF"
TAG_ROUNDS: Final = "ROUND"
INDEXES: Final = "INDEX"
OVERHAULS: Final = "OVERHAUL"
OVERHAUL_PREFIX: Final = "O#"
API_KEYS: Final = "KEYS"
WEBHOOK_SOURCES: Final = "WEBHOOK"
WAITING_PREFIX: Final = "W#"
FAILURES: Final = "FAILURES"
DATA_KEYS: Final = "SEALING"
LAUNCHES: Final = "LAUNCH"
LEXICON_HEAD: Final = {PK: "LEXICON", SK: "H"}
BLOCKED_WORDS: Final = {PK: "BLOCKED", SK: "W"}
COUNTED_THROUGH: Final = {PK: "COUNTED", SK: "through"}


def lexicon_partition(version: str) -> str:
    return f"WORDS#{version}"


def lexicon_chunk_key(version: str, number: int) -> dict[str, str]:
    return {PK: lexicon_partition(version), SK: f"{number:03d}"}


def product_key(product_id: str) -> dict[str, str]:
    return {PK: f"{PRODUCT_PREFIX}{product_id}", SK: PRODUCT}


def rebuild_key(rebuild_id: str) -> dict[str, str]:
    return {PK: f"{REBUILD_PREFIX}{rebuild_id}", SK: "R"}


def overhaul_key(overhaul_id: int) -> dict[str, str]:
    return {PK: OVERHAULS, SK: f"{OVERHAUL_PREFIX}{overhaul_id:015d}"}


def shopper_partition(shopper_id: str) -> str:
    return f"S#{shopper_id}"


def shopper_key(shopper_id: str, sk: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: sk}


def events_prefix(span: str) -> str:
    return f"{EVENT_PREFIX}{span}#"


def event_key(shopper_id: str, span: str, message_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: events_prefix(span) + message_id}


def event_time_key(shopper_id: str, message_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"U#{message_id}"}


def search_hour(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H}"


def search_place(hour: str, shard: int) -> str:
    return f"UBI#{hour}#{shard}"


def search_key(place: str, query_id: str) -> dict[str, str]:
    return {PK: place, SK: f"{query_id}#Q"}


def search_action_key(place: str, query_id: str, action_id: str) -> dict[str, str]:
    return {PK: place, SK: f"{query_id}#A#{action_id}"}


def consent_evidence_key(shopper_id: str, at: str, version: int) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{CONSENT_EVIDENCE_PREFIX}{at}#{version:06d}"}


def orders_prefix(generation: str) -> str:
    return f"{ORDER_PREFIX}{generation}#"


def name_partition(name: str) -> str:
    return f"I#{name}"


def name_key(name: str, shopper_id: str) -> dict[str, str]:
    return {PK: name_partition(name), SK: shopper_partition(shopper_id)}


def order_key(shopper_id: str, generation: str, order_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: orders_prefix(generation) + order_id}


def generation_in(sort_key: str) -> str:
    """The generation in the sort key of an order."""
    return sort_key.removeprefix(ORDER_PREFIX).partition("#")[0]


def merge_key(shopper_id: str, at: str, other: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{MERGE_PREFIX}{at}#{other}"}


def refusal_key(shopper_id: str, at: str, other: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{REFUSAL_PREFIX}{at}#{other}"}


def tag_key(shopper_id: str, tag_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{TAG_PREFIX}{tag_id}"}


def send_key(shopper_id: str, occurrence: str, send_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{SEND_PREFIX}{occurrence}#{send_id}"}


def owned_coupon_key(shopper_id: str, issue_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{COUPON_PREFIX}{issue_id}"}


def coupon_count_key(shopper_id: str, coupon_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{COUPON_COUNT_PREFIX}{coupon_id}"}


def campaign_key(campaign_id: str) -> dict[str, str]:
    return {PK: CAMPAIGNS, SK: campaign_id}


def run_partition(campaign_id: str) -> str:
    return f"RUN#{campaign_id}"


def run_key(campaign_id: str, occurrence: str, run_id: str) -> dict[str, str]:
    return {PK: run_partition(campaign_id), SK: f"{occurrence}#{run_id}"}


def page_partition(run_id: str) -> str:
    return f"PAGES#{run_id}"


def page_key(run_id: str, shard: int, cursor: str) -> dict[str, str]:
    return {PK: page_partition(run_id), SK: f"{shard:03d}#{cursor}"}


def coupon_key(coupon_id: str) -> dict[str, str]:
    return {PK: COUPONS, SK: coupon_id}


def tag_definition_key(tag_id: str) -> dict[str, str]:
    return {PK: TAG_DEFINITIONS, SK: tag_id}


def tag_round_key(round_id: str) -> dict[str, str]:
    return {PK: TAG_ROUNDS, SK: round_id}


def rule_key(rule_id: str) -> dict[str, str]:
    return {PK: RULES, SK: rule_id}


def index_key(name: str) -> dict[str, str]:
    return {PK: INDEXES, SK: name}


def stage_partition(stage: str) -> str:
    return f"STAGE#{stage}"


def staged_key(stage: str, product_id: str) -> dict[str, str]:
    return {PK: stage_partition(stage), SK: product_id}


def coupon_day_key(shopper_id: str, coupon_id: str, day: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{COUPON_DAY_PREFIX}{day}#{coupon_id}"}


def hold_key(shopper_id: str, issue_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{HOLD_PREFIX}{issue_id}"}


def held_list(shard: int) -> str:
    return f"HELD#{shard}"


def stock_partition(coupon_id: str, shard: int) -> str:
    return f"STOCK#{coupon_id}#{shard:03d}"


def stock_key(coupon_id: str, shard: int) -> dict[str, str]:
    return {PK: stock_partition(coupon_id, shard), SK: STOCK}


def lease_key(coupon_id: str, shard: int, lease_id: str) -> dict[str, str]:
    return {PK: stock_partition(coupon_id, shard), SK: f"{LEASE_PREFIX}{lease_id}"}


def leased_list(shard: int) -> str:
    return f"LEASED#{shard}"


def budget_key(coupon_id: str, span: str) -> dict[str, str]:
    return {PK: f"BUDGET#{coupon_id}", SK: span}


def public_code_key(code: str) -> dict[str, str]:
    return {PK: f"PUBLIC#{code}", SK: "C"}


def code_batch_key(coupon_id: str, batch_id: str) -> dict[str, str]:
    return {PK: f"CODES#{coupon_id}#{batch_id}", SK: "B"}


def code_page_key(coupon_id: str, batch_id: str, number: int) -> dict[str, str]:
    return {PK: f"CODES#{coupon_id}#{batch_id}", SK: f"P#{number:06d}"}


def voucher_key(code: str) -> dict[str, str]:
    return {PK: f"VOUCHER#{code}", SK: "V"}


def guess_key(who: str, hour: str) -> dict[str, str]:
    return {PK: f"GUESS#{who}", SK: hour}


def used_partition(source: str) -> str:
    return f"USED#{source}"


def used_key(source: str, shard: int) -> dict[str, str]:
    return {PK: used_partition(source), SK: f"{shard:03d}"}


def lines_partition(span: str) -> str:
    return f"LINES#{span}"


def lines_key(span: str, chunk: int) -> dict[str, str]:
    return {PK: lines_partition(span), SK: f"{chunk:03d}"}


def contests_key(span: str) -> dict[str, str]:
    return {PK: f"CONTESTS#{span}", SK: "C"}


def popularity_key(query: str) -> dict[str, str]:
    return {PK: f"POPULAR#{query}", SK: "P"}


def api_key_key(key_hash: str) -> dict[str, str]:
    return {PK: API_KEYS, SK: key_hash}


def data_key_key(number: int) -> dict[str, str]:
    return {PK: DATA_KEYS, SK: f"{number:06d}"}


def webhook_source_key(source_id: str) -> dict[str, str]:
    return {PK: WEBHOOK_SOURCES, SK: source_id}


def delivery_key(source_id: str, key: str) -> dict[str, str]:
    return {PK: f"HOOK#{source_id}#{key}", SK: "D"}


def placed_partition(source_id: str, order_id: str) -> str:
    return f"PLACED#{source_id}#{order_id}"


def placed_key(source_id: str, order_id: str) -> dict[str, str]:
    return {PK: placed_partition(source_id, order_id), SK: "O"}


def waiting_key(source_id: str, order_id: str, key: str) -> dict[str, str]:
    return {PK: placed_partition(source_id, order_id), SK: f"{WAITING_PREFIX}{key}"}


def shelved_key(source_id: str, product_id: str) -> dict[str, str]:
    return {PK: f"SHELVED#{source_id}#{product_id}", SK: "T"}


def idempotency_key(key: str) -> dict[str, str]:
    return {PK: f"IDEM#{key}", SK: "I"}


def tally_partition(day: str) -> str:
    return f"NAMES#{day}"


def tally_key(day: str, shard: int) -> dict[str, str]:
    return {PK: tally_partition(day), SK: f"{shard:03d}"}


def failure_key(failure_id: str) -> dict[str, str]:
    return {PK: f"FAIL#{failure_id}", SK: "F"}


def failure_place(at: str, failure_id: str) -> dict[str, str]:
    return {LIST_PK: FAILURES, LIST_SK: f"{at}#{failure_id}"}


def due_list(shard: int) -> str:
    return f"DUE#{shard}"


def due_place(instant: str, shopper_id: str) -> str:
    return f"{instant}#{shopper_id}"


def due_through(instant: str) -> str:
    """Behind every place of ``instant`` and before every later one (``$`` follows ``#``)."""
    return f"{instant}$"


def tag_list(tag: str, shard: int) -> str:
    return f"TAG#{tag}#{shard}"


def code_list(code: str) -> str:
    return f"CODE#{code}"
