"""Words live in one module per subject (``labels_*.py``, ``refusals_*.py``); here they are put together."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import web


def gathered(prefix: str, suffix: str) -> dict[str, Any]:
    """Every dictionary named ``…suffix`` in the modules ``web.prefix_*``, as one.

    Raises ``RuntimeError`` where two say the same key: nobody could tell which one is shown.
    """
    found: dict[str, Any] = {}
    for module in sorted(iter_modules(web.__path__, "web."), key=lambda module: module.name):
        if not module.name.startswith(f"web.{prefix}_"):
            continue
        for name, words in vars(import_module(module.name)).items():
            if not name.endswith(suffix) or not isinstance(words, dict):
                continue
            if twice := found.keys() & words.keys():
                raise RuntimeError(f"{module.name}.{name} says again what another module says: {sorted(twice)}")
            found.update(words)
    return found
