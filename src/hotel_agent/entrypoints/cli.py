"""
The command `hotel-agent`. The only place that reads the process's environment.

Exit codes: 0 done, 1 failed or a violation found, 2 usage or settings.
"""

import argparse
import contextlib
import gc
import os
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import anyio

from hotel_agent.domain.errors import ConfigurationError, HotelAgentError
from hotel_agent.domain.ids import TenantId
from hotel_agent.entrypoints.setting_values import LOG_LEVELS
from hotel_agent.entrypoints.settings import Settings

DONE, FAILED, USAGE = 0, 1, 2

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except ConfigurationError as exc:
        print("The settings cannot be used:", *exc.problems, sep="\n  ", file=sys.stderr)
        return USAGE
    except HotelAgentError as exc:
        print(f"hotel-agent: {exc}", file=sys.stderr)
        return FAILED
    except OSError as exc:
        print(f"hotel-agent: {exc.strerror or exc}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hotel-agent", description="Books hotel rooms safely from a conversation.")
    parser.add_argument("--config", type=Path, help="TOML file with settings (the environment wins over it)")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, command: Command, help_text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=help_text)
        sub.set_defaults(command=command)
        return sub

    serve = add("serve", _serve, "run the service: HTTP, web chat and worker in one process")
    serve.add_argument("--no-worker", action="store_true", help="HTTP only; `hotel-agent worker` does the rest")
    add("worker", _worker, "handle conversations and jobs without HTTP")
    chat = add("chat", _chat, "talk to a running service in the terminal")
    chat.add_argument("--url", help="address of the service (default: from the settings)")
    chat.add_argument("--tenant", default=None, help="which hotel")
    emulator = add("emulator", _emulator, "run the QloApps emulator alone")
    emulator.add_argument("--port", type=int, default=0, help="0 = a free one, printed")
    emulator.add_argument("--seed", type=int, default=None, help="a generated shop instead of the recorded one")
    emulator.add_argument("--hotels", type=int, default=1, help="with --seed: how many hotels")
    emulator.add_argument("--rooms", type=int, default=20, help="with --seed: rooms per hotel")
    emulator.add_argument("--state", type=Path, default=None, help="keep the state in this file (default: in memory)")
    emulator.add_argument("--noisy", action="store_true", help="PHP notices become errors, as with a stock php.ini")
    emulator.add_argument("--latency", type=float, default=0.0, help="1 = as slow as the recorded server, 0 = not at all")
    emulator.add_argument("--racy", type=int, default=None, metavar="SEED", help="simultaneous creates race, by this seed")
    emulator.add_argument("--control", action="store_true", help="allow POST /_emulator/behaviour: faults on demand")
    _describe_whatsapp_emulator(add("whatsapp-emulator", _whatsapp_emulator, "run an emulated WhatsApp and a page to write on"))
    _describe_whatsapp_media(add("whatsapp-media", _whatsapp_media, "fetch a file that a guest sent"))
    _add_watching_commands(add)
    migrate = add("migrate", _migrate, "bring the journal's tables up to date")
    migrate.add_argument("--down", action="store_true", help="remove them instead, with everything in them")
    understand = add("understand", _understand, "read lines from standard input, print what each means as JSON")
    understand.add_argument("--today", default=None, help="the hotel's day, YYYY-MM-DD (default: now)")
    understand.add_argument("--tenant", default=None, help="which hotel's habits")
    evaluate = add("evaluate", _evaluate, "score the understanding on labelled lines; 1 when a stay was silently wrong")
    evaluate.add_argument("file", type=Path, help='JSON lines: {"text", "lang", "today"?, "intent"?, "slots"?}')
    evaluate.add_argument("--tenant", default=None, help="which hotel's habits")
    evaluate.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    for name, command, what in (
        ("locks", _locks, "list reservation locks and what happened to them"),
        ("escalations", _escalations, "list conversations that need a person"),
    ):
        listing = add(name, command, what)
        listing.add_argument("--json", action="store_true", help="one JSON object")
        listing.add_argument("--tenant", default=None, help="which hotel (default: all)")
    _add_staff_commands(add)
    dead = add("dead-letters", _dead_letters, "list events that could not be handled; re-drive or drop one")
    which = dead.add_mutually_exclusive_group()
    which.add_argument("--redrive", default=None, metavar="ID", help="let this event be handled again")
    which.add_argument("--drop", default=None, metavar="ID", help="list this event no more")
    dead.add_argument("--json", action="store_true", help="one JSON object")
    dead.add_argument("--tenant", default=None, help="which hotel (default: all)")
    for name, command, what in (
        ("backup", _backup, "write the journal's store to a new file while it serves"),
        ("restore", _restore, "make the journal's store from a backup; there must be none yet"),
    ):
        add(name, command, what).add_argument("file", type=Path, metavar="FILE")
    key = add("key", _key, "mint an API key: prints the token once, and the text for API_KEYS_FILE")
    key.add_argument("name", help="whose key it is")
    key.add_argument("--tenant", required=True, help="the hotel it is bound to")
    key.add_argument("--scopes", default="process,read", help="comma-separated: process, read, guests, metrics")
    simulating = add("simulate", _simulate, "try the whole service against faults of every kind, and audit what came of it")
    simulating.add_argument("--seed", type=int, default=1, help="the same seed gives the same worlds (default: 1)")
    simulating.add_argument("--conversations", type=_count, default=500, help="how many guests write (default: 500)")
    simulating.add_argument(
        "--processes", type=_count, default=os.cpu_count() or 1, help="worlds at once (default: one per CPU)"
    )
    simulating.add_argument("--json", action="store_true", help="one JSON object")
    add("version", _version, "print the version")
    return parser


def _add_watching_commands(add: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    add("doctor", _doctor, "show the settings (no secrets) and probe everything they name")
    looking = add("status", _status, "show a running service live: parts, breakers, queues, locks, rates")
    looking.add_argument("--url", help="address of the service (default: from the settings)")
    looking.add_argument("--key", default=None, help="an API key with the scope `metrics`, where the service has keys")
    looking.add_argument("--every", type=_seconds, default=2.0, metavar="SECONDS", help="how often to look (default: 2)")
    looking.add_argument("--once", action="store_true", help="look once; 1 when a needed part is down")
    looking.add_argument("--json", action="store_true", help="one JSON object a look")
    level = add("log-level", _log_level, "change the log level of running processes, and of those started later")
    level.add_argument("level", nargs="?", choices=LOG_LEVELS, help="from which level on they log (default: show it)")
    level.add_argument("--default", action="store_true", help="back to HOTEL_AGENT_LOG_LEVEL")


def _describe_whatsapp_emulator(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=0, help="0 = a free one, printed")
    parser.add_argument(
        "--callback", default=None, metavar="URL", help="where its webhooks go (default: `serve` as the settings have it)"
    )
    parser.add_argument("--seed", type=int, default=None, help="the same draws each time; message ids come again too")


def _describe_whatsapp_media(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the file's id, as the escalation is about it; good for 7 days")
    parser.add_argument("--tenant", default=None, help="whose number it came to")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write it; must not exist")


def _add_staff_commands(add: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    taking = add("takeover", _takeover, "let staff speak in a conversation: the agent stays silent meanwhile")
    taking.add_argument("conversation", metavar="ID", help="the conversation, or one of its escalations")
    taking.add_argument("--minutes", type=_count, default=None, help="for so long (default: until it is handed back)")
    handing = add("hand-back", _hand_back, "let the agent answer again in a conversation")
    handing.add_argument("conversation", metavar="ID", help="the conversation, or one of its escalations")
    checking = add("check-hotel", _check_hotel, "find mistakes and gaps in a hotel's file; 1 when there are any")
    checking.add_argument("file", type=Path, metavar="FILE", help="<tenant>.toml; the folder <tenant>/ beside it is read too")
    checking.add_argument("--json", action="store_true", help="one JSON object")


def _settings(options: argparse.Namespace) -> Settings:
    return Settings.from_env(os.environ, options.config)  # noqa: TID251 - the one place that does


def _run(function: Callable[[], Awaitable[int]]) -> int:
    with contextlib.suppress(KeyboardInterrupt):
        return anyio.run(function, backend="asyncio")
    return FAILED


# Commands import what they need themselves: `version` and `--help` must not load a web server.


@contextlib.contextmanager
def _loading() -> Iterator[None]:
    """Load modules without looking for garbage among them, then or ever: that takes a quarter of a service's start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _serve(options: argparse.Namespace) -> int:
    with _loading():
        from hotel_agent.entrypoints.running import serve

    settings = _settings(options)
    if options.no_worker:
        settings.check_apart("serve --no-worker")
    return _run(lambda: serve(settings, with_worker=not options.no_worker))


def _worker(options: argparse.Namespace) -> int:
    with _loading():
        from hotel_agent.entrypoints.running import work

    settings = _settings(options)
    settings.check_apart("worker")
    return _run(lambda: work(settings))


def _chat(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.terminal import chat

    url = options.url or address_of(_settings(options))
    return _run(lambda: chat(url, options.tenant))


def _status(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.status import status

    url = options.url or address_of(_settings(options))
    return _run(lambda: status(url, options.key, every=options.every, once=options.once, as_json=options.json))


def _log_level(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.log_level import change_level

    return change_level(_settings(options), options.level, default=options.default)


def _emulator(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.bundled import run_alone

    return _run(lambda: run_alone(options))


def _whatsapp_emulator(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.whatsapp_emulator import run_alone

    settings = _settings(options)
    callback = options.callback or f"http://127.0.0.1:{settings.port}/api/webhooks/whatsapp"
    return _run(lambda: run_alone(settings.data_dir, options.port, callback, options.seed))


def _whatsapp_media(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.whatsapp_media import fetch

    return _run(lambda: fetch(_settings(options), options.id, options.tenant, options.out))


def _doctor(options: argparse.Namespace) -> int:
    with _loading():
        from hotel_agent.entrypoints.doctor import examine

    return _run(lambda: examine(_settings(options)))


def _migrate(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.wiring import migrate

    async def run() -> int:
        for line in await migrate(_settings(options), down=options.down):
            print(line)
        return DONE

    return _run(run)


def _understand(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.listening import understand

    return understand(_settings(options), options.today, options.tenant)


def _evaluate(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.listening import evaluate

    return evaluate(_settings(options), options.file, options.tenant, as_json=options.json)


def _locks(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.listing import locks

    return _run(lambda: locks(_settings(options), _tenant(options), as_json=options.json))


def _escalations(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.listing import escalations

    return _run(lambda: escalations(_settings(options), _tenant(options), as_json=options.json))


def _takeover(options: argparse.Namespace) -> int:
    from hotel_agent.domain.events import StaffMove
    from hotel_agent.entrypoints.takeover import move

    settings = _settings(options)
    return _run(lambda: move(settings, options.conversation, StaffMove.TAKE_OVER, minutes=options.minutes))


def _hand_back(options: argparse.Namespace) -> int:
    from hotel_agent.domain.events import StaffMove
    from hotel_agent.entrypoints.takeover import move

    settings = _settings(options)
    return _run(lambda: move(settings, options.conversation, StaffMove.HAND_BACK))


def _check_hotel(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.checking import check_hotel

    return check_hotel(options.file, as_json=options.json)


def _dead_letters(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.dead_letters import dead_letters

    settings, tenant = _settings(options), _tenant(options)
    return _run(lambda: dead_letters(settings, tenant, redrive=options.redrive, drop=options.drop, as_json=options.json))


def _backup(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.backups import back_up

    return _run(lambda: back_up(_settings(options), options.file))


def _restore(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.backups import restore

    return _run(lambda: restore(_settings(options), options.file))


def _key(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.keys import Scope, mint_key

    known = {scope.value for scope in Scope}
    wanted = {name.strip() for name in options.scopes.split(",")}
    if not wanted <= known:
        raise ConfigurationError([f"--scopes: expected some of {', '.join(sorted(known))}"])
    token, entry = mint_key(options.name, TenantId(options.tenant), frozenset(Scope(name) for name in wanted))
    print(f"The token, shown this once:\n\n  {token}\n\nAppend to the file of HOTEL_AGENT_API_KEYS_FILE:\n\n{entry}")
    return DONE


def _simulate(options: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.simulating import run

    return run(options.seed, options.conversations, processes=options.processes, as_json=options.json)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("expected 1 or more")
    return number


def _version(_: argparse.Namespace) -> int:
    from hotel_agent.entrypoints.version import version

    print(version())
    return DONE


def _seconds(text: str) -> float:
    number = float(text)
    if not 0.1 <= number <= 3600:  # noqa: PLR2004 - also refuses what is no number
        raise argparse.ArgumentTypeError("expected 0.1 to 3600")
    return number


def address_of(settings: Settings) -> str:
    """Return where `serve` with these settings is reached from its own machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - every address of it
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _tenant(options: argparse.Namespace) -> TenantId | None:
    return TenantId(options.tenant) if options.tenant else None


if __name__ == "__main__":
    sys.exit(main())
