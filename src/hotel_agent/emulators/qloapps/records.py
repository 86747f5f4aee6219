"""Printing records of the generic resources in XML and JSON (API.md, section 3 and 16.5)."""

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import frozen

from hotel_agent.emulators.qloapps.answers import JSON, XML, Answer, cdata, document, record_json
from hotel_agent.emulators.qloapps.fields import Association, Field, Resource
from hotel_agent.emulators.qloapps.store import Row, Store


@frozen
class Display:
    """Which fields and associations a record is shown with, and the languages of its translated fields."""

    fields: tuple[str, ...]
    associations: tuple[str, ...]
    languages: tuple[int, ...]


@frozen
class Printer:
    """Prints records of one resource; *root* is the address of the web service, ending in a slash."""

    resource: Resource
    store: Store
    root: str
    as_json: bool

    def list_of_ids(self, ids: Sequence[int], *, href_first: bool = False) -> Answer:
        """A list without `display`."""
        resource = self.resource
        if self.as_json:
            return Answer(
                body=record_json({resource.list_node: [{"id": each} for each in ids]} if ids else []), content_type=JSON
            )
        lines = []
        for each in ids:
            href = f'xlink:href="{self.root}{resource.name}/{each}"'
            attributes = f'{href} id="{each}"' if href_first else f'id="{each}" {href}'
            lines.append(f"<{resource.item_node} {attributes}/>\n")
        return self._xml_list(lines)

    def records(self, rows: Sequence[Row], display: Display) -> Answer:
        """A list with `display`."""
        if self.as_json:
            shown = [self._json(row, display) for row in rows]
            return Answer(body=record_json({self.resource.list_node: shown} if shown else []), content_type=JSON)
        return self._xml_list(self._xml(row, display) for row in rows)

    def record(self, row: Row, display: Display, status: int = 200) -> Answer:
        """One record."""
        if self.as_json:
            return Answer(status, record_json({self.resource.item_node: self._json(row, display)}), JSON)
        return Answer(status, document(self._xml(row, display)), XML)

    def echo(self, row_id: int, sent: dict[str, Any], status: int) -> Answer:
        """
        A record after POST or PUT, which QloApps does not read back: the texts that were sent, and nothing where none was.

        *sent* maps each field's name to its text, to None for null, or to another value that JSON shows as it is.
        """
        associations = self._associations({"id": row_id} | sent)
        if self.as_json:
            body: dict[str, Any] = {"id": row_id if self.resource.name == "orders" and status != 200 else str(row_id)}
            body |= {each.name: sent.get(each.name) for each in self.resource.shown}
            lists = {each.name: self._plain(rows) for each, rows in associations if rows}
            shown = {self.resource.item_node: body | ({"associations": lists} if lists else {})}
            return Answer(status, record_json(shown), JSON)
        languages = self._languages()
        lines = [f"\t<id>{cdata(row_id)}</id>\n"]
        lines += [self._xml_field(each, sent.get(each.name), row_id, languages) for each in self.resource.shown]
        return Answer(status, document(self._xml_item(lines, associations, row_id)), XML)

    def _languages(self) -> tuple[int, ...]:
        return tuple(each["id"] for each in self.store.rows("SELECT id FROM languages WHERE active = 1 ORDER BY id"))

    def _xml_list(self, items: Iterable[str]) -> Answer:
        node = self.resource.list_node
        return Answer(body=document(f"<{node}>\n{''.join(items)}</{node}>\n"), content_type=XML)

    def _json(self, row: Row, display: Display) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        if "id" in display.fields:
            shown["id"] = str(row["id"]) if self.resource.id_is_text else row["id"]
        for each in self.resource.fields:
            if each.name in display.fields:
                shown[each.name] = self._translated(each, row, display) if each.kind == "i18n" else each.json(row[each.name])
        lists = {each.name: self._plain(rows) for each, rows in self._associations(row, display.associations) if rows}
        return shown | ({"associations": lists} if lists else {})

    @staticmethod
    def _translated(each: Field, row: Row, display: Display) -> Any:
        text = row[each.name]
        return text if len(display.languages) == 1 else [{"id": str(language), "value": text} for language in display.languages]

    @staticmethod
    def _plain(rows: Sequence[Row]) -> list[dict[str, Any]]:
        return [{name: None if value is None else str(value) for name, value in row.items()} for row in rows]

    def _associations(self, row: Row, names: Iterable[str] | None = None) -> list[tuple[Association, list[Row]]]:
        wanted = [each for each in self.resource.associations if names is None or each.name in names]
        params = {"resource": self.resource.name} | {name: row.get(name) for name in ("id", *self.resource.by_name)}
        return [(each, self.store.rows(each.query, params)) for each in wanted]

    def _xml(self, row: Row, display: Display) -> str:
        lines = [f"\t<id>{cdata(row['id'])}</id>\n"] if "id" in display.fields else []
        for each in self.resource.fields:
            if each.name in display.fields:
                value = row[each.name] if each.kind == "i18n" else each.text(row[each.name])
                lines.append(self._xml_field(each, value, row["id"], display.languages))
        return self._xml_item(lines, self._associations(row, display.associations), row["id"])

    def _xml_field(self, each: Field, value: Any, row_id: int, languages: Sequence[int]) -> str:
        if each.kind == "i18n":
            texts = "".join(
                f'<language id="{language}" xlink:href="{self.root}languages/{language}">{cdata(value or "")}</language>'
                for language in languages
            )
            return f"\t<{each.name}>{texts}</{each.name}>\n"
        if each.kind == "picture" and value == "0":
            value = ""
        is_linked = each.link and value not in {None, "", "0"}
        href = f' xlink:href="{self.root}{each.link.format(id=row_id)}/{value}"' if is_linked else ""
        mark = ' notFilterable="true"' if each.shows_not_filterable else ""
        return f"\t<{each.name}{href}{mark}>{'' if value in {None, ''} else cdata(value)}</{each.name}>\n"

    def _xml_item(self, lines: list[str], associations: list[tuple[Association, list[Row]]], row_id: int) -> str:
        item = self.resource.item_node
        lists = "".join(self._xml_association(each, rows, row_id) for each, rows in associations)
        wrapped = f"<associations>\n{lists}</associations>\n" if associations else ""
        return f"<{item}>\n{''.join(lines)}{wrapped}</{item}>\n"

    def _xml_association(self, each: Association, rows: Sequence[Row], row_id: int) -> str:
        kind = 'virtualEntity="true"' if each.virtual else f'api="{each.name}"'
        opening = f'<{each.name} nodeType="{each.node}" {kind}'
        if not rows:
            return f"{opening}/>\n"
        items = []
        for row in rows:
            href = f' xlink:href="{self.root}{each.link.format(id=row_id)}/{row["id"]}"' if "id" in row else ""
            values = "".join(f"\t<{name}>{'' if value is None else cdata(value)}</{name}>\n" for name, value in row.items())
            items.append(f"\t<{each.node}{href}>\n{values}\t</{each.node}>\n")
        return f"{opening}>\n{''.join(items)}</{each.name}>\n"
