"""Hotels from a folder of files: `<tenant>.toml`, one each."""

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

from attrs import field, frozen

from hotel_agent.adapters.files.hotel_file import draft_hotel, parse_hotel
from hotel_agent.adapters.files.values import Beside, HotelFile
from hotel_agent.domain.errors import ConfigurationError, UnknownTenant
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import TenantId
from hotel_agent.ports.tenants import Tenants

DEMO: Final = TenantId("demo")

_TENANT = re.compile(r"[a-z0-9-]{1,40}")
_BESIDE = re.compile(r"faq\.(es|en|pt)\.md|messages\.(es|es-AR|en|pt)\.ftl")
_LARGEST_FILE = 1_000_000


def _by_id(found: Iterable[HotelFile]) -> Mapping[TenantId, HotelFile]:
    return {file.hotel.id: file for file in sorted(found, key=lambda file: file.hotel.id)}


@frozen
class FileTenants(Tenants):
    """The hotels of files that were read once, at start."""

    _files: Mapping[TenantId, HotelFile] = field(converter=_by_id)

    def get(self, tenant: TenantId) -> Hotel:
        return self.file(tenant).hotel

    def all(self) -> tuple[Hotel, ...]:
        return tuple(file.hotel for file in self._files.values())

    def file(self, tenant: TenantId) -> HotelFile:
        """
        All that a hotel's file says.

        Raises:
            UnknownTenant: there is none.

        """
        found = self._files.get(tenant)
        if found is None:
            raise UnknownTenant
        return found

    def files(self) -> tuple[HotelFile, ...]:
        """Every file, by tenant."""
        return tuple(self._files.values())


def read_hotels(folder: Path) -> FileTenants:
    """
    Read every `<tenant>.toml` of *folder*.

    Raises:
        ConfigurationError: every mistake of every file, each as `file: key.path: what was expected`.

    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".toml" and not path.name.startswith("."))
    except OSError as exc:
        raise ConfigurationError([f"{folder}: expected a folder of <tenant>.toml files ({type(exc).__name__})"]) from exc
    if not paths:
        raise ConfigurationError([f"{folder}: expected at least one <tenant>.toml"])
    found: list[HotelFile] = []
    problems: list[str] = []
    for path in paths:
        try:
            found.append(read_hotel(path))
        except ConfigurationError as exc:
            problems += exc.problems
    if problems:
        raise ConfigurationError(problems)
    return FileTenants(found)


def read_hotel(path: Path) -> HotelFile:
    """
    Read one hotel; its id is the file's name.

    Raises:
        ConfigurationError: every mistake, each as `file: key.path: what was expected`.

    """
    file, problems = examine_hotel(path)
    if file is None or problems:
        raise ConfigurationError(problems)
    return file


def examine_hotel(path: Path) -> tuple[HotelFile | None, list[str]]:
    """Read one hotel as far as it can be read, None if that is not at all, and say every mistake like `read_hotel`."""
    problems: list[str] = []
    if not _TENANT.fullmatch(path.stem):
        problems.append(f"{path}: the file's name is the hotel's id: lower-case letters, digits and hyphens, at most 40")
    try:
        text = read_source(path)
    except ConfigurationError as exc:
        return None, [*problems, *exc.problems]
    beside = _read_beside(path.with_suffix(""), problems)
    try:
        file, mistakes = draft_hotel(text, path.stem, path.parent, beside)
    except ConfigurationError as exc:
        return None, [*problems, *(f"{path}: {problem}" for problem in exc.problems)]
    return file, [*problems, *(f"{path}: {mistake}" for mistake in mistakes)]


def read_source(path: Path) -> str:
    """
    Read one text of a hotel's.

    Raises:
        ConfigurationError: it cannot be read, is no UTF-8 text, or is larger than a hotelier writes.

    """
    try:
        with path.open("rb") as opened:
            raw = opened.read(_LARGEST_FILE + 1)
        text = raw.decode("utf-8-sig")
    except OSError as exc:
        raise ConfigurationError([f"{path}: cannot be read ({type(exc).__name__})"]) from exc
    except UnicodeDecodeError as exc:
        raise ConfigurationError([f"{path}: is not UTF-8 text (byte {exc.start})"]) from exc
    if len(raw) > _LARGEST_FILE:
        raise ConfigurationError([f"{path}: is larger than {_LARGEST_FILE} bytes"])
    return text


def _read_beside(folder: Path, problems: list[str]) -> Beside:
    """Read the folder of the hotel's questions and messages, where there is one; a file of another kind there is a mistake."""
    sources: dict[str, str] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix not in {".md", ".ftl"} or path.name.startswith("."):
            continue
        if not _BESIDE.fullmatch(path.name):
            problems.append(f"{path}: expected `faq.<language>.md` or `messages.<language>.ftl` (es, es-AR, en, pt)")
            continue
        try:
            sources[path.name] = read_source(path)
        except ConfigurationError as exc:
            problems += exc.problems
    return Beside(folder=str(folder), sources=sources)


def demo_source() -> str:
    """The file of the demo hotel, to copy and edit."""
    return files("hotel_agent.adapters.files").joinpath("demo.toml").read_text("utf-8")


def demo_hotel() -> FileTenants:
    """The demo hotel that comes with the package, alone."""
    texts = files("hotel_agent.adapters.files").joinpath(DEMO)
    sources = {path.name: path.read_text("utf-8") for path in texts.iterdir() if _BESIDE.fullmatch(path.name)}
    return FileTenants([parse_hotel(demo_source(), DEMO, Path(), Beside(folder=DEMO, sources=sources))])
