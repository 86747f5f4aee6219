import os

from hypothesis import HealthCheck, settings

settings.register_profile("dev", max_examples=100, stateful_step_count=40, deadline=None)
settings.register_profile("ci", max_examples=100, stateful_step_count=40, deadline=None, derandomize=True)
settings.register_profile(
    "nightly", max_examples=2000, stateful_step_count=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))  # noqa: TID251 - a switch of the test run, not of the library
