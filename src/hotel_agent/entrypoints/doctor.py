"""`hotel-agent doctor`: the settings as they are read, and every dependency they name, probed."""

import os

from attrs import evolve

from hotel_agent.adapters.whatsapp.diagnosis import diagnose
from hotel_agent.domain.errors import HotelAgentError
from hotel_agent.domain.reservations import Finding, Severity
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import Installation, open_installation

DONE, FAILED = 0, 1
_MARKS = {Severity.OK: "ok  ", Severity.WARNING: "warn", Severity.FAILURE: "FAIL"}


async def examine(settings: Settings) -> int:
    """Print what was found; 0 when everything needed works, else 1."""
    print("Settings")
    for name, value in settings.shown():
        print(f"  {name:<32} {value or '(not set)'}")
    try:
        async with open_installation(settings, os.environ) as installation:  # noqa: TID251 - hotels' files name variables
            findings = await _examine(installation)
    except HotelAgentError as exc:
        findings = [Finding(subject="start", severity=Severity.FAILURE, message=str(exc))]
    print("\nParts")
    for finding in findings:
        print(f"  {_MARKS[finding.severity]}  {finding.subject:<24} {finding.message}")
    failed = [finding for finding in findings if finding.severity is Severity.FAILURE]
    print(f"\n{len(findings) - len(failed)} of {len(findings)} are well." if failed else "\nEverything works.")
    return FAILED if failed else DONE


async def _examine(installation: Installation) -> list[Finding]:
    findings = [
        Finding(subject="durability", severity=Severity.WARNING, message=weakness) for weakness in installation.weaknesses
    ]
    asked_below = {probe.name for probe in installation.whatsapp.probes()}
    for part in await installation.application.readiness.check():
        if part.name in asked_below:
            continue
        severity = Severity.OK if part.ok else Severity.FAILURE
        findings.append(Finding(subject=part.name, severity=severity, message="answers" if part.ok else part.detail))
    for tenant, system in installation.pms.items():
        try:
            found = await system.diagnose()
        except HotelAgentError as exc:
            found = (Finding(subject="PMS", severity=Severity.FAILURE, message=str(exc)),)
        findings += [evolve(finding, subject=f"{tenant}: {finding.subject}") for finding in found]
    for account in installation.whatsapp.accounts.values():
        found = await diagnose(installation.whatsapp.graph, account, installation.application.clock.now())
        findings += [evolve(finding, subject=f"{account.tenant}: {finding.subject}") for finding in found]
    if installation.whatsapp.accounts and installation.application.whatsapp is None:
        missing = "HOTEL_AGENT_WHATSAPP_APP_SECRET and _VERIFY_TOKEN are not set: messages go out, none come in"
        findings.append(Finding(subject="WhatsApp webhook", severity=Severity.WARNING, message=missing))
    return findings
