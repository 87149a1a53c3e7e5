"""Forms: drawn from the bank and released without keys."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from lideri.course.items import Blueprint, Form, FreeText, Item
from lideri.errors import ContentError


def draw_form(
    blueprint: Blueprint,
    items: Mapping[str, Item],
    *,
    taken: Sequence[str],
    form_id: str,
    title: str,
    attempts: int = 400,
) -> Form:
    """Draw one more form: ``per_submodule`` live items each, none of ``taken``, as many kinds as the bank allows.

    Repeatable: the generator is seeded with the blueprint's seed and the form's id. Raises `ContentError` when the pool
    is too small.
    """
    seed = int.from_bytes(hashlib.sha256(f"{blueprint.seed}:{form_id}".encode()).digest()[:8], "big")
    rng = np.random.default_rng(seed)
    pools: dict[str, list[str]] = {}
    for submodule, wanted in sorted(blueprint.per_submodule.items()):
        pool = sorted(
            item.id
            for item in items.values()
            if item.submodule == submodule
            and item.pool == "module"
            and item.status == "live"
            and not isinstance(item, FreeText)
            and item.id not in taken
        )
        if len(pool) < wanted:
            free = f"brīvi ir {len(pool)} uzdevumi, vajag {wanted}; pieraksti jaunus"
            message = f"{blueprint.id}: no {submodule}. nodaļas {free}"
            raise ContentError((message,))
        pools[submodule] = pool
    best: tuple[int, list[str]] | None = None
    for _ in range(attempts):
        drawn = [
            str(name)
            for submodule, pool in pools.items()
            for name in rng.choice(pool, size=blueprint.per_submodule[submodule], replace=False)
        ]
        kinds = len({items[name].kind for name in drawn})
        if best is None or kinds > best[0]:
            best = (kinds, drawn)
    assert best is not None  # noqa: S101  # attempts is positive
    texts = [name for name in blueprint.free_text if name not in taken] or list(blueprint.free_text)
    return Form(id=form_id, title=title, items=(*best[1], *texts[:1]))
