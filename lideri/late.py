"""Imports that cost a second in each of our processes and are hardly ever used: made when they are."""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class _Late(ModuleType):
    """Stands for a module until something in it is asked for; functions named are handed out without the module."""

    def __init__(self, spec: ModuleSpec, functions: tuple[str, ...]) -> None:
        super().__init__(spec.name)
        self.__spec__ = spec
        for function in functions:
            setattr(self, function, self._later(function))

    def _later(self, function: str) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            return getattr(self._module(), function)(*args, **options)

        return call

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system asks for these
            raise AttributeError(name)
        return getattr(self._module(), name)

    def _module(self) -> ModuleType:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return importlib.import_module(self.__name__)


def late(name: str, *functions: str) -> None:
    """From now on `from name import function` is free; the module is imported when the function is called."""
    if name not in sys.modules and (spec := find_spec(name)) is not None:
        sys.modules[name] = _Late(spec, functions)
