"""What the terminal shows: each process's lines with its name in front, and the box with the addresses."""

from __future__ import annotations

import os
import sys
import textwrap
import unicodedata

COLOURS = {"web": 36, "worker": 33, "fetch": 36, "beat": 35, "mail": 32, "run": 34}
NAME_WIDTH = 6


class Screen:
    """Standard output. Once it is gone (a closed terminal or pipe) nothing is written any more."""

    def __init__(self) -> None:
        self.is_gone = False
        self._coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def line(self, name: str, text: str) -> None:
        """One line of the process `name`; our own name is `run`."""
        colour = COLOURS[name.partition("-")[0]]
        self._write(f"{self._paint(f'{name:<{NAME_WIDTH}} |', colour)} {text}")

    def box(self, sections: list[str]) -> None:
        """Sections of lines with a frame around them; long lines are not broken, so that they can be copied."""
        sections = [textwrap.dedent(section).strip("\n") for section in sections if section.strip()]
        width = max(_width(line) for section in sections for line in section.splitlines() if _width(line) <= 100)
        rule = "─" * (width + 2)
        self._write(f"\n┌{rule}┐")
        for number, section in enumerate(sections):
            if number:
                self._write(f"├{rule}┤")
            for line in section.splitlines():
                self._write(f"│ {line}{' ' * (width - _width(line))} │" if _width(line) <= width else f"│ {line}")
        self._write(f"└{rule}┘\n")

    def _paint(self, text: str, colour: int) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._coloured else text

    def _write(self, text: str) -> None:
        if self.is_gone:
            return
        try:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        except OSError:
            self.is_gone = True
            # The interpreter flushes once more at its end, and would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)
