"""Two rankings on one page: team-draft interleaving (Radlinski, Kurup and Joachims 2008), and whose hits were clicked."""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

A, B = "A", "B"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Pages won by each team (more of its hits clicked), drawn pages, and the chance of so uneven a result, or a more
    uneven one, if shoppers did not care (two-sided sign test over the pages won)."""

    a: int
    b: int
    drawn: int
    p_value: float


def drafted(one: Sequence[str], other: Sequence[str], seed: str) -> tuple[list[str], dict[str, str]]:
    """The ids of both orders as one, and the team of each: in every round both teams name their best id that is left,
    in the order of a coin. The coin is made of ``seed``, so that the same seed always gives the same page."""
    order: list[str] = []
    teams: dict[str, str] = {}
    sources = {A: iter(one), B: iter(other)}
    turn = 0
    while True:
        picks = 0
        for team in (A, B) if _coin(seed, turn) else (B, A):
            pick = next((each for each in sources[team] if each not in teams), None)
            if pick is not None:
                order.append(pick)
                teams[pick] = team
                picks += 1
        if not picks:
            return order, teams
        turn += 1


def credit(teams: Mapping[str, str], clicked: Iterable[str]) -> dict[str, int]:
    """How many distinct hits of each team were clicked on one page."""
    counts = {A: 0, B: 0}
    for object_id in dict.fromkeys(clicked):
        if object_id in teams:
            counts[teams[object_id]] += 1
    return counts


def judged(pages: Iterable[tuple[Mapping[str, str], Iterable[str]]]) -> Verdict:
    """The verdict over pages, each the teams of its hits and the ids clicked on it. Pages without a click are drawn."""
    wins = {A: 0, B: 0}
    drawn = 0
    for teams, clicked in pages:
        counts = credit(teams, clicked)
        if counts[A] == counts[B]:
            drawn += 1
        else:
            wins[A if counts[A] > counts[B] else B] += 1
    return Verdict(wins[A], wins[B], drawn, sign_test(wins[A], wins[B]))


def win_interval(wins: int, played: int) -> tuple[float, float] | None:
    """The 95% interval of the share of wins (Wilson 1927: sound for few games and for shares near 0 and 1)."""
    if not played:
        return None
    share, z = wins / played, 1.96
    middle = (share + z * z / (2 * played)) / (1 + z * z / played)
    reach = z * math.sqrt(share * (1 - share) / played + z * z / (4 * played * played)) / (1 + z * z / played)
    return round(max(0.0, middle - reach), 4), round(min(1.0, middle + reach), 4)


def _coin(seed: str, turn: int) -> bool:
    return bool(hashlib.sha256(f"{seed}\x1f{turn}".encode()).digest()[0] & 1)


def sign_test(wins: int, losses: int) -> float:
    """The chance of so uneven a result, or a more uneven one, of fair coins; 1 when none was thrown."""
    played = wins + losses
    tail = sum(math.comb(played, each) for each in range(min(wins, losses) + 1))
    return min(1.0, float(2 * tail / 2**played))
