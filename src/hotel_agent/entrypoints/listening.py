"""`hotel-agent understand` and `hotel-agent evaluate`: the understanding alone, without any conversation."""

import json
import sys
from datetime import date
from pathlib import Path

from hotel_agent.adapters.nlu.describing import describe
from hotel_agent.adapters.nlu.evaluation import as_json as report_as_json
from hotel_agent.adapters.nlu.evaluation import as_text, labelled
from hotel_agent.adapters.nlu.evaluation import evaluate as score
from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.domain.errors import ConfigurationError, InvalidValue, UnknownTenant
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.understanding import Listening
from hotel_agent.entrypoints.hotels import default_tenant_of, hotels_of
from hotel_agent.entrypoints.settings import Settings

DONE, FAILED = 0, 1


def understand(settings: Settings, today: str | None, tenant: str | None) -> int:
    """Read lines from standard input and print what each means, one JSON object a line."""
    hotel = _hotel(settings, tenant)
    try:
        day = date.fromisoformat(today) if today else hotel.today(SystemClock().now())
    except ValueError as exc:
        raise ConfigurationError([f"--today: given {today!r}, expected YYYY-MM-DD"]) from exc
    listening = Listening(today=day, language=hotel.languages[0], country=hotel.country, day_first=hotel.day_first)
    understander = LocalUnderstander.load()
    for line in sys.stdin:
        text = line.rstrip("\r\n")
        print(json.dumps(describe(text, understander.hear(text, listening)), ensure_ascii=False), flush=True)
    return DONE


def evaluate(settings: Settings, file: Path, tenant: str | None, *, as_json: bool) -> int:
    """Score the understanding on labelled lines; 1 when a stay was silently wrong."""
    hotel = _hotel(settings, tenant)
    today = hotel.today(SystemClock().now())
    lines, problems = [], []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            lines.append(labelled(line, today=today))
        except InvalidValue as exc:
            problems.append(f"{file}:{number}: {exc}")
    if problems or not lines:
        raise ConfigurationError(problems or [f"{file}: holds no labelled line"])
    report = score(lines, LocalUnderstander.load().hear, country=hotel.country, day_first=hotel.day_first)
    print(json.dumps(report_as_json(report), ensure_ascii=False, indent=2) if as_json else as_text(report))
    return FAILED if report.silently_wrong else DONE


def _hotel(settings: Settings, tenant: str | None) -> Hotel:
    hotels = hotels_of(settings)
    try:
        return hotels.get(TenantId(tenant) if tenant else default_tenant_of(settings, hotels))
    except UnknownTenant as exc:
        raise ConfigurationError([f"--tenant: {exc}"]) from exc
