"""Lines of processes, each with its name in front."""

from __future__ import annotations

import pytest

from config.supervisor.screen import COLOURS, Screen


@pytest.mark.parametrize("name", [*COLOURS, "web-2", "web-12"])
def test_every_process_has_lines_of_its_own(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Screen().line(name, "Hello.")
    assert capsys.readouterr().out == f"{name:<6} | Hello.\n"
