"""``python -m infra.tag_catalogue``: writes ``docs/tag-catalogue.md`` from the tags that come with the shop, and the words in
``docs/rules.md`` from the vocabulary that their rules use.
"""

from collections.abc import Mapping
from pathlib import Path

from chalicelib.profiles import VOCABULARY, TagDefinition, TagGroup, starter_registry

PATH = Path(__file__).parents[1] / "docs" / "tag-catalogue.md"
RULES_PATH = PATH.with_name("rules.md")
WORDS_HEAD = "## Words\n"
GROUPS = {
    TagGroup.BASIC: "基本",
    TagGroup.BEHAVIOUR: "行为",
    TagGroup.INTEREST: "兴趣",
    TagGroup.CONSUMPTION: "消费",
    TagGroup.PSYCHOLOGICAL: "心理",
    TagGroup.SOCIAL: "社交",
    TagGroup.CREDIT: "信用",
    TagGroup.LIFECYCLE: "生命周期",
}
HEAD = """# Tag catalogue

The {count} tags that every shop has from the beginning: `chalicelib/profiles/tags/starter/*.json`, written here by
`python -m infra.tag_catalogue`; a test compares. The rules' language is in [rules](rules.md); when tags come, go and exclude
each other is in [profiles](profiles.md#tags).

**Rule** is what the shop itself says of it, in Chinese. **Of** is the group of tags of which a shopper carries one, with its
priority (the higher one stays). **Sure** is the confidence in what the rule concludes. **Lives** is how long it stays
without a visit. Tags marked – are not shown to shoppers. Money is fen."""


def catalogue() -> str:
    """The whole document."""
    tags = starter_registry().all()
    parts = [HEAD.format(count=len(tags))]
    for group, name in GROUPS.items():
        parts += [f"\n## {name} ({group})\n", "| tag | 名称 | name | rule | of | sure | lives | shown |"]
        parts += ["|---|---|---|---|---|---|---|---|", *(_row(tag) for tag in tags if tag.group is group)]
    return "\n".join(parts) + "\n"


def _row(tag: TagDefinition) -> str:
    rule = tag.compiled()
    says = rule.says if rule else "人工设置"
    of = f"`{tag.exclusive_group}` {tag.priority}" if tag.exclusive_group else ""
    lives = f"{tag.lifetime_days} days" if tag.lifetime_days else ""
    sure = f"{tag.confidence:g}" if rule else ""
    cells = (f"`{tag.tag_id}`", tag.name, tag.name_en, says, of, sure, lives, "" if tag.is_visible else "–")
    return f"| {' | '.join(cells)} |"


def rules_document() -> str:
    """``docs/rules.md`` with its words written anew."""
    before, head, _ = RULES_PATH.read_text().partition(WORDS_HEAD)
    return before + head + words()


def words() -> str:
    """What rules may speak of."""
    events = [f"| `{name}` | {said} | {_where(name)} |" for name, said in VOCABULARY.events.items()]
    return "\n".join(
        [
            "Written by `python -m infra.tag_catalogue` from `chalicelib/profiles/vocabulary.py`; a test compares.\n",
            "**Events** of `did`, and what else may be asked of them:\n",
            "| event | 中文 | also |",
            "|---|---|---|",
            *events,
            f"\n**Kinds** of `likes` and `favourite`: {_listed(VOCABULARY.kinds)}\n",
            f"**Facts** of `is`, `has` and `value_of`: {_listed(VOCABULARY.facts)}\n",
            f"**Numbers** of `compare`: {_listed(VOCABULARY.numbers)}\n",
        ]
    )


def _where(event: str) -> str:
    nodes = {"`within_days`": VOCABULARY.dated, "`last_did`": VOCABULARY.latest, "`first_did`": VOCABULARY.earliest}
    return ", ".join(node for node, events in nodes.items() if event in events)


def _listed(names: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}<name>`" if name.endswith(".") else f"`{name}` {said}" for name, said in names.items())


if __name__ == "__main__":
    PATH.write_text(catalogue())
    RULES_PATH.write_text(rules_document())
