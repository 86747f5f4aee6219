"""`hotel-agent check-hotel FILE`: mistakes and gaps of a hotel's file, with their lines."""

import json
import re
from pathlib import Path
from typing import Final

from attrs import frozen

from hotel_agent.adapters.files.gaps import gaps_in
from hotel_agent.adapters.files.places import Places
from hotel_agent.adapters.files.tenants import examine_hotel, read_source
from hotel_agent.adapters.templates.wording import own_wordings
from hotel_agent.domain.errors import ConfigurationError

DONE, FOUND = 0, 1

_IN_TEXT: Final = re.compile(r"(.*?) ?\(at line (\d+), column \d+\)")
_IN_PAGE: Final = re.compile(r"(?P<file>.*?\.md):(?P<line>\d+): (?P<what>.*)", re.DOTALL)
_IN_MESSAGES: Final = re.compile(r"hotel [^:]+: (?P<file>messages\.[\w-]+\.ftl): line (?P<line>\d+): (?P<what>.*)", re.DOTALL)


@frozen(kw_only=True)
class Finding:
    """`mistake`: the service does not start with it. Otherwise it is a gap that guests notice."""

    file: str
    line: int
    mistake: bool
    text: str


def check_hotel(path: Path, *, as_json: bool) -> int:
    """Print what is wrong with a hotel's file and what it leaves out; 1 if there is anything."""
    found = findings(path)
    if as_json:
        rows = [
            {"file": one.file, "line": one.line, "kind": "mistake" if one.mistake else "gap", "text": one.text} for one in found
        ]
        print(json.dumps({"findings": rows}, ensure_ascii=False, indent=2))
        return FOUND if found else DONE
    for one in found:
        print(f"{one.file}:{one.line}: {'mistake' if one.mistake else 'gap'}: {one.text}")
    mistakes = sum(one.mistake for one in found)
    print(f"{mistakes} mistakes, {len(found) - mistakes} gaps")
    return FOUND if found else DONE


def findings(path: Path) -> list[Finding]:
    """Everything there is to say about the file at *path* and the folder beside it, by place."""
    try:
        text = read_source(path)
    except ConfigurationError as exc:
        return [Finding(file=str(path), line=1, mistake=True, text=_without(path, problem)) for problem in exc.problems]
    places = Places.of(text)
    file, problems = examine_hotel(path)
    found = [_mistake(path, places, problem) for problem in problems]
    if file is not None:
        try:
            own_wordings({file.hotel.id: file.messages})
        except ConfigurationError as exc:
            found += [_mistake(path, places, problem) for problem in exc.problems]
        wrong = {_without(path, problem).partition(": ")[0] for problem in problems}
        found += [
            Finding(file=str(path), line=places.line(key), mistake=False, text=f"{key}: {what}")
            for key, what in gaps_in(file)
            if key not in wrong
        ]
    return sorted(found, key=lambda one: (one.file, one.line, one.text))


def _mistake(path: Path, places: Places, problem: str) -> Finding:
    folder = path.with_suffix("")
    told = _without(path, problem)
    if page := _IN_PAGE.fullmatch(told):
        return Finding(file=page["file"], line=int(page["line"]), mistake=True, text=page["what"])
    if message := _IN_MESSAGES.fullmatch(told):
        return Finding(file=str(folder / message["file"]), line=int(message["line"]), mistake=True, text=message["what"])
    if syntax := _IN_TEXT.fullmatch(told):
        return Finding(file=str(path), line=int(syntax[2]), mistake=True, text=syntax[1])
    return Finding(file=str(path), line=places.line(told.partition(": ")[0]), mistake=True, text=told)


def _without(path: Path, problem: str) -> str:
    return problem.removeprefix(f"{path}: ")
