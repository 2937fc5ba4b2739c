"""Who won when two orders shared a page: the teams of an interleaving in the log, credited with clicks and purchases.

A contest is what one shopper made of one query within a span, over all its pages: the coin is the same each time they come
back, so their pages are no independent games. Counted anew from records, as lines are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.search.interleaving import A, B, credit, sign_test, win_interval
from chalicelib.search.log.counting import collapsed
from chalicelib.search.log.trail import Action, Interaction, LoggedSearch

ATTRIBUTE = "interleaving"
_NO_TEAM = "-"
_BOUGHT = frozenset({Action.ADDED, Action.CONVERTED})


@dataclass(frozen=True, slots=True)
class Score:
    """Contests won by each team, and those where both were credited alike; ``credit_*`` are the products acted on."""

    a: int = 0
    b: int = 0
    ties: int = 0
    credit_a: int = 0
    credit_b: int = 0

    def plus(self, other: "Score") -> "Score":
        """Both together."""
        return Score(
            self.a + other.a,
            self.b + other.b,
            self.ties + other.ties,
            self.credit_a + other.credit_a,
            self.credit_b + other.credit_b,
        )


@dataclass(frozen=True, slots=True)
class ContestLine:
    """One experiment over a span. ``contests`` counts those without any action too; ``purchases`` are products put into the
    cart or bought."""

    experiment: str
    contests: int = 0
    clicks: Score = Score()
    purchases: Score = Score()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a score says. ``losses`` and ``wins`` are team B's, the change; ``win_share`` is that of the decided contests with
    its 95% interval (Wilson), None while nothing is decided; ``p_value`` is the two-sided sign test's."""

    wins: int
    losses: int
    ties: int
    credit_a: int
    credit_b: int
    win_share: float | None
    interval: tuple[float, float] | None
    p_value: float


@dataclass(frozen=True, slots=True)
class ReportedContest:
    """One line of the report: team B is the experiment, team A what a search answers without it."""

    experiment: str
    contests: int
    clicks: Standing
    purchases: Standing


def noted(variant: str, teams: Mapping[str, str], shown: Sequence[str]) -> Mapping[str, Any]:
    """The attributes of a logged search that says which team each of ``shown`` stood for, a letter each."""
    letters = "".join(teams.get(object_id, _NO_TEAM) for object_id in shown)
    return {ATTRIBUTE: {"variant": variant, "teams": letters}}


def contested(searches: Iterable[LoggedSearch], interactions: Iterable[Interaction]) -> list[ContestLine]:
    """The lines of one span, by experiment."""
    actions: dict[str, list[Interaction]] = defaultdict(list)
    for each in interactions:
        actions[each.query_id].append(each)
    games: dict[tuple[str, str, str], list[LoggedSearch]] = defaultdict(list)
    for search in collapsed(searches, frozenset(actions)):
        if note := _note(search):
            # Nobody in particular is another shopper each time.
            games[note["variant"], search.client or search.query_id, search.query].append(search)
    lines: dict[str, ContestLine] = {}
    for (experiment, _, _), pages in sorted(games.items()):
        line = lines.get(experiment, ContestLine(experiment))
        lines[experiment] = _plus(line, _played(experiment, pages, actions))
    return list(lines.values())


def together(spans: Iterable[Iterable[ContestLine]]) -> list[ContestLine]:
    """The lines of several spans as those of one."""
    lines: dict[str, ContestLine] = {}
    for span in spans:
        for each in span:
            lines[each.experiment] = _plus(lines[each.experiment], each) if each.experiment in lines else each
    return sorted(lines.values(), key=lambda line: line.experiment)


def reported(lines: Iterable[ContestLine]) -> list[ReportedContest]:
    """The lines with what they say."""
    return [
        ReportedContest(each.experiment, each.contests, _standing(each.clicks), _standing(each.purchases))
        for each in lines
    ]


def _note(search: LoggedSearch) -> Mapping[str, Any] | None:
    note = search.attributes.get(ATTRIBUTE)
    return note if isinstance(note, Mapping) and isinstance(note.get("teams"), str) else None


def _played(
    experiment: str, pages: Sequence[LoggedSearch], actions: Mapping[str, Sequence[Interaction]]
) -> ContestLine:
    teams: dict[str, str] = {}
    done: list[Interaction] = []
    for page in pages:
        note = _note(page) or {}
        drafted = dict(zip(page.shown, note.get("teams", ""), strict=False))
        teams = {**drafted, **teams}
        done += [each for each in actions.get(page.query_id, ()) if each.object_id in drafted]
    return ContestLine(
        experiment,
        1,
        _scored(teams, [each.object_id for each in done if each.action is Action.CLICKED]),
        _scored(teams, [each.object_id for each in done if each.action in _BOUGHT]),
    )


def _scored(teams: Mapping[str, str], acted_on: Sequence[str]) -> Score:
    credits = credit({each: team for each, team in teams.items() if team in (A, B)}, acted_on)
    a, b = credits[A], credits[B]
    return Score(int(a > b), int(b > a), int(a == b > 0), a, b)


def _plus(one: ContestLine, other: ContestLine) -> ContestLine:
    return replace(
        one,
        contests=one.contests + other.contests,
        clicks=one.clicks.plus(other.clicks),
        purchases=one.purchases.plus(other.purchases),
    )


def _standing(score: Score) -> Standing:
    decided = score.a + score.b
    return Standing(
        wins=score.b,
        losses=score.a,
        ties=score.ties,
        credit_a=score.credit_a,
        credit_b=score.credit_b,
        win_share=round(score.b / decided, 4) if decided else None,
        interval=win_interval(score.b, decided),
        p_value=round(sign_test(score.b, score.a), 6),
    )
