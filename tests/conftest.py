"""Fixtures for every test: engines started once per worker, DynamoDB tables made afresh per test.

``make test`` runs in two processes. What is made once for a module, or in a folder of the project, stays with one of them.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest

from infra.local.tables import TableNames
from tests.engines.artefacts import Announce, EngineMissing, JavaMissing, find_jdk
from tests.engines.dynamodb_local import dynamodb_local
from tests.engines.opensearch import OPENSEARCH_3, opensearch
from tests.support.stores import Store, local_store, moto_store


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Say which tests belong together when there are several workers."""
    from tests.support.workers import Scheduling

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def opensearch_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of a real OpenSearch, shared by the whole run: give your indexes names of your own."""
    yield from _address(pytestconfig, opensearch)


@pytest.fixture(scope="session")
def opensearch3_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of a real OpenSearch 3. It needs a newer Java than all else here: where there is none it is left out."""
    try:
        find_jdk(OPENSEARCH_3.oldest_java)
    except JavaMissing as reason:
        pytest.skip(f"OpenSearch {OPENSEARCH_3.version}: {reason}")
    yield from _address(pytestconfig, partial(opensearch, engine=OPENSEARCH_3))


@pytest.fixture(scope="session")
def dynamodb_local_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of DynamoDB Local, shared by the whole run."""
    yield from _address(pytestconfig, dynamodb_local)


@pytest.fixture(params=["moto", pytest.param("dynamodb-local", marks=pytest.mark.engine)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A DynamoDB with empty tables, each kind in turn; one kind alone: ``parametrize("store", ["moto"], indirect=True)``."""
    with _store(request) as made:
        yield made


@pytest.fixture(params=["twin", "moto", pytest.param("dynamodb-local", marks=pytest.mark.engine)])
def store_or_twin(request: pytest.FixtureRequest) -> Iterator[Store | None]:
    """As ``store``, with None first: the contract's turn to run against the in-memory twin."""
    if request.param == "twin":
        yield None
    else:
        with _store(request) as made:
            yield made


@pytest.fixture
def dynamo(store: Store) -> Any:
    """The boto3 client of ``store``."""
    return store.client


@pytest.fixture
def table_names(store: Store) -> TableNames:
    """The names of ``store``'s tables: ``.catalog``, ``.events``, ``.shoppers``, ``.marketing``."""
    return store.names


def _store(request: pytest.FixtureRequest) -> AbstractContextManager[Store]:
    if request.param == "moto":
        return moto_store()
    return local_store(request.getfixturevalue("dynamodb_local_url"))


def _address(config: pytest.Config, start: Callable[[Announce], AbstractContextManager[str]]) -> Iterator[str]:
    try:
        with start(lambda text: _say(config, text)) as url:
            yield url
    except EngineMissing as reason:
        if _engines_are_required():
            pytest.fail(f"this run requires real engines: {reason}", pytrace=False)
        pytest.skip(str(reason))


def _engines_are_required() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true") or os.environ.get("ZHAOHUI_REQUIRE_ENGINES") == "1"


def _say(config: pytest.Config, text: str) -> None:
    """Tell the user at once, past pytest's capture: a fetch takes a minute."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    capture = config.pluginmanager.get_plugin("capturemanager")
    if reporter and capture:
        with capture.global_and_fixture_disabled():
            reporter.write_line(f"\n{text}")
