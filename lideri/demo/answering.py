"""How a simulated person answers: by chance, the likelier right the abler the person and the easier the item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lideri.course.items import (
    FreeText,
    Item,
    MarkSpots,
    Match,
    MultipleChoice,
    Number,
    Order,
    ShortText,
    Simulation,
    SingleChoice,
)
from lideri.practice import machine
from lideri.practice.release import scenario_of


def chance(ability: float, difficulty: float) -> float:
    """Probability of a right answer under the Rasch model."""
    return float(1 / (1 + np.exp(difficulty - ability)))


def answer(
    item: Item, ability: float, difficulty: float, rng: np.random.Generator, *, texts: Sequence[str] = ()
) -> dict[str, Any] | None:
    """A response to ``item`` as a browser would send it; now and then nothing (None). ``texts`` serve free text."""
    if rng.random() < 0.02:
        return None
    right = rng.random() < chance(ability, difficulty)
    part = 0.35 + 0.5 * chance(ability, difficulty)  # how likely each piece of a half-known answer is right
    match item:
        case SingleChoice():
            wrong = [option.id for option in item.options if option.id != item.key]
            # Most people who err choose the same tempting option.
            shares = np.array([0.6] + [0.4 / max(1, len(wrong) - 1)] * (len(wrong) - 1))
            choice = item.key if right else str(rng.choice(wrong, p=shares / shares.sum()))
            return {"kind": item.kind, "choice": choice}
        case MultipleChoice():
            ids = [option.id for option in item.options]
            chosen = item.key if right else [one for one in ids if (one in item.key) == (rng.random() < part)]
            return {"kind": item.kind, "choices": list(chosen) or [ids[0]]}
        case MarkSpots():
            ids = [spot.id for spot in item.spots]
            marked = item.key if right else [one for one in ids if (one in item.key) == (rng.random() < part)]
            return {"kind": item.kind, "marked": list(marked) or [ids[0]]}
        case Order():
            order = [name for group in item.key for name in group]
            if not right:
                i, j = (int(n) for n in rng.choice(len(order), size=2, replace=False))
                order[i], order[j] = order[j], order[i]
            return {"kind": item.kind, "order": order}
        case Match():
            rights = [piece.id for piece in item.right]
            pairs = {
                left: key if right or rng.random() < part else str(rng.choice(rights)) for left, key in item.key.items()
            }
            return {"kind": item.kind, "pairs": pairs}
        case Number():
            value = item.key if right else item.key * float(rng.choice([0.1, 0.5, 10.0, 1.5]))
            return {"kind": item.kind, "text": f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")}
        case ShortText():
            return {"kind": item.kind, "text": item.accept[0].lower() if right else _wrong_word(item, rng)}
        case FreeText():
            return {"kind": item.kind, "text": str(rng.choice(list(texts)))} if texts else None
        case Simulation():
            scenario = scenario_of(item)
            whole = machine(scenario["kind"]).solution(scenario)
            # Who does not know the way stops somewhere on it.
            return {"kind": item.kind, "actions": list(whole if right else whole[: int(rng.integers(1, len(whole)))])}


def _wrong_word(item: ShortText, rng: np.random.Generator) -> str:
    return str(rng.choice(list(item.reject))) if item.reject else "nezinu"


def difficulties(items: Mapping[str, Item], rng: np.random.Generator) -> dict[str, float]:
    """An invented difficulty for every item: higher DigComp levels are harder, with a spread."""
    return {name: 0.35 * (item.level - 4) + float(rng.normal(0, 0.7)) for name, item in sorted(items.items())}
