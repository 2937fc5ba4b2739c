"""CloudFormation templates as plain dictionaries: short intrinsics (``!Sub``) become long ones (``Fn::Sub``)."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

DATA_TEMPLATE = Path(__file__).with_name("data.yaml")
APP_TEMPLATE = Path(__file__).with_name("app.yaml")
_PLACEHOLDER = re.compile(r"\$\{([\w:.]+)\}")

Resource = dict[str, Any]


class _CloudFormationLoader(yaml.SafeLoader):
    """PyYAML's safe loader that knows CloudFormation's tags."""


def _intrinsic(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_CloudFormationLoader.add_multi_constructor("!", _intrinsic)


def read_template(path: Path) -> dict[str, Any]:
    """The template in ``path``, YAML or JSON."""
    template: dict[str, Any] = yaml.load(path.read_text("utf-8"), _CloudFormationLoader)
    return template


def resources_of(template: Mapping[str, Any], kind: str) -> dict[str, Resource]:
    """The resources of one type, by logical id."""
    return {name: each for name, each in template["Resources"].items() if each["Type"] == kind}


def resolve(value: Any, names: Mapping[str, str], attribute: Callable[[str, str], str]) -> Any:
    """``value`` with its intrinsics replaced: ``Ref`` and ``Sub`` from ``names``, ``GetAtt`` by ``attribute(id, name)``."""
    match value:
        case {"Ref": name}:
            return names[name]
        case {"Fn::Sub": str(text)}:
            return _PLACEHOLDER.sub(lambda found: names[found[1]], text)
        case {"Fn::GetAtt": [logical_id, name]}:
            return attribute(logical_id, name)
        case dict():
            return {key: resolve(each, names, attribute) for key, each in value.items()}
        case list():
            return [resolve(each, names, attribute) for each in value]
        case _:
            return value
