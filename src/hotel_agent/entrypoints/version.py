import importlib.metadata


def version() -> str:
    """Return the installed version of hotel_agent."""
    return importlib.metadata.version("hotel-agent")
