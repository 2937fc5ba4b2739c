"""Docs that can rot are compared with the code."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from app import app
from chalicelib.adapters.dynamodb import keys
from chalicelib.core.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = "\n".join(path.read_text() for path in sorted((ROOT / "docs").rglob("*.md")))
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    settings = (ROOT / "docs" / "settings.md").read_text()
    row = re.search(rf"^\| `ZHAOHUI_{name.upper()}` \| `?([^|`]*)`? \|", settings, re.MULTILINE)
    assert row, f"docs/settings.md has no row for ZHAOHUI_{name.upper()}"
    default = getattr(Settings(), name)
    assert row[1].strip() == (str(default) if default != "" else "(none)")


@pytest.mark.parametrize("path", sorted(app.routes))
def test_every_route_is_documented(path: str) -> None:
    api = (ROOT / "docs" / "api.md").read_text()
    for method in app.routes[path]:
        assert f"`{method} {path}`" in api, f"docs/api.md does not name `{method} {path}`"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_documented(name: str) -> None:
    assert f"`functions/{name}`" in DOCS


@pytest.mark.parametrize("source", app.event_sources, ids=lambda source: source.name)
def test_every_schedule_is_documented(source: object) -> None:
    assert f"`{source.name}`" in DOCS  # type: ignore[attr-defined]


def test_every_key_of_the_drawing_is_in_the_access_patterns() -> None:
    assert keys.__doc__
    chart = (ROOT / "docs" / "access-patterns.md").read_text()
    drawn = re.findall(r"^ {4}(?:\w+)? *((?:[A-Z]+#?|[A-Z]#)(?:<\w+>)?)  +(\S+)", keys.__doc__, re.MULTILINE)
    assert len(drawn) > 15
    for pk, sk in drawn:
        assert pk in chart, f"{pk} is not in docs/access-patterns.md"
        assert sk in chart, f"{sk} is not in docs/access-patterns.md"


def headings(path: Path) -> list[int]:
    """The levels of a document's headings, outside code blocks."""
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    return [len(mark) for mark in re.findall(r"^(#+) ", text, re.MULTILINE)]


def commands(path: Path) -> list[str]:
    """The commands in a document's shell blocks."""
    blocks = re.findall(r"^```sh\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL)
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_the_chinese_readme_keeps_step_with_the_english_one() -> None:
    english, chinese = ROOT / "README.md", ROOT / "README.zh-CN.md"
    assert commands(english) == commands(chinese)
    assert headings(english) == headings(chinese)


@pytest.mark.parametrize("path", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_page_of_the_docs(path: str) -> None:
    linked = set(re.findall(r"\]\((docs/[^)#]+)", (ROOT / path).read_text()))
    pages = {str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md")}
    assert {page for page in pages if not page.startswith("docs/decisions/")} <= linked


@pytest.mark.parametrize("path", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_only_make_targets_that_exist(path: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"\bmake ([a-z]+)", (ROOT / path).read_text()):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{path} names make {target}"


def test_relative_links_in_the_docs_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.relative_to(ROOT)} links to {target}"
