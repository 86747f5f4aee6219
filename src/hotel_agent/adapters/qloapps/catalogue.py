"""What the hotel sells: room types with capacity, rules and tax group, remembered for a while because they hardly change."""

import re
from collections.abc import Callable, Mapping

from attrs import define, field, frozen

from hotel_agent.adapters.qloapps.client import QloAppsClient, one_of
from hotel_agent.adapters.qloapps.wire import Record, records
from hotel_agent.domain.errors import MalformedReply, Misconfigured
from hotel_agent.domain.ids import RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.understanding import RoomKind

# Words in room types' names, in the languages hotels use; the first that fits counts.
_WORDS = (
    (RoomKind.SUITE, r"suite|suíte|presidential|presidencial|penthouse"),
    (RoomKind.FAMILY, r"famil\w*|quad\w*|cuádruple|cuadruple|quádrupl\w*"),
    (RoomKind.TRIPLE, r"tripl\w*"),
    (RoomKind.TWIN, r"twin|dos camas|duas camas|two beds"),
    (RoomKind.SINGLE, r"single|individual|sencilla|solteiro|singles?"),
    (RoomKind.DOUBLE, r"double|doble|matrimonial|casal|duplo|dupla"),
)
_BY_ADULTS = {1: RoomKind.SINGLE, 2: RoomKind.DOUBLE, 3: RoomKind.TRIPLE}
_TYPE_FIELDS = "[id,name,price,active,id_tax_rules_group]"


@frozen(kw_only=True)
class CatalogueEntry:
    room_type: RoomType
    tax_rules_group: int


@frozen
class Catalogue:
    """The active room types of one hotel, by QloApps id, and the shop's currencies as far as the key may read them."""

    entries: Mapping[int, CatalogueEntry]
    currencies: Mapping[int, str]

    def currency(self, currency_id: int, default: str) -> str:
        return self.currencies.get(currency_id, default)


@define
class CatalogueReader:
    """Reads the catalogue and keeps it for `catalogue_ttl`, measured by *monotonic* seconds."""

    _client: QloAppsClient
    _monotonic: Callable[[], float]
    _kept: Catalogue | None = field(default=None, init=False)
    _until: float = field(default=0.0, init=False)

    async def get(self, *, needs: frozenset[int] = frozenset()) -> Catalogue:
        """Answer what is remembered, or read afresh when it is old or lacks a room type of *needs*."""
        if self._kept is None or self._monotonic() >= self._until or not needs <= self._kept.entries.keys():
            self._kept = await self._read()
            self._until = self._monotonic() + self._client.settings.catalogue_ttl.total_seconds()
        return self._kept

    def forget(self) -> None:
        self._kept = None

    async def _read(self) -> Catalogue:
        settings = self._client.settings
        rules = await self._client.read(
            "hotel_room_types", {"filter[id_hotel]": f"[{settings.hotel_id}]", "display": "full", "sort": "[id_ASC]"}
        )
        by_type = {rule.id("id_product"): rule for rule in records(rules.data, "hotel_room_types") if self._ours(rule)}
        if not by_type:
            return Catalogue({}, {})
        types = await self._client.read(
            "room_types",
            {
                "filter[id]": one_of([str(type_id) for type_id in sorted(by_type)]),
                "display": _TYPE_FIELDS,
                "language": str(settings.language_id),
                "sort": "[id_ASC]",
            },
        )
        entries = {
            item.id(): self._entry(item, by_type[item.id()])
            for item in records(types.data, "room_types")
            if item.id() in by_type and item.flag("active")
        }
        return Catalogue(dict(sorted(entries.items())), await self._currencies())

    def _ours(self, rule: Record) -> bool:
        return rule.id("id_hotel") == int(self._client.settings.hotel_id)

    def _entry(self, item: Record, rule: Record) -> CatalogueEntry:
        settings = self._client.settings
        type_id, name = RoomTypeId(str(item.id())), item.text("name")
        adults = rule.id("max_adults")
        return CatalogueEntry(
            room_type=RoomType(
                id=type_id,
                name=name,
                kind=settings.kinds.get(type_id) or settings.kinds.get(RoomTypeId(name)) or guess_kind(name, adults),
                max_adults=adults,
                max_children=rule.id("max_children"),
                max_guests=rule.id("max_guests"),
                min_nights=max(1, rule.id("min_los")),
                max_nights=rule.id("max_los"),
                night_price=Money(item.amount("price"), settings.currency),
            ),
            tax_rules_group=settings.tax_rules_group if settings.tax_rules_group is not None else item.id("id_tax_rules_group"),
        )

    async def _currencies(self) -> dict[int, str]:
        """Read ISO codes by id; a key without that right sells in the hotel's own currency only."""
        try:
            answer = await self._client.read("currencies", {"display": "[id,iso_code]", "sort": "[id_ASC]"})
        except (Misconfigured, MalformedReply):
            return {}
        return {item.id(): item.text("iso_code").upper() for item in records(answer.data, "currencies")}


def guess_kind(name: str, adults: int) -> RoomKind:
    """Tell what guests would call a room type, by its name first and by how many adults it holds otherwise."""
    text = name.casefold()
    for kind, words in _WORDS:
        if re.search(rf"\b(?:{words})\b", text):
            return kind
    return _BY_ADULTS.get(adults, RoomKind.FAMILY)
