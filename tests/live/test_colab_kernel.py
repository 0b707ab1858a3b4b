"""A kernel with the versions that Colab has: a control that moves makes `draw` draw again."""

from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

CELL = """
from nnlib.explore import explore

def line(ax, slope=1, dashed=False):
    ax.plot([0, 1], [0, slope], "--" if dashed else "-")
    return {"end": slope}

explore(line, slope=[1, 2, 3], dashed=[False, True], play="slope")
"""

Message = dict[str, Any]


@pytest.fixture(scope="module")
def client(colab_python: str) -> Iterator[BlockingKernelClient]:
    manager = KernelManager(kernel_name="python3")
    assert manager.kernel_spec is not None
    manager.kernel_spec.argv[0] = colab_python
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def answers(client: BlockingKernelClient, request: str) -> Iterator[Message]:
    """What the kernel publishes until it has finished with a request."""
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != request:
            continue
        content = message["content"]
        assert message["msg_type"] != "error", "\n".join(content["traceback"])
        if content.get("execution_state") == "idle":
            return
        yield message


def run(client: BlockingKernelClient, code: str) -> list[Message]:
    return list(answers(client, client.execute(code, allow_stdin=True)))


def set_widget(client: BlockingKernelClient, comm: str, **state: Any) -> list[Message]:
    """What a front end sends when somebody moves a control."""
    content = {"comm_id": comm, "data": {"method": "update", "state": state, "buffer_paths": []}}
    message = client.session.msg("comm_msg", content)
    client.shell_channel.send(message)
    return list(answers(client, message["header"]["msg_id"]))


def pictures(messages: list[Message], comm: str) -> list[str]:
    """The new pictures among the messages."""
    states = [
        message["content"]["data"].get("state", {})
        for message in messages
        if message["msg_type"] == "comm_msg" and message["content"]["comm_id"] == comm
    ]
    return [state["value"] for state in states if "value" in state]


def test_the_versions(client: BlockingKernelClient) -> None:
    versions = "import ipywidgets, IPython; print(ipywidgets.__version__, IPython.__version__)"
    (said,) = [each for each in run(client, versions) if each["msg_type"] == "stream"]
    assert said["content"]["text"] == "7.7.1 7.34.0\n"


def test_the_widgets_move_the_figure(client: BlockingKernelClient) -> None:
    messages = run(client, CELL)
    (shown,) = [each for each in messages if each["msg_type"] == "display_data"]
    assert "application/vnd.jupyter.widget-view+json" in shown["content"]["data"]
    opened = [each["content"] for each in messages if each["msg_type"] == "comm_open"]
    widgets = {each["data"]["state"]["_model_name"]: each["comm_id"] for each in opened}
    picture = widgets["HTMLModel"]

    (moved,) = pictures(set_widget(client, widgets["SelectionSliderModel"], index=2), picture)
    assert "end = 3" in moved
    (ticked,) = pictures(set_widget(client, widgets["CheckboxModel"], value=True), picture)
    assert "stroke-dasharray" in ticked
    assert "stroke-dasharray" not in moved
