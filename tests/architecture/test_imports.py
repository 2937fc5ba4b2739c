"""Importing the entry points must not touch the environment, a client, a dictionary or the clock."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ["boto3", "opensearchpy", "jieba", "rjieba", "opencc", "pypinyin", "jinja2"]


def imported_by(statement: str) -> set[str]:
    """The heavy modules that an empty process holds after ``statement``."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); {statement}; print(*[m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], env={}, capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_importing_the_app_loads_no_client_and_no_dictionary() -> None:
    assert imported_by("import app") == set()


def test_importing_a_handler_loads_no_client_and_no_dictionary() -> None:
    for handler in sorted((ROOT / "functions").glob("*/handler.py")):
        module = f"functions.{handler.parent.name}.handler"
        assert imported_by(f"import {module}") == set(), module


def test_the_app_imports_the_edge_and_the_wiring_and_nothing_else_of_ours() -> None:
    """import-linter reads packages only; ``app.py`` is a module."""
    tree = ast.parse((ROOT / "app.py").read_text())
    imported = {
        f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    ours = {name for name in imported if name.startswith(("chalicelib", "functions", "infra"))}
    assert ours
    assert all(name == "chalicelib.wiring" or name.startswith("chalicelib.api.") for name in ours), ours
