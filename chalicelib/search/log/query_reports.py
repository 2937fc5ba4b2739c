"""What the search log says to whoever cares for the shop's search."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.search.log.counting import QueryLine

MIN_SEARCHES = 5
"""A click-through rate of fewer searches says nothing."""
LOW_CLICK_THROUGH = 0.1


@dataclass(frozen=True, slots=True)
class ReportedQuery:
    """One line of a report. ``shoppers`` is exact below 64 and an estimate beyond. ``click_through`` is the share of the
    searches that found something which were clicked; ``average_position`` of the clicks counts from 1."""

    query: str
    searches: int
    shoppers: int
    without_results: int
    clicks: int
    conversions: int
    click_through: float
    average_position: float | None


def top(lines: Iterable[QueryLine]) -> list[ReportedQuery]:
    """The most searched first."""
    ranked = sorted(lines, key=lambda line: (-line.searches, line.query))
    return [_reported(line) for line in ranked if line.searches]


def without_results(lines: Iterable[QueryLine]) -> list[ReportedQuery]:
    """Those that found nothing, the most frequent first."""
    ranked = sorted(lines, key=lambda line: (-line.empty, line.query))
    return [_reported(line) for line in ranked if line.empty]


def low_click(lines: Iterable[QueryLine]) -> list[ReportedQuery]:
    """Those that find something nobody wants: the most searches without a click first."""
    asked: Sequence[QueryLine] = [line for line in lines if line.searches - line.empty >= MIN_SEARCHES]
    poor = [line for line in asked if _click_through(line) < LOW_CLICK_THROUGH]
    ranked = sorted(poor, key=lambda line: (line.clicked + line.empty - line.searches, line.query))
    return [_reported(line) for line in ranked]


def _reported(line: QueryLine) -> ReportedQuery:
    return ReportedQuery(
        query=line.query,
        searches=line.searches,
        shoppers=line.people,
        without_results=line.empty,
        clicks=line.clicks,
        conversions=line.conversions,
        click_through=round(_click_through(line), 4),
        average_position=round(line.positions / line.clicks, 2) if line.clicks else None,
    )


def _click_through(line: QueryLine) -> float:
    found = line.searches - line.empty
    return line.clicked / found if found > 0 else 0.0
