import pytest

from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.testing.contracts.rendering import RendererContract

RENDERER = FluentRenderer()


class TestFluentRenderer(RendererContract):
    @pytest.fixture
    def renderer(self) -> FluentRenderer:
        return RENDERER
