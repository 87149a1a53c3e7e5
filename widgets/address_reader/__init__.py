"""«Adreses lasīšana»: which part of an address tells whose it is, and is it real."""

from __future__ import annotations

from typing import ClassVar

from widgets.simulator import Simulator


class AddressReader(Simulator):
    """Over `lideri.practice.address`."""

    kind: ClassVar[str] = "address"
    bundle = "address_reader"
