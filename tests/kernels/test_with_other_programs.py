"""Programs that know nothing of us start warm kernels by one setting."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient import NotebookClient

from lideri.kernels.client import PromptClient
from lideri.kernels.warm import WarmProvisioner
from tests.kernels.kernel import environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


@pytest.fixture
def by_setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "lideri-warm")
    KernelProvisionerFactory.clear_instance()
    yield
    KernelProvisionerFactory.clear_instance()


WAS_FORKED = "import sys; print('lideri.kernels.child' in sys.modules)"


def a_notebook(*cells: str) -> Any:
    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made


def outputs(notebook: Any) -> list[str]:
    return ["".join(each.get("text", "") for each in cell.outputs) for cell in notebook.cells]


def test_the_provisioner_is_announced_and_our_kernelspec_names_it() -> None:
    announced = entry_points(group="jupyter_client.kernel_provisioners", name="lideri-warm")
    spec = KernelSpecManager().get_kernel_spec("lideri")

    assert [each.load() for each in announced] == [WarmProvisioner]
    assert spec.metadata["kernel_provisioner"]["provisioner_name"] == "lideri-warm"
    assert spec.display_name == "Python 3 (ātrais sākums)"


@pytest.mark.usefixtures("by_setting")
def test_nbclient_runs_a_notebook() -> None:
    notebook = a_notebook(WAS_FORKED, "1 / 0", "print(6 * 7)")

    NotebookClient(notebook, allow_errors=True).execute()

    assert outputs(notebook) == ["True\n", "", "42\n"]
    assert notebook.cells[1].outputs[0]["ename"] == "ZeroDivisionError"


def test_stock_nbgrader_grades_in_warm_kernels(tmp_path: Path) -> None:
    code = """
import json, sys
import nbformat
from nbgrader.preprocessors import Execute
notebook = nbformat.read(sys.argv[1], as_version=4)
Execute().preprocess(notebook, {})
print(json.dumps([[output.get("text", "") for output in cell.outputs] for cell in notebook.cells]))
"""
    file = tmp_path / "darbs.ipynb"
    nbformat.write(a_notebook("x = 20 + 1", "print(x * 2)", WAS_FORKED), file)

    done = subprocess.run(
        [sys.executable, "-c", code, file],
        env=environment(JUPYTER_DEFAULT_PROVISIONER_NAME="lideri-warm", HOME=str(tmp_path)),
        capture_output=True,
        check=True,
        text=True,
    )

    assert json.loads(done.stdout.splitlines()[-1]) == [[], ["42\n"], ["True\n"]]


@pytest.mark.parametrize("name", ["lideri", "python3"])
def test_the_prompt_client_is_ready_with_any_kernel(name: str) -> None:
    async def ready() -> tuple[bool, str]:
        manager = AsyncKernelManager(kernel_name=name, client_factory=PromptClient)
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
            left = await client.iopub_channel.msg_ready()
            shown: list[dict[str, Any]] = []
            await client.execute_interactive("print('gatavs')", output_hook=shown.append, timeout=60)
            return left, "".join(each["content"].get("text", "") for each in shown)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    assert asyncio.run(ready()) == (False, "gatavs\n")


def test_the_prompt_client_says_so_when_a_kernel_has_ended() -> None:
    async def ready() -> None:
        manager = AsyncKernelManager(kernel_name="lideri", client_factory=PromptClient)
        await manager.start_kernel(extra_arguments=["--IPKernelApp.kernel_class=no.such.Kernel"])
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    with pytest.raises(RuntimeError, match="Kernel died before replying"):
        asyncio.run(ready())
