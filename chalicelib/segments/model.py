"""What a segment is: a name that marketers know, and the rule that says who is in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from chalicelib.core.errors import Conflict, InvalidRequest, NotFound
from chalicelib.profiles import VOCABULARY as OF_PROFILES
from chalicelib.rules import Rule, Vocabulary, parse

MAX_SEGMENTS: Final = 200
"""All of them are asked about whoever is given a coupon."""
MAX_NAME_CHARACTERS: Final = 40
MAX_DESCRIPTION_CHARACTERS: Final = 400
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

VOCABULARY: Final[Vocabulary] = replace(OF_PROFILES, facts={**OF_PROFILES.facts, "tag.": "标签"})
"""What segments may speak of: as the rules of tags do, but ``tag.`` is any tag, not only one set by hand."""


class SegmentUnknown(NotFound):
    """There is no segment with this id."""


class SegmentExists(Conflict):
    """A segment with this id is there already."""


class StaleSegment(Conflict):
    """Someone else changed this segment in between."""

    @classmethod
    def of(cls, segment_id: str) -> "StaleSegment":
        """The refusal of a change to that segment."""
        return cls(
            f"人群 {segment_id} 已被他人修改，请刷新后重试 (the segment was changed in between)", field="version"
        )


class TooManySegments(Conflict):
    """There are as many as there may be; delete one first."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A named rule. ``rule`` is JSON as in ``docs/rules.md``; ``condition`` is the same, ready to be asked.

    Raises ``InvalidRequest``, and ``RuleInvalid`` naming the node, for what cannot be used.
    """

    segment_id: str
    name: str
    rule: Mapping[str, Any]
    created_at: datetime
    description: str = ""
    version: int = 1
    condition: Rule = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.segment_id):
            raise InvalidRequest("id must be of a-z, 0-9, _ and -, 1 to 40 characters", field="id")
        if not 0 < len(self.name.strip()) <= len(self.name) <= MAX_NAME_CHARACTERS:
            raise InvalidRequest(f"name must be a text of 1 to {MAX_NAME_CHARACTERS} characters", field="name")
        if len(self.description) > MAX_DESCRIPTION_CHARACTERS:
            raise InvalidRequest(
                f"description has more than {MAX_DESCRIPTION_CHARACTERS} characters", field="description"
            )
        object.__setattr__(self, "condition", parse(self.rule, VOCABULARY))
