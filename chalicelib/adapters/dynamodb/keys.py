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
                                                          (or, in an id that was merged, a barred place; expires by ``ttl``)
               S#<shopper>     L#<coupon>                 how many of one template the shopper was given
               S#<shopper>     D#<day>#<coupon>           how many of it on one day of the shop, expires by ``ttl``
               S#<shopper>     H#<issue>                  that a coupon is reserved (lists: HELD#<shard> / <instant>#<issue>)
               S#<shopper>     R#<issue>                  that a coupon's shopper is reminded of its end
                                                          (lists: REMIND#<shard> / <instant>#<issue>)
               S#<shopper>     M#<kind>#<place>           a mark (device, ...) seen with the shopper, expires by ``ttl``
               S#<shopper>     V#<rule>#<window>          claims of the shopper in a window of time, expires by ``ttl``
               S#<shopper>     Y#<coupon>                 how many of one template were claimed with the shopper as referrer
               S#<shopper>     Z#<referrer>               that somebody referred the shopper
               S#<shopper>     X#<occurrence>#<send>      a send: decision, reason, outbox state
               ROUND           <round>                    how far a round of the tags over all shoppers is, expires by ``ttl``
               I#<name>        S#<shopper>                that a keyed hash of an e-mail or phone leads to a shopper
    marketing  CAMPAIGN        <campaign>                 a campaign (lists: LAUNCH / <instant>#<campaign>)
               RUN#<campaign>  <occurrence>#<run>         one occurrence of a campaign
               PAGES#<run>     <shard>#<cursor>           what became of one page of its audience
               COUPON          <coupon>                   a coupon template
               AUTOMATIC       <coupon>                   the same, while it counts without a coupon
               HISTORY#<coupon>  <version>                what was done to it: who, when, what, why
               ALERT#<coupon>  <alert>                    that its stock or a budget ran low, or out
               WATCH           COUPON                     where the watch over stocks and budgets goes on
               STOCK#<coupon>#<shard>  N                  what is left of it in one shard
               STOCK#<coupon>#<shard>  L#<lease>          a block leased from it (lists: LEASED#<shard> / <instant>#<lease>)
               BUDGET#<coupon> <day or all>               money held and taken by its coupons
               ORDER#<order>   O                          the offers that an order reserved together, expires by ``ttl``
               PUBLIC#<code>   C                          which coupon a public code gives
               CODES#<coupon>#<batch>  B                  a batch of codes made ahead (lists: BATCHES#<coupon> / <batch>)
               CODES#<coupon>#<batch>  P#<page>           the codes of one of its pages
               VOUCHER#<code>  V                          a code made ahead, and whose it is
               GUESS#<who>     <hour>                     wrong codes somebody sent in an hour, expires by ``ttl``
               MARK#<kind>#<mark>  C#<coupon>             coupons of one template tied to a mark
               MARK#<kind>#<mark>  V#<rule>#<window>      claims with a mark in a window of time, expires by ``ttl``
               GUARDS          G                          the rules at the door
               HITS#<day>      <time>#<hit>               what a rule refused, or would have, expires by ``ttl``
               TALLY#<coupon>  D#<day>#<source>#<shard>   what became of its coupons of one source on a day of the shop
                                                          (lists: USED#<source> / <coupon>#<day>#<shard>)
               TALLY#<coupon>  X#<day>#<shard>            how many of its coupons are unused whose last day that is
               FOLDED          COUPON                     where the fold of counts into days goes on
               BOOKS#<coupon>  <check>                    how far a check of its balances is, expires by ``ttl``
               BOOKS#<coupon>#<check>  <mark>#<issue>     what a mark counts, or a coupon adds to it, expires by ``ttl``
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
               SEGMENT         <segment>                  a segment's rule
               INDEX           <name>                     what connectors said of an index; temporary ones expire by ``ttl``
               STAGE#<stage>   <product>                  a product set aside for an overhaul, expires by ``ttl``
               IDEM#<key>      I                          a remembered answer, expires by ``ttl``
               NAMES#<day>     <shard>                    how often each kind of event came that day, expires by ``ttl``
               FAIL#<failure>  F                          something that failed, expires by ``ttl``
                                                          (lists: FAILURES / <time>#<failure>)

A profile is read with one query: every item it needs begins with ``P``. The one index, ``lists`` (keys only), is
sparse and shared: an item that must be found by something else than its shopper or kind carries ``lpk`` and ``lsk``.
"""

from chalicelib.adapters.dynamodb.attributes import *  # noqa: F403
from chalicelib.adapters.dynamodb.coupon_keys import *  # noqa: F403
from chalicelib.adapters.dynamodb.marketing_keys import *  # noqa: F403
from chalicelib.adapters.dynamodb.search_keys import *  # noqa: F403
from chalicelib.adapters.dynamodb.shopper_keys import *  # noqa: F403
