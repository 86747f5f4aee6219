"""
`hotel-agent simulate`: the whole service against faults of every kind, on virtual time, audited.

The only entrypoint that needs the testing package; `serve` never imports it.
"""

import json
import sys
from collections import Counter

from hotel_agent.testing.simulation.running import Report, World, simulate

DONE, FAILED = 0, 1
_FINDINGS_SHOWN = 20


def run(seed: int, conversations: int, *, processes: int, as_json: bool) -> int:
    """Simulate and print what came of it; 1 when a promise was broken, with the seeds that show it again."""
    return show(simulate(seed, conversations, processes=processes, told=_progress), as_json=as_json)


def show(report: Report, *, as_json: bool) -> int:
    """Print a report and return the exit code it deserves."""
    print(json.dumps(_shown(report), ensure_ascii=False, indent=2) if as_json else _told(report))
    return FAILED if report.replay else DONE


def _progress(world: World) -> None:
    state = f"{len(world.findings)} promises broken" if world.findings else "ok"
    print(f"seed {world.seed}: {world.conversations} conversations, {world.messages} messages, {state}", file=sys.stderr)


def _told(report: Report) -> str:
    messages, confirmed, processes = (
        sum(getattr(world, name) for world in report.worlds) for name in ("messages", "confirmed", "processes")
    )
    speed = report.conversations / report.seconds
    lines = [
        f"{report.conversations} conversations from seed {report.seed} in {report.seconds:.1f} s ({speed:.0f}/s)",
        f"{messages} messages, {confirmed} bookings confirmed, {processes} processes lived",
        "Faults: " + _listed(report.faults),
        "Errors met and survived: " + _listed(report.errors),
    ]
    for world in report.worlds:
        lines += [f"seed {world.seed}: {finding}" for finding in world.findings[:_FINDINGS_SHOWN]]
    if report.replay:
        lines += ["Broken promises. To see them again:"]
        lines += [f"  hotel-agent simulate --seed {seed} --conversations {count}" for seed, count in report.replay]
    else:
        lines.append("Every promise was kept.")
    return "\n".join(lines)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{what} {count}" for what, count in sorted(counts.items())) or "none"


def _shown(report: Report) -> dict[str, object]:
    return {
        "seed": report.seed,
        "conversations": report.conversations,
        "seconds": round(report.seconds, 3),
        "messages": sum(world.messages for world in report.worlds),
        "confirmed": sum(world.confirmed for world in report.worlds),
        "processes": sum(world.processes for world in report.worlds),
        "set_aside": sum(world.set_aside for world in report.worlds),
        "faults": dict(sorted(report.faults.items())),
        "errors": dict(sorted(report.errors.items())),
        "findings": [
            {"seed": world.seed, "promise": finding.promise, "what": finding.what}
            for world in report.worlds
            for finding in world.findings
        ],
        "replay": [{"seed": seed, "conversations": count} for seed, count in report.replay],
        "digests": {str(world.seed): world.digest for world in report.worlds},
    }
