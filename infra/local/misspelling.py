"""How well did-you-mean reads slips: labelled queries, right queries that must stay, and slips made of the shop's own words.

Everything goes the way of a search: the phrasebook proposes, the embedded engine is asked whether the shop holds it.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.adapters.memory.words import MemoryBlockedWords
from chalicelib.search import (
    Analyser,
    Document,
    Ladder,
    Lexicon,
    Phrasebook,
    learn,
    listing_of,
    understand,
)
from chalicelib.search.document import TITLE
from chalicelib.search.text import HAN, fold
from infra.local.made_slips import KINDS

_HAN_WORD = re.compile(rf"[{HAN}]{{3,}}")
LABELLED = "ecomqa_spell.tsv"
SAMPLE = 200
FREQUENT = 5
STRETCHES = 300
SEED = 4


@dataclass(frozen=True)
class Labelled:
    """Labelled queries: those to change and how many were, those to keep and which were changed wrongly."""

    to_change: int = 0
    fixed: Sequence[str] = ()
    read_so: Sequence[str] = ()
    otherwise: Sequence[str] = ()
    to_keep: int = 0
    changed: Sequence[str] = ()


@dataclass(frozen=True)
class Misspelling:
    """All figures of one run. ``kept``: right texts by what they are, how many, and those that were changed."""

    labelled: Labelled
    kept: Mapping[str, tuple[int, Sequence[str]]]
    slips: Mapping[str, "Repaired"] = field(default_factory=dict)
    milliseconds: Sequence[float] = ()


@dataclass(frozen=True)
class Repaired:
    """Of ``made`` slips of one kind: how many became the word again, and those that became another."""

    made: int
    fixed: int
    wrong: Sequence[str]
    left: Sequence[str]


class SpellingShop:
    """A shop of ``documents`` whose did-you-mean is asked."""

    def __init__(self, documents: Sequence[Document], analyser: Analyser) -> None:
        index = EmbeddedProductIndex("spelling")
        version = index.create(analyser.signature)
        index.load(version, documents)
        index.swap(version)
        self.lexicon = learn(map(listing_of, documents))
        self._analyser = analyser
        self._ladder = Ladder(index, analyser, Phrasebook(_Always(self.lexicon), MemoryBlockedWords(), analyser))
        self._now = datetime.now(UTC)
        self.milliseconds: list[float] = []

    def meant(self, query: str) -> str | None:
        """What the shop says ``query`` was meant to be."""
        began = time.process_time()
        found = self._ladder.correction(understand(query, self._analyser), self._now)
        self.milliseconds.append((time.process_time() - began) * 1000)
        return found.text if found else None


class _Always:
    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def current(self, now: datetime) -> Lexicon:
        return self._lexicon

    def unwanted(self, now: datetime) -> Sequence[str]:
        return ()


def labelled(shop: SpellingShop, cases: Iterable[tuple[str, str]]) -> Labelled:
    """The figures for ``cases``: what was typed, and what is right."""
    fixed, read_so, otherwise, changed = [], [], [], []
    to_change = to_keep = 0
    for typed, right in cases:
        meant = shop.meant(typed)
        if typed == right:
            to_keep += 1
            changed += [f"{typed} -> {meant}"] if meant else []
        else:
            to_change += 1
            if meant == fold(right):
                fixed.append(f"{typed} -> {meant}")
            elif meant:
                otherwise.append(f"{typed} -> {meant}")
            elif fold(typed) == fold(right):
                read_so.append(typed)
    return Labelled(to_change, fixed, read_so, otherwise, to_keep, changed)


def kept(shop: SpellingShop, texts: Iterable[str]) -> tuple[int, Sequence[str]]:
    """How many of ``texts``, all taken to be right, and those that were changed."""
    found = [(text, shop.meant(text)) for text in texts]
    return len(found), [f"{text} -> {meant}" for text, meant in found if meant]


def sampled(documents: Iterable[Document], size: int, chance: random.Random) -> list[str]:
    """Han words of three characters or more that several titles say."""
    said = Counter(word for each in documents for word in set(each.views[TITLE]) if _HAN_WORD.fullmatch(word))
    words = sorted(word for word, count in said.items() if count >= FREQUENT)
    return chance.sample(words, min(size, len(words)))


def repaired(shop: SpellingShop, words: Sequence[str], chance: random.Random) -> dict[str, Repaired]:
    """Each kind of slip made in each of ``words`` that has a place for it; what is a word of the shop itself is no slip."""
    found = {}
    for name, slip in KINDS.items():
        made = [(word, wrong) for word in words if (wrong := slip(word, chance)) and wrong not in shop.lexicon.words]
        read = [(word, wrong, shop.meant(wrong)) for word, wrong in made]
        found[name] = Repaired(
            len(made),
            sum(meant == word for word, _, meant in read),
            [f"{wrong} -> {meant}, not {word}" for word, wrong, meant in read if meant and meant != word],
            [f"{wrong}, not {word}" for word, wrong, meant in read if not meant],
        )
    return found


def stretches(documents: Sequence[Document], count: int, chance: random.Random) -> list[str]:
    """Two to five neighbouring words of titles."""
    found = []
    for each in chance.sample(documents, min(count, len(documents))):
        words = each.views[TITLE]
        at, width = chance.randrange(max(1, len(words) - 1)), chance.randint(2, 5)
        found.append(
            " ".join(words[at : at + width])
            if any(word.isascii() for word in words[at : at + width])
            else "".join(words[at : at + width])
        )
    return found


def judged(documents: Sequence[Document], analyser: Analyser, folder: Path, queries: Iterable[str]) -> Misspelling:
    """All figures of did-you-mean in a shop of ``documents``: the labelled queries of ``folder``, right ``queries``, pieces of
    titles, and slips made in the titles' own words."""
    shop, chance = SpellingShop(documents, analyser), random.Random(SEED)
    words = sampled(documents, SAMPLE, chance)
    right = {
        "judged queries": kept(shop, queries),
        "pieces of titles": kept(shop, stretches(documents, STRETCHES, chance)),
        "words of titles": kept(shop, words),
    }
    shop.milliseconds.clear()
    found = labelled(shop, read_cases(folder / LABELLED))
    once = sorted(shop.milliseconds)
    return Misspelling(found, right, repaired(shop, words, chance), once)


def read_cases(path: Path) -> Iterable[tuple[str, str]]:
    """Rows of what was typed and what is right."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [(row[0], row[1]) for row in rows if len(row) == 2]


def say(found: Misspelling, console: Console) -> None:
    """Print the figures, and every query that was changed though it should not."""
    cases = found.labelled
    console.print(
        f"did you mean: of {cases.to_change} labelled queries to change {len(cases.fixed)} are fixed, "
        f"{len(cases.otherwise)} changed to something else, {len(cases.read_so)} are searched as meant "
        f"(Traditional characters); of {cases.to_keep} to keep {len(cases.changed)} are changed"
    )
    for line in (*cases.fixed, *cases.otherwise, *cases.changed):
        console.print(f"  {line}")
    for name, (count, changed) in found.kept.items():
        console.print(f"right {name}: {len(changed)} of {count} changed{': ' if changed else ''}{'; '.join(changed)}")
    table = Table("one slip in a word of 3 or more characters", "made", "repaired", "became another word")
    for name, each in found.slips.items():
        table.add_row(name, str(each.made), str(each.fixed), str(len(each.wrong)))
    console.print(table)
    middle, last = found.milliseconds[len(found.milliseconds) // 2], found.milliseconds[-1]
    console.print(
        f"a labelled query takes {middle:.1f} ms in the middle, {last:.1f} ms at most, the engine asked included"
    )
