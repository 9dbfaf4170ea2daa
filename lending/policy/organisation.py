"""Who lends, and how the organisation has divided the work between its units, as frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lending.policy.reading import Texts

#: The parts of the work that an organisation may give to different units (``Arrangement``).
FUNCTIONS = ("customer-work", "preparation", "decision", "money-traffic")

#: Whose work each act is, unless the arrangement says otherwise; an act not named here is open to every function.
FUNCTION_OF_ACT = {
    "take-case": "preparation",
    "prepare": "preparation",
    "request-supplement": "preparation",
    "propose": "preparation",
    "decide": "decision",
    "conclude-agreement": "decision",
    "decide-change": "decision",
    "decide-extension": "decision",
    "approve-extension": "decision",
    "propose-waiver": "decision",
    "decide-waiver": "decision",
    "write-off": "decision",
    "disburse": "money-traffic",
    "record-payment": "money-traffic",
    "reverse-payment": "money-traffic",
    "remind": "money-traffic",
    "transfer": "decision",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A team of staff and the municipalities it serves (codes). Its names say nothing of where its clients live."""

    key: str
    names: Texts
    municipalities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Contact:
    """Where to reach the organisation."""

    email: str
    phone: str
    address: str
    hours: Texts


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Who does which part of the work: a unit for each of ``FUNCTIONS``, ``None`` for the unit that serves the citizen.

    ``acts`` moves single acts from their usual function (``FUNCTION_OF_ACT``) to another; ``losses`` names who bears
    the credit losses.
    """

    units: Mapping[str, str | None]
    acts: Mapping[str, str]
    losses: Texts

    def unit_for(self, act: str, own_unit: str) -> str | None:
        """The unit whose work ``act`` is on a case of ``own_unit``; ``None``: of every unit that works on it."""
        function = self.acts.get(act) or FUNCTION_OF_ACT.get(act)
        return None if function is None else self.unit_of(function, own_unit)

    def unit_of(self, function: str, own_unit: str) -> str:
        """The unit that does ``function`` on a case of ``own_unit``."""
        return self.units[function] or own_unit

    def units_of(self, own_unit: str) -> frozenset[str]:
        """Every unit that has work on a case of ``own_unit``."""
        return frozenset(self.unit_of(function, own_unit) for function in FUNCTIONS)

    @property
    def central_units(self) -> frozenset[str]:
        """The units that do a part of the work for everybody's cases."""
        return frozenset(unit for unit in self.units.values() if unit)


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who lends. ``people``: who does a part of the work (``FUNCTIONS``), as citizens are told, where it is said."""

    key: str
    names: Texts
    languages: tuple[str, ...]
    contact: Contact
    municipalities: Mapping[str, Texts]
    units: Mapping[str, Unit]
    protected_unit: str
    arrangement: Arrangement
    people: Mapping[str, Texts] = field(default_factory=dict)

    def name(self, language: str) -> str:
        """The organisation's name in ``language``."""
        return self.names[language]

    def unit_for(self, municipality: str | None, protected: bool = False) -> str:
        """The key of the unit that serves ``municipality``.

        People under a safety ban, and those whose municipality is not served here, go to the protected unit:
        the unit must not tell where a person lives.
        """
        if not protected:
            for unit in self.units.values():
                if municipality in unit.municipalities:
                    return unit.key
        return self.protected_unit
