"""``docs/tag-catalogue.md`` is what the shipped tags say."""

import msgspec

from chalicelib.profiles import VOCABULARY, TagGroup
from chalicelib.rules import Parser, parse, parse_value
from infra.tag_catalogue import GROUPS, PATH, RULES_PATH, catalogue, rules_document


def test_the_document_is_the_one_that_the_tags_make() -> None:
    assert PATH.read_text() == catalogue(), "write it anew: python -m infra.tag_catalogue"


def test_every_group_has_its_name() -> None:
    assert GROUPS.keys() == set(TagGroup)


def test_the_words_in_the_description_of_the_language_are_those_there_are() -> None:
    assert RULES_PATH.read_text() == rules_document(), "write it anew: python -m infra.tag_catalogue"


def test_every_node_is_described_once_with_an_example_that_is_understood() -> None:
    rows = [line.split(" | ") for line in RULES_PATH.read_text().splitlines() if line.startswith("| `") and "{" in line]
    examples = {row[0].strip("| `"): msgspec.json.decode(row[-1].removesuffix(" |").strip("`")) for row in rows}
    nodes = Parser(VOCABULARY).nodes
    assert set(examples) == {*nodes, "when", "cases", "value_of"}
    assert len(rows) == len(examples)
    for name in nodes:
        assert [*examples[name]] == [name]
        parse(examples[name], VOCABULARY)
    for name in ("when", "cases", "value_of"):
        assert name in examples[name]
        parse_value(examples[name], VOCABULARY)
