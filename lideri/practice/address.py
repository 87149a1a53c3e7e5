"""«Adreses lasīšana»: find the part of an address that tells whose it is, then say whether the address is real.

Actions (``do`` and its fields)::

    pick     address, domain            chosen among the choices shown, or typed
    say      address, verdict (real | fake), of (whom it imitates; may be left out)
    check    address                    locks the answer
    retry    address                    unlocks it; nothing is cleared

Which part counts is computed from the Public Suffix List (`lideri.practice.domains`), and an address is real when that
part belongs to one of the scenario's owners. Neither is ever stored beside the address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Text
from lideri.errors import InvalidAnswer
from lideri.practice.domains import host_of, public_suffix, registrable_domain
from lideri.practice.machine import (
    Action,
    Feedback,
    Machine,
    Mark,
    Outcome,
    PlaceScenario,
    Scenario,
    heading,
    one_of,
    typed,
    unknown,
    verb,
)

VERDICTS = {"real": "Adrese ir īsta.", "fake": "Adrese ir viltota."}
DOMAIN_LIKE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)


# ── the scenario's file ─────────────────────────────────────────────────────────────────────────────────────────────


class Owner(Frozen):
    """An institution or company; ``domain`` only where a source names its real address."""

    id: Identifier
    name: Text
    domain: str = ""


class Address(Frozen):
    id: Identifier
    url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    context: Text  # where a person meets it
    imitates: Identifier | None = None  # for a look-alike: whom
    why: Text
    facts: Annotated[tuple[str, ...], Field(min_length=1)]


class AddressScenario(PlaceScenario):
    """`course_data/scenarios/addresses.yml`."""

    kind: Literal["address"]
    notice: Text
    owners: Annotated[tuple[Owner, ...], Field(min_length=2)]
    addresses: Annotated[tuple[Address, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _every_address_is_real_or_imitates_somebody(self) -> Self:
        owners = {owner.id for owner in self.owners}
        domains = {owner.domain for owner in self.owners if owner.domain}
        if len({address.id for address in self.addresses}) != len(self.addresses):
            raise ValueError("adrešu id atkārtojas")
        for address in self.addresses:
            domain = registrable_domain(host_of(address.url))
            if not domain:
                raise ValueError(f"adresē {address.id} nav reģistrējama domēna: {address.url}")
            if (domain in domains) != (address.imitates is None):
                raise ValueError(f"adrese {address.id} nav ne īsta, ne kādu atdarina; pārbaudi «imitates» un «owners»")
            if address.imitates is not None and address.imitates not in owners:
                raise ValueError(f"adrese {address.id} atdarina «{address.imitates}», kā nav sarakstā «owners»")
        return self


# ── state ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class OneAddress:
    domain: str = ""  # as chosen or typed
    verdict: str | None = None
    of: str | None = None
    checked: bool = False  # locked now
    tries: int = 0


@dataclass(frozen=True)
class AddressState:
    """``addresses`` holds only those that a person has touched."""

    addresses: Mapping[str, OneAddress] = field(default_factory=dict)
    last: str | None = None

    def address(self, name: str) -> OneAddress:
        return self.addresses.get(name, OneAddress())

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


# ── the machine ─────────────────────────────────────────────────────────────────────────────────────────────────────


class AddressMachine(Machine[AddressState]):
    kind = "address"

    def start(self, scenario: Scenario) -> AddressState:
        return AddressState()

    def apply(self, scenario: Scenario, state: AddressState, action: Action) -> AddressState:
        do = verb(action)
        if do not in {"pick", "say", "check", "retry"}:
            raise unknown(do)
        name = one_of(action, "address", self.parts(scenario), "adrese")
        now, last = state.address(name), state.last
        if do == "retry":
            if not now.checked:
                raise InvalidAnswer("Šī adrese vēl nav pārbaudīta, tāpēc atbildi vari brīvi mainīt.")
            now, last = replace(now, checked=False), None if last == name else last
        elif do == "check":
            if not normalised(now.domain):
                raise InvalidAnswer("Vispirms izvēlies, kura adreses daļa ir svarīgā.")
            if now.verdict is None:
                raise InvalidAnswer("Vispirms izvēlies, vai adrese ir īsta vai viltota.")
            now, last = replace(now, checked=True, tries=now.tries if now.checked else now.tries + 1), name
        elif now.checked:
            raise InvalidAnswer("Šī adrese jau ir pārbaudīta. Lai mainītu atbildi, nospied «Mēģināt vēlreiz».")
        elif do == "pick":
            now = replace(now, domain=typed(action, "domain"))
        else:
            verdict = one_of(action, "verdict", VERDICTS, "atbilde")
            of = None
            if verdict == "fake" and action.get("of") is not None:
                of = one_of(action, "of", (owner["id"] for owner in scenario["owners"]), "iestāde vai uzņēmums")
            now = replace(now, verdict=verdict, of=of)
        return replace(state, addresses={**state.addresses, name: now}, last=last)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        return {
            **heading(scenario),
            "owners": [{"id": owner["id"], "name": owner["name"]} for owner in scenario["owners"]],
            "verdicts": [{"id": name, "text": text} for name, text in VERDICTS.items()],
            "addresses": [
                {
                    "id": address["id"],
                    "url": address["url"],
                    "context": address["context"],
                    "label": "Mācību piemērs",
                    "choices": list(choices(address["url"])),
                }
                for address in scenario["addresses"]
            ],
        }

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return tuple(address["id"] for address in scenario["addresses"])

    def done(self, state: AddressState) -> tuple[str, ...]:
        return tuple(name for name, address in state.addresses.items() if address.tries)

    def checked(self, scenario: Scenario, state: AddressState) -> tuple[str, ...]:
        return tuple(name for name in self.parts(scenario) if state.address(name).checked)

    def last(self, state: AddressState) -> str | None:
        return state.last

    def progress(self, done: int, total: int) -> str:
        return f"Pārbaudītas adreses: {done} no {total}"

    def feedback(self, scenario: Scenario, state: AddressState, about: str) -> Feedback:
        if about not in self.parts(scenario):
            raise InvalidAnswer(f"Šajā uzdevumā nav adreses «{about[:40]}». Izvēlies kādu no redzamajām.")
        if not state.address(about).checked:
            raise InvalidAnswer("Šī adrese vēl nav pārbaudīta. Vispirms nospied «Pārbaudīt».")
        address = next(each for each in scenario["addresses"] if each["id"] == about)
        return _judge(address, state.address(about), scenario["owners"])


# ── reading an address ──────────────────────────────────────────────────────────────────────────────────────────────


def choices(url: str) -> tuple[str, ...]:
    """Parts of the address to choose from, in reading order; the one that counts is always among them.

    Computed, so that the choices of a real and of a false address look alike: beginnings and endings of the host,
    and whatever looks like a domain elsewhere in the address.
    """
    labels = host_of(url).split(".")
    size = len(labels)
    shortest = 1 if size == 2 else 2
    runs = {".".join(labels[:end]) for end in range(shortest, size + 1)}
    runs |= {".".join(labels[begin:]) for begin in range(size - shortest + 1)}
    runs |= set(_elsewhere(url))
    text = url.lower()
    return tuple(sorted(runs, key=lambda run: (text.index(run), len(run))))


def _elsewhere(url: str) -> tuple[str, ...]:
    """What looks like a domain before «@» or after the host."""
    address = urlsplit(url)
    before = address.netloc.rpartition("@")[0]
    return tuple(
        found.lower() for found in DOMAIN_LIKE.findall(f"{before} {address.path} {address.query} {address.fragment}")
    )


def normalised(typed_domain: str) -> str:
    """A domain as a person may type it, without spaces, quotation marks, «https://», path and dots at the ends."""
    text = re.sub(r"\s+", "", typed_domain).lower().strip("«»\"'„“”")
    text = re.sub(r"^[a-z]+://", "", text)
    return re.split(r"[/?#:]", text, maxsplit=1)[0].strip(".")


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _judge(address: Mapping[str, Any], state: OneAddress, owners: Any) -> Feedback:
    domain = _judge_domain(address["url"], state)
    verdict = _judge_verdict(address, state, owners)
    marks = {"domain": domain, "verdict": verdict}
    outcome: Outcome
    if domain.outcome == verdict.outcome == "right":
        outcome, title = "right", "Pareizi."
    elif verdict.outcome == "wrong":
        outcome, title = "wrong", "Vēl ne."
        if state.verdict == "fake":
            title = "Piesardzīgi, bet šī adrese ir īsta."
    else:
        outcome, title = "partly", "Daļēji pareizi."
    return Feedback(outcome, title, (domain.why, verdict.why, address["why"]), marks)


def _judge_domain(url: str, state: OneAddress) -> Mark:
    host = host_of(url)
    key, chosen = registrable_domain(host), normalised(state.domain)
    counts = f"Svarīgā daļa ir «{key}»."
    suffix = public_suffix(host)
    if "." in suffix:
        counts += f" Beigas «{suffix}» ir kopīgas daudzām iestādēm, tāpēc svarīgs ir arī vārds tieši pirms tām."
    if chosen == key:
        return Mark("right", counts)
    if chosen.endswith("." + key):
        extra = chosen.removesuffix("." + key)
        return Mark(
            "partly", f"Gandrīz. «{extra}» ir priekšā pielikta daļa, ko vietnes īpašnieks izvēlas pats. {counts}"
        )
    if chosen == suffix or suffix.endswith("." + chosen):
        return Mark("wrong", f"«{chosen}» ir tikai adreses beigas, kopīgas daudziem. {counts}")
    if chosen in _elsewhere(url) and chosen not in host:
        return Mark("wrong", f"«{chosen}» šajā adresē ir tikai teksts: tas neparāda, kam vietne pieder. {counts}")
    return Mark("wrong", f"Skaties uz beigām, tieši pirms pirmās «/» aiz «https://». {counts}")


def _judge_verdict(address: Mapping[str, Any], state: OneAddress, owners: Any) -> Mark:
    domain = registrable_domain(host_of(address["url"]))
    owner = next((each for each in owners if each.get("domain") == domain), None)
    if owner is not None:
        says = f"Tā ir īsta adrese: {owner['name']}."
        return Mark("right" if state.verdict == "real" else "wrong", says)
    imitated = next(each for each in owners if each["id"] == address["imitates"])
    says = f"Tā ir viltota adrese. Ko tā atdarina: {imitated['name']}."
    if state.verdict == "real":
        return Mark("wrong", says)
    return Mark("right" if state.of == imitated["id"] else "partly", says)
