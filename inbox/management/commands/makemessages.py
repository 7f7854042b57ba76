import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.commands import makemessages

from channels_adapters.registry import adapter, kinds

#: Where the words of the settings forms stand while they are collected.
_WORDS = Path("channels_adapters", "settings_forms.py")


class Command(makemessages.Command):
    help = f"{makemessages.Command.help} Takes in what the channels' adapters say as well."

    #: What adapters say elsewhere than in their settings forms is marked by `channels_adapters.wording.say`.
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=say:1"]

    def find_files(self, root: str) -> list[Any]:
        # Adapters know no gettext, and xgettext no arguments by name: the words of their settings forms are written
        # down where it finds them.
        _WORDS.write_text("".join(f"_({json.dumps(text, ensure_ascii=False)})\n" for text in _form_words()))
        return super().find_files(root)

    def write_po_file(self, potfile: str, locale: str) -> None:
        _WORDS.unlink(missing_ok=True)
        super().write_po_file(potfile, locale)


def _form_words() -> Iterator[str]:
    """Labels, helps, choices and sections of all channels' settings forms."""
    for kind in kinds():
        for field in adapter(kind).settings_fields:
            yield from filter(
                None, (field.label, field.help, field.section, *(label for _value, label in field.choices))
            )
