"""A pytest plugin: of each file the first two tests, and of each test one case.

For a part by itself: what may be missing there are packages and modules, which a file needs for its first tests as for
its others. All of them are collected.
"""

from collections import defaultdict

import pytest

OF_A_FILE = 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the others away."""
    functions: dict[str, dict[str, pytest.Item]] = defaultdict(dict)
    for item in items:
        functions[item.nodeid.partition("::")[0]].setdefault(item.nodeid.partition("[")[0], item)
    kept = [item for of_a_file in functions.values() for item in list(of_a_file.values())[:OF_A_FILE]]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
