"""Which tests ``pytest -n`` gives to one worker together.

Groups by mark (``--dist loadgroup``) do nothing with pytest 9.2: pytest-dev/pytest-xdist#1386.
"""

from typing import Final

from xdist.scheduler import LoadScopeScheduling

_TOGETHER: Final = ("tests/browser", "tests/clients")
"""Tests of these folders share what is slow to make, or what lies in the folder."""


class Scheduling(LoadScopeScheduling):
    """Gives a module's tests to one worker: what is made once for a module is made once. All that ask a real OpenSearch go to
    one as well, since it takes longer to start than to ask."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """What is given to a worker as a whole."""
    if "opensearch" in nodeid.partition("[")[2]:
        return "opensearch"
    module = nodeid.partition("::")[0]
    return next((folder for folder in _TOGETHER if module.startswith(f"{folder}/")), module)
