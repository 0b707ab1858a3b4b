"""Which cells train: a notebook's kernel counts the steps of optimizers, nnlib's and torch's."""

from typing import Any

from nbval.kernel import RunningKernel

from check.exceptions import FILE, Exceptions
from check.training import FAULT, is_marked

RULE = "training_is_marked"  # its name in the list of exceptions

# Runs in the kernel before the first cell. torch is watched from the first cell that names it, so
# that no other waits for its import.
WATCH = """
def watch():
    import nnlib
    shell = get_ipython()
    shell.optimizer_steps, shell.watches_torch = 0, False
    nnlib_step = nnlib.optimizers.Optimizer.step

    def step(self):
        shell.optimizer_steps += 1
        nnlib_step(self)

    def torch_step(*_):
        shell.optimizer_steps += 1

    def watch_torch(info):
        if "torch" not in info.raw_cell or shell.watches_torch:
            return
        try:
            from torch.optim.optimizer import register_optimizer_step_post_hook as register
        except ImportError:  # the notebook runs where there is none
            return
        shell.watches_torch = register(torch_step)

    nnlib.optimizers.Optimizer.step = step
    shell.events.register("pre_run_cell", watch_torch)

watch()
del watch
"""
STEPS = {"optimizer_steps": "get_ipython().optimizer_steps"}


class WatchedKernel(RunningKernel):
    """Knows after each cell whether an optimizer stepped in it, if cells are run with STEPS."""

    trains = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.steps = 0
        self.await_reply(self.kc.execute(WATCH, store_history=False))

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        message: dict[str, Any] = super().get_message(stream, timeout)
        if message["msg_type"] == "execute_reply":
            asked = message["content"].get("user_expressions", {}).get("optimizer_steps", {})
            steps = int(asked.get("data", {}).get("text/plain", self.steps))
            self.trains, self.steps = steps > self.steps, steps
        return message


def training_fault(cell: Any, trains: bool, allowed: Exceptions) -> str | None:
    """What is wrong with a notebook's cell in which an optimizer did or did not step."""
    unmarked = trains and not is_marked(cell.metadata)
    excused = (RULE, cell.id) in allowed
    if unmarked and not excused:
        return FAULT
    if excused and not unmarked:
        return f"{FILE} excuses it from {RULE}, and it needs no excuse. Take the line out."
    return None
