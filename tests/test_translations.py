"""The catalogues of the interface: whole, with the placeholders of their originals, read as they are written."""

import gettext
import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import to_locale

from channels_adapters.email.esp.providers import LABELS as PROVIDERS

LOCALES = [to_locale(code) for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
#: How many forms of a plural a catalogue writes down: those that Django's own catalogues have.
FORMS = {"zh_Hans": 1, "zh_Hant": 1, "ru": 4}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\{.*?\}\}|\{\w+\}|</?\w+>")
#: Entries whose letters are not words but those of a date format.
DATE_FORMAT = re.compile(r"format|heading")
#: What is called the same everywhere.
NAMES = {*PROVIDERS.values(), "Amazon Web Services", "Google", "Microsoft 365", "SMTP", "STARTTLS"}


def catalogue(locale: str) -> Catalog:
    path = Path(settings.LOCALE_PATHS[0]) / locale / "LC_MESSAGES" / "django.po"
    with path.open("rb") as source:
        return read_po(source, abort_invalid=True)


def entries(locale: str) -> list[Message]:
    return [message for message in catalogue(locale) if message.id]


def originals(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def translations(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def is_date_format(message: Message) -> bool:
    return bool(message.context and DATE_FORMAT.search(message.context))


def test_every_language_of_the_settings_has_a_catalogue():
    assert sorted(path.parent.parent.name for path in Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po")) == (
        sorted(LOCALES)
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_translated_and_no_translation_is_a_guess(locale: str):
    unfinished = [m.id for m in entries(locale) if m.fuzzy or not all(text.strip() for text in translations(m))]
    assert unfinished == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_entry_is_kept_that_the_product_does_not_say(locale: str):
    assert list(catalogue(locale).obsolete) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_has_the_placeholders_of_its_original(locale: str):
    wrong = [
        (original, text)
        for message in entries(locale)
        if not is_date_format(message)
        for original in originals(message)[-1:]
        for text in translations(message)
        if placeholders(text) != placeholders(original)
    ]
    assert wrong == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_can_be_filled_in_like_its_original(locale: str):
    # "95 % confidence" only looks as if something were to be filled in.
    filled_in = [message for message in entries(locale) if "no-python-format" not in message.flags]
    assert [(message.id, str(problem)) for message in filled_in for problem in message.check()] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_counted_text_has_as_many_forms_as_its_language(locale: str):
    counted = [message for message in entries(locale) if message.pluralizable]
    assert {len(translations(message)) for message in counted} == {FORMS[locale]}


def test_russian_counts_as_russian_does():
    compiled = io.BytesIO()
    write_mo(compiled, catalogue("ru"))
    compiled.seek(0)
    counted = gettext.GNUTranslations(compiled).ngettext
    told = [counted("%(n)s ticket", "%(n)s tickets", n) % {"n": n} for n in (1, 3, 5, 11, 21, 112)]
    assert told == ["1 обращение", "3 обращения", "5 обращений", "11 обращений", "21 обращение", "112 обращений"]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_begins_and_ends_with_the_same_white_space_as_its_original(locale: str):
    def edges(text: str) -> tuple[bool, bool]:
        return text[:1].isspace(), text[-1:].isspace()

    # What separates the items of a list is each language's own.
    said = [message for message in entries(locale) if any(letter.isalnum() for letter in originals(message)[0])]
    wrong = [m.id for m in said for text in translations(m) if edges(text) != edges(originals(m)[0])]
    assert wrong == []


@pytest.mark.parametrize(
    ("locale", "letters"), [("zh_Hans", r"[\u4e00-\u9fff]"), ("zh_Hant", r"[\u4e00-\u9fff]"), ("ru", "[а-яё]")]
)
def test_what_is_made_of_words_is_written_in_the_language(locale: str, letters: str):
    foreign = [
        text
        for message in entries(locale)
        if not is_date_format(message) and message.id not in NAMES
        for text in translations(message)
        if re.search(r"[A-Za-z]{4}", PLACEHOLDER.sub("", text)) and not re.search(letters, text, re.IGNORECASE)
    ]
    assert foreign == []


def test_simplified_and_traditional_chinese_do_not_mix():
    simplified, traditional = "单户队复备决级录务时间书请开关", "單戶隊復備決級錄務時間書請開關"
    mixed = [
        text
        for locale, strange in (("zh_Hans", traditional), ("zh_Hant", simplified))
        for message in entries(locale)
        for text in translations(message)
        if set(text) & set(strange)
    ]
    assert mixed == []
