"""Scoring workers and the process they are forked from, started by `pool`.

The *nest* imports everything, scores something small so that libraries have read what they read at first use, and then
only waits: one thread, no database, no secret in its environment. For each worker it is asked for it forks. The worker
closes the door behind itself before it hears of any form or answer, and from then on has its one pipe.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import os
import select
import signal
import socket
import sys
from multiprocessing.connection import Connection
from typing import Any

from lideri.course.items import ITEM, Form, Rubric
from lideri.grader.isolation import close_the_door, limited
from lideri.grader.scoring import read_scored, score
from lideri.nbgrader_bridge.assignment import BEGIN_KEY, build_assignment, notebook_text
from lideri.nbgrader_bridge.kit import FormKit, KitCell, unpack_kit

CPU_SECONDS_EACH = 5.0  # for one submission; an ordinary one takes some milliseconds
CPU_SECONDS_IN_ALL = 3_600
MEMORY = 512 * 1024**2  # bytes, besides what the libraries take
LONGEST_MESSAGE = 512 * 1024**2
KITS_KEPT = 64
FORK, END, KIT, WORKS = b"+", b"-", b"K", b"W"


def main() -> None:
    """The nest. Its only argument is the number of the socket to the grader; it ends when that socket does."""
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which finishes what it has
    warm_up()
    os.chdir("/")
    gc.collect()
    gc.freeze()
    pipe = wait_for_orders(control)
    if pipe is not None:
        serve(pipe)


def wait_for_orders(control: socket.socket) -> int | None:
    """Fork and end workers as told; returns in the new worker with its pipe, and None when the grader has gone."""
    children: set[int] = set()
    ready = select.poll()
    ready.register(control, select.POLLIN)
    while True:
        told = bool(ready.poll(1_000))
        _take_away_the_dead(children)
        if not told:
            continue
        order, handed, _, _ = socket.recv_fds(control, 64, 1)
        if not order:
            return None
        if order == FORK and handed:
            child = os.fork()
            if child == 0:
                control.close()
                return handed[0]
            os.close(handed[0])
            children.add(child)
        elif order.startswith(END) and int(order[1:]) in children:
            os.kill(int(order[1:]), signal.SIGKILL)


def _take_away_the_dead(children: set[int]) -> None:
    """A number stays ours until it is taken away here, so no other process is ever ended by it."""
    while children:
        gone, _ = os.waitpid(-1, os.WNOHANG)
        if not gone:
            return
        children.discard(gone)


def serve(pipe: int) -> None:
    """The worker: says how its door is closed, then scores what comes, until the other end is closed."""
    with contextlib.suppress(EOFError, OSError):
        connection = Connection(pipe)
        door = close_the_door(keep_fds=[pipe], cpu_seconds=CPU_SECONDS_IN_ALL, memory_bytes=MEMORY, parent=os.getppid())
        hello = {"pid": os.getpid(), "shut": door.shut, "door": door.sentence()}
        connection.send_bytes(json.dumps(hello, ensure_ascii=False).encode())
        kits: dict[str, FormKit] = {}
        while True:
            message = connection.recv_bytes(LONGEST_MESSAGE)
            if message[:1] == KIT:
                if len(kits) >= KITS_KEPT:
                    kits.clear()
                kits[hashlib.sha256(message[1:]).hexdigest()] = unpack_kit(message[1:])
                continue
            header, _, rest = message[1:].partition(b"\n")
            told = json.loads(header)
            start = 0
            for size in told["sizes"]:
                with limited(cpu_seconds=CPU_SECONDS_EACH):
                    answer = score(kits[told["kit"]], rest[start : start + size])
                connection.send_bytes(answer)
                start += size
    os._exit(0)


# ── warm ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def warm_up() -> None:
    """Score something small, so that every file that libraries read at first use is read before the door closes."""
    kit = small_kit()
    answers: list[dict[str, Any]] = [
        {"item": "v", "version": 1, "response": {"kind": "short_text", "text": "ja"}},
        {"item": "t", "version": 1, "response": {"kind": "free_text", "text": "Labdien!"}},
    ]
    work = {"submission": "s", "person": "p", "form": kit.form, "answers": answers}
    for content in (work, work | {"answers": []}, work | {"answers": answers * 2}, {}):
        score(kit, json.dumps(content).encode())
    read_scored(score(kit, json.dumps(work).encode()))


def small_kit() -> FormKit:
    """As a released form is, made without a database: with nbgrader's checksums, the hidden test taken out."""
    from nbgrader.utils import compute_checksum

    common: dict[str, Any] = {
        "version": 1,
        "pool": "module",
        "submodule": "1.1",
        "stem": "Vai?",
        "points": 1,
        "explanation": "Tāpēc.",
        "competences": ["1.1"],
        "outcomes": ["LO1.1.01"],
        "level": 1,
        "facts": ["f"],
        "status": "live",
    }
    items = (
        ITEM.validate_python(common | {"id": "v", "kind": "short_text", "accept": ["jā"]}),
        ITEM.validate_python(common | {"id": "t", "kind": "free_text", "rubric": "r"}),
    )
    levels = [{"points": points, "description": "Tā."} for points in (0, 1)]
    rubric = Rubric.model_validate(
        {"id": "r", "title": "Kā", "criteria": [{"id": "c", "title": "Kas", "levels": levels}]}
    )
    form = Form(id="iesildei", title="Iesildei", items=("v", "t"))
    notebook = build_assignment(form, items, {"r": rubric})
    cells = []
    for cell in notebook.cells:
        nbgrader = cell.metadata.get("nbgrader")
        if nbgrader is not None:
            nbgrader["checksum"] = compute_checksum(cell)
            points = float(nbgrader["points"]) if nbgrader["grade"] else None
            cells.append(
                KitCell(
                    name=nbgrader["grade_id"],
                    cell_type=cell.cell_type,
                    locked=bool(nbgrader["locked"]),
                    source=cell.source,
                    checksum=nbgrader["checksum"],
                    max_score=points,
                )
            )
            cell.source = cell.source.partition(BEGIN_KEY)[0].rstrip()
    return FormKit(form.id, notebook_text(notebook), None, tuple(cells), items, {"r": rubric})


if __name__ == "__main__":
    main()
