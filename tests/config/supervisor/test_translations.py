"""Catalogues are compiled when they change, and only then."""

import gettext
from pathlib import Path

from config.supervisor.translations import compile_translations

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"

msgid "Open"
msgstr "未解決"

#, fuzzy
msgid "Closed"
msgstr "guessed"
"""


def catalogue(directory: Path) -> Path:
    path = directory / "inbox" / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE)
    return path


def test_a_catalogue_becomes_what_gettext_reads_without_its_guesses(tmp_path: Path):
    path = catalogue(tmp_path)
    compile_translations(tmp_path)
    with path.with_suffix(".mo").open("rb") as file:
        translate = gettext.GNUTranslations(file).gettext
    assert (translate("Open"), translate("Closed")) == ("未解決", "Closed")


def test_only_catalogues_that_changed_are_compiled(tmp_path: Path):
    catalogue(tmp_path)
    assert (compile_translations(tmp_path), compile_translations(tmp_path)) == (1, 0)
