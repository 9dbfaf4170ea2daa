"""Mutation testing of the pure rules: change the code a little, one place at a time, and see whether a test minds.

No file is touched: each mutant lives in a process of its own, forked from one that has everything else loaded, and a
loader of its own gives it the changed module. What is found of a module is written into ``docs/mutation.md``, beside
what is there of others. Mutants that no test can tell from the code are explained in ``tests/mutants.toml`` (a part of
"line before → line after", and why); any other survivor makes it fail, and so does an explanation of none. Words pick
modules by the ends of their names.
"""

import argparse
import ast
import contextlib
import hashlib
import importlib.abc
import os
import resource
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path

ROOT = Path(__file__).parent.parent
REPORT = ROOT / "docs" / "mutation.md"
EXPLAINED = ROOT / "tests" / "mutants.toml"
#: A mutant that never ends is killed too.
CPU_SECONDS_MAX = 120
EXAMPLES = 25
#: How many characters around a change name it.
AROUND = 45

RULES = "tests/rules/"
PLANS = ("test_plan_edges", "test_plan_twin", "test_plan", "test_vectors", "test_plan_proof")
#: Each module with the tests that hold it, the quickest to mind first.
MODULES: dict[str, tuple[str, ...]] = {
    "lending.basics.money": ("test_money", "test_plan"),
    "lending.basics.dates": ("test_dates", "test_plan_edges", "test_plan", "test_plan_proof", "test_time_limits"),
    "lending.decisions.time_limits": ("test_time_limits",),
    "lending.loans.interest": ("test_interest", *PLANS),
    "lending.loans.annuity": ("test_plan", "test_plan_proof"),
    "lending.loans.terms": ("test_plan", "test_reshape"),
    "lending.loans.schedule": PLANS,
    "lending.loans.rows": PLANS,
    "lending.loans.planner": PLANS,
    "lending.loans.plan": ("test_plan_limits", *PLANS),
    "lending.loans.allocation": ("test_allocation", "test_replay", "test_replay_twin"),
    "lending.loans.replay": ("test_replay", "test_replay_twin"),
    "lending.loans.payoff": ("test_replay",),
    "lending.loans.ahead": ("test_ahead", "test_replay"),
    "lending.loans.acceleration": ("test_acceleration",),
    "lending.loans.affordability": ("test_affordability",),
    "lending.changes.reshape": ("test_reshape", "test_plan_limits"),
    "lending.applications.periods": ("test_capacity",),
    "lending.assessment.capacity": ("test_capacity", "test_worked_examples"),
    "lending.assessment.norm_choice": ("test_norm_choice",),
    "lending.assessment.saving": ("test_norm_choice", "test_capacity"),
    "lending.assessment.checks": ("test_grounds",),
    "lending.applications.attachment_duty": ("test_grounds",),
    "lending.fund.caps": ("test_fund_rules",),
    "lending.fund.pace": ("test_fund_rules",),
    "lending.policy.figure": ("test_figures", "test_overlay"),
    "lending.policy.norms": ("test_norms", "test_figures"),
    "lending.policy.overlay": ("test_overlay",),
    "lending.policy.outlook": ("test_overlay",),
    "lending.cases.deadlines": ("test_deadlines",),
    "lending.changes.offered": ("test_deadlines",),
    "lending.changes.comparison": ("test_ahead",),
    "lending.loans.billing_dates": ("test_deadlines",),
    "lending.loans.outlook": ("test_loan_outlook",),
    "lending.loans.extra_payment": ("test_extra_payment",),
    "lending.loans.rates": ("test_rate_review",),
    "lending.loans.planning": ("test_plan_after", "test_plan_edges"),
    "lending.loans.plan_after": ("test_plan_after",),
    "lending.loans.versions": ("test_plan_after",),
    "lending.loans.position": ("test_position",),
    "lending.policy.policy": ("test_mandates", "test_policy"),
    "lending.policy.organisation": ("test_mandates", "test_policy"),
    "lending.loans.reset_terms": ("test_reset_rules",),
    "lending.loans.reset_quick": ("test_reset_rules",),
}

SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE,),
    ast.LtE: (ast.Lt,),
    ast.Gt: (ast.GtE,),
    ast.GtE: (ast.Gt,),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Mult,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
#: Changes a tree in place.
Change = Callable[[], object]
Place = tuple[int, Change]

NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """One small change: where, and the line before and after."""

    module: str
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> str:
        """What names it, whatever line it stands on."""
        return f"{self.before}  →  {self.after}"


def mutants_of(module: str) -> Iterator[Mutant]:
    """Every mutant of a module."""
    source = _path(module).read_text("utf-8")
    lines = source.splitlines()
    places = list(_places(ast.parse(source)))
    for index, (line, _) in enumerate(places):
        tree = ast.parse(source)
        before = ast.unparse(tree)
        list(_places(tree))[index][1]()
        changed = ast.unparse(ast.fix_missing_locations(tree))
        old, new = _difference(before, changed)
        if old != new:
            yield Mutant(module, line, old or lines[line - 1].strip(), new, changed)


def _places(tree: ast.AST) -> list[Place]:
    found: list[Place] = []
    _visit(tree, found)
    return found


def _visit(node: ast.AST, found: list[Place]) -> None:
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                _visit(each, found)
    found += [(getattr(node, "lineno", 0), change) for change in (*_operators(node), *_values(node))]


def _operators(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for n, op in enumerate(node.ops):
            for other in SWAPS.get(type(op), ()):
                yield lambda n=n, other=other: node.ops.__setitem__(n, other())
    elif isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        for other in SWAPS.get(type(node.op), ()):
            yield lambda other=other: setattr(node, "op", other())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda: _unnot(node)


def _values(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Constant(value=bool() as value):
            yield lambda: setattr(node, "value", not value)
        case ast.Constant(value=int() as value):
            yield lambda: setattr(node, "value", value + 1)
        case ast.Call(func=ast.Name(id=name)) if name in NAMES:
            yield lambda: setattr(node.func, "id", NAMES[name])
        case ast.IfExp():
            yield lambda: _swap(node)


def _unnot(node: ast.UnaryOp) -> None:
    # `not x` becomes `not not x`.
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _swap(node: ast.IfExp) -> None:
    node.body, node.orelse = node.orelse, node.body


def _difference(before: str, after: str) -> tuple[str, str]:
    """The first line that differs, cut to what stands around the change."""
    for old, new in zip(before.splitlines(), after.splitlines(), strict=False):
        if old != new:
            same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
            begin = old.rfind(" ", 0, max(0, same - AROUND)) + 1
            return old[begin : same + AROUND].strip(), new[begin : same + AROUND].strip()
    return "", ""


class Loader(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Gives one module another source than its file has."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name == self.mutant.module else None

    def get_source(self, fullname: str) -> str:
        return self.mutant.source


def outcome(mutant: Mutant | None, module: str) -> int:
    """Run the tests of the module in this process; pytest's exit code."""
    import pytest
    from hypothesis import Phase, settings

    if mutant:
        sys.meta_path.insert(0, Loader(mutant))
    settings.register_profile(
        "mutants", derandomize=True, deadline=None, database=None, max_examples=EXAMPLES, phases=[Phase.generate]
    )
    settings.load_profile("mutants")
    tests = [f"{RULES}{name}.py" for name in MODULES[module]]
    return int(
        pytest.main(["-x", "-q", "--assert=plain", "--noconftest", "-p", "no:cacheprovider", "-p", "no:xdist", *tests])
    )


def child(mutant: Mutant | None, module: str, cpu_seconds: int) -> int:
    """Fork, run for so long at most, and return the process id."""
    pid = os.fork()
    if pid:
        return pid
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    code = 99
    with contextlib.suppress(BaseException):
        code = outcome(mutant, module)
    os._exit(code)


def run(words: list[str], jobs: int, again: bool) -> int:
    """Try every mutant of the modules that were named, write the report, and tell whether a survivor is unexplained.

    ``again``: only those that the report says survived, where the code is still what it was; the others are taken to be
    killed, as they were.
    """
    os.nice(5)
    _warm()
    modules = [name for name in MODULES if not words or any(name.endswith(word) for word in words)]
    wrong = 0
    for name in modules:
        begun = time.monotonic()
        every, code = list(mutants_of(name)), _code(name)
        same = again and f"| {code} |" in _row(name)
        waiting = _survived_before(name, every) if same else every
        if not waiting and same:
            continue
        used = _unchanged(name)
        if used is None:
            wrong += 1
            continue
        alive = _try([*waiting], jobs, used)
        # Whatever broke the tests meanwhile has killed nothing.
        if _unchanged(name) is None:
            wrong += 1
            continue
        killed = len(every) - len(alive)
        wrong += _report(name, killed, alive, code) + _idle(name, alive)
        print(f"{name}: {killed} killed, {len(alive)} survive, {time.monotonic() - begun:.0f} s", flush=True)
    return 1 if wrong else 0


def _unchanged(module: str) -> int | None:
    """Run its tests as they are: how many CPU seconds a mutant may take, ``None`` where they fail by themselves."""
    _, status, used = os.wait4(child(None, module, CPU_SECONDS_MAX), 0)
    if status:
        print(f"{module}: its tests fail before anything is changed", flush=True)
        return None
    return min(CPU_SECONDS_MAX, round(3 * (used.ru_utime + used.ru_stime)) + 3)


def _code(module: str) -> str:
    """A few characters that change with the code."""
    return hashlib.sha256(_path(module).read_bytes()).hexdigest()[:8]


def _row(module: str) -> str:
    """What the report says of the module."""
    lines = REPORT.read_text("utf-8").splitlines() if REPORT.exists() else []
    return next((line for line in lines if line.startswith(f"| `{module}` |")), "")


def _try(waiting: list[Mutant], jobs: int, limit: int) -> list[Mutant]:
    """Those that survived."""
    running: dict[int, Mutant] = {}
    alive = []
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            running[child(mutant, mutant.module, limit)] = mutant
        pid, status = os.wait()
        mutant = running.pop(pid)
        if status == 0:
            alive.append(mutant)
    return sorted(alive, key=lambda mutant: mutant.line)


def _survived_before(module: str, every: list[Mutant]) -> list[Mutant]:
    """The mutants that the report says survived."""
    noted = REPORT.read_text("utf-8") if REPORT.exists() else ""
    return [mutant for mutant in every if f"* `{module}`: `{mutant.before}` → `{mutant.after}`:" in noted]


def _reasons(module: str) -> dict[str, str]:
    """What somebody has written down of the module: why no test can tell a mutant from the code."""
    found: dict[str, str] = tomllib.loads(EXPLAINED.read_text("utf-8")).get(module, {}) if EXPLAINED.exists() else {}
    return found


def _reason(mutant: Mutant) -> str | None:
    """Why no test can tell it from the code, where somebody has written that down."""
    return next((reason for part, reason in _reasons(mutant.module).items() if part in mutant.key), None)


def _idle(module: str, alive: list[Mutant]) -> int:
    """How many explanations explain nothing, because a test has come to mind or the code has changed."""
    idle = [part for part in _reasons(module) if not any(part in mutant.key for mutant in alive)]
    for part in idle:
        print(f"explains none  {module}  {part}", flush=True)
    return len(idle)


def _report(module: str, killed: int, alive: list[Mutant], code: str) -> int:
    """Write what was found of a module into the report, beside what is there of others; how many are unexplained."""
    lines = REPORT.read_text("utf-8").splitlines() if REPORT.exists() else []
    rows = [
        line
        for line in lines
        if line.startswith("| `lending") and f"`{module}`" not in line and "not tried" not in line
    ]
    notes = [line for line in lines if line.startswith("* `lending") and not line.startswith(f"* `{module}`")]
    rows.append(f"| `{module}` | {killed + len(alive)} | {killed} | {len(alive)} | {code} |")
    tried = "".join(rows)
    rows += [f"| `{name}` | not tried yet | | | |" for name in MODULES if f"`{name}`" not in tried]
    unexplained = 0
    for mutant in alive:
        reason = _reason(mutant)
        unexplained += reason is None
        notes.append(f"* `{module}`: `{mutant.before}` → `{mutant.after}`: {reason or '**not explained**'}")
        if reason is None:
            print(f"survives  {module}:{mutant.line}  {mutant.key}", flush=True)
    REPORT.write_text(HEAD.format(table="\n".join(sorted(rows))) + "\n".join(sorted(notes)) + "\n", "utf-8")
    return unexplained


HEAD = """# Mutation testing of the pure rules

Written by `make mutate`. The code is changed a little, one place at a time: a comparison, an operator, a number, a
condition. A change that no test minds survives; below is why, or that nobody has explained it yet. `code` changes with
the module: where it is no longer the module's, `python -m tests.mutate --again` tries that module anew.

| module | mutants | killed | survive | code |
|---|---:|---:|---:|---|
{table}

## Survivors
"""


def _warm() -> None:
    """Load what every child needs and no mutant changes."""
    import holidays
    import hypothesis.strategies
    import pytest
    import sqlalchemy.dialects.postgresql
    import sqlalchemy.orm

    assert hypothesis.strategies and pytest and sqlalchemy
    holidays.country_holidays("FI", years=range(2020, 2036))
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)


def _path(module: str) -> Path:
    return ROOT / f"{module.replace('.', '/')}.py"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only modules whose name ends so")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--again", action="store_true", help="only what survived or has changed")
    given = parser.parse_args()
    sys.exit(run(given.words, given.jobs, given.again))
