"""How long state machines on slow stores run: a moment with every change, a night when asked to."""

from hypothesis import HealthCheck, settings

_USUAL = 100
"""Examples of the profiles `dev` and `ci`."""


def machine_settings(examples: int, steps: int) -> settings:
    """Return settings for *examples* runs of *steps* steps; a profile with more examples than usual has as many times more."""
    times = max(1, settings.default.max_examples // _USUAL) if settings.default else 1
    return settings(
        max_examples=examples * times,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow] if times > 1 else [],
    )
