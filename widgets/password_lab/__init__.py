"""What the password lab asks its kernel: where the estimator is, or its text. It asks nothing about passwords."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from lideri.errors import InvalidAnswer
from lideri.practice import estimator
from widgets.base import SERVED

NOT_HERE = "Paroļu vērtētāja šajā datorā nav, tāpēc izmēģināt paroles te nevar. Pārējos uzdevumus pildi droši."


def answer(
    scenario: Mapping[str, Any],
    state: Mapping[str, Any],
    question: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
) -> dict[str, Any]:
    """``address`` where a server hands the module out to be kept by browsers; its whole ``text`` in other places."""
    if question.get("what") != "estimator":
        raise InvalidAnswer("Tādu jautājumu šī lapa neprot. Pārlādē lapu un mēģini vēlreiz.")
    text = estimator.module_text()
    if text is None:
        raise InvalidAnswer(NOT_HERE)
    served = environment.get(SERVED)
    if not served:
        return {"text": text}
    return {"address": f"{served}{estimator.NAME}?v={estimator.stamp(text)}"}
