"""What several test processes share out, and what stays together."""

import pytest

from tests.support.workers import scope_of


@pytest.mark.parametrize(
    ("test", "scope"),
    [
        ("tests/contracts/test_products.py::test_it[moto]", "tests/contracts/test_products.py"),
        ("tests/contracts/test_ladder.py::test_it[embedded-3]", "tests/contracts/test_ladder.py"),
        ("tests/contracts/test_ladder.py::test_it[opensearch]", "opensearch"),
        ("tests/contracts/test_finding.py::test_it[opensearch3-2]", "opensearch"),
        ("tests/clients/test_segment.py::test_it", "tests/clients"),
        ("tests/browser/test_looking.py::test_it", "tests/browser"),
    ],
)
def test_a_module_stays_together_and_so_does_who_asks_one_engine_or_shares_a_folder(test: str, scope: str) -> None:
    assert scope_of(test) == scope
