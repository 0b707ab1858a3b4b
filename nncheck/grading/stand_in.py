"""What stands in a notebook for `check` while it is graded: it answers nothing."""

import sys
from collections.abc import Callable, Sequence
from types import ModuleType


class StandIn:
    """`check.q1()`, `check.hint("q1")` and `check.report()`, where no question can be asked."""

    language = "both"
    case = ()

    def __init__(self, questions: Sequence[str]) -> None:
        self.questions = questions

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name in self.__dict__.get("questions", ()):
            return nothing
        raise AttributeError(f"there is no question {name}")

    def hint(self, name: str) -> None:
        """No hint: nobody reads it."""

    def report(self) -> None:
        """No report: the marks are counted elsewhere."""


def nothing(*_: object, **__: object) -> None:
    """What is shown or asked here has no effect."""


def stand_in(module: str, questions: Sequence[str]) -> None:
    """From now on `from … import check` of this module gives one."""
    replaced = ModuleType(module, "It stands for the checks, which are elsewhere.")
    vars(replaced)["check"] = StandIn(questions)
    while module:
        sys.modules[module] = replaced
        module, _, name = module.rpartition(".")
        if module:
            parent = sys.modules.get(module) or ModuleType(module)
            setattr(parent, name, replaced)
            replaced = parent
