"""«Adreses lasīšana»: which part of an address tells whose it is, and is it real."""

from __future__ import annotations

from widgets.simulator import Simulator


class AddressReader(Simulator):
    """Over `lideri.practice.address`."""

    kind = "address"
    bundle = "address_reader"
