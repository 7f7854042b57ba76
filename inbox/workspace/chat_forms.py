"""The forms in which a live chat is set up. What is right is the domain's to say; what was typed is kept meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from inbox.agents.models import Team
from inbox.channels.models import Channel
from inbox.chats.enums import Side, Theme
from inbox.chats.models import ChatWidget
from inbox.chats.settings import NUMBERS, TEXTS, InvalidSettings
from inbox.chats.words import default_words
from inbox.sla.models import BusinessCalendar

_MINUTES = {"inputmode": "numeric", "autocomplete": "off"}


class SetUpForm(forms.Form):
    """A form whose values are tried on a verb of the domain."""

    def done(self, verb: Callable[[], object]) -> bool:
        """Whether the verb took what was typed; what it refuses is said at the fields."""
        try:
            verb()
        except InvalidSettings as refused:
            for name, said in refused.errors.items():
                self.add_error(name if name in self.fields else None, list(said))
            return False
        return True


@dataclass(frozen=True, slots=True)
class LanguageTexts:
    """The fields of one language; `is_open` where something is said in it, or it is the chat's own."""

    code: str
    name: str
    fields: Sequence[forms.BoundField]
    is_open: bool
    is_filled: bool


class TextsForm(SetUpForm):
    """A form with texts in every language; what is left empty is said in the product's own words."""

    names: Sequence[str] = ()

    def __init__(self, *args: Any, widget: ChatWidget, **kwargs: Any) -> None:
        self.widget = widget
        self._stored = {one.language: one for one in widget.texts.all()}
        super().__init__(*args, **kwargs)
        for code, _name in settings.LANGUAGES:
            for name in self.names:
                self.fields[f"{code}-{name}"] = self._text(code, name)

    @property
    def languages(self) -> Sequence[LanguageTexts]:
        """One group of fields for each language, the chat's own first."""
        own = self.widget.channel.language
        return [self._group(code, name) for code, name in sorted(settings.LANGUAGES, key=lambda one: one[0] != own)]

    def texts(self) -> dict[str, dict[str, str]]:
        """What the verb takes."""
        return {
            code: {name: self.cleaned_data[f"{code}-{name}"] for name in self.names}
            for code, _name in settings.LANGUAGES
        }

    def _text(self, code: str, name: str) -> forms.CharField:
        label, help_text = TEXT_WORDS[name]
        with override(code):
            placeholder = default_words(name, self.widget.channel)
        attrs = {"lang": code, "dir": "auto", "placeholder": placeholder, "maxlength": TEXTS[name]}
        is_line = TEXTS[name] <= 80
        return forms.CharField(
            label=label,
            help_text=help_text,
            required=False,
            initial=getattr(self._stored.get(code), name, ""),
            widget=forms.TextInput(attrs=attrs) if is_line else forms.Textarea(attrs={**attrs, "rows": 3}),
        )

    def _group(self, code: str, name: str) -> LanguageTexts:
        bound = [self[f"{code}-{text}"] for text in self.names]
        is_filled = any(getattr(self._stored.get(code), text, "") for text in self.names)
        is_open = code == self.widget.channel.language or is_filled or any(field.errors for field in bound)
        return LanguageTexts(code, name, bound, is_open, is_filled)


TEXT_WORDS: Mapping[str, tuple[Any, Any]] = {
    "launcher": (_("Words on the button"), _("Beside the sign of the chat. Left empty: the sign alone.")),
    "title": (_("Title"), _("In the head of the chat. Left empty: the brand.")),
    "greeting": (_("Greeting"), _("The first thing a visitor reads.")),
    "closed": (_("Outside the hours"), _("In place of the greeting while nobody is there.")),
    "consent": (_("What a visitor agrees to"), _("Shown with a button before anything is stored in his browser.")),
}


def _teams(**about: Any) -> forms.ModelChoiceField[Team]:
    return forms.ModelChoiceField(
        Team.objects.order_by("name"), required=False, empty_label=_("Nobody's: everyone sees it"), **about
    )


def _yes(label: Any, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=help_text, required=False)


def _number(name: str, label: Any, help_text: Any, *, required: bool = True) -> forms.IntegerField:
    least, most = NUMBERS[name]
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=required,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput(attrs=_MINUTES),
    )


def _colour() -> forms.CharField:
    return forms.CharField(
        label=_("Colour"),
        help_text=_("Your brand's. It is made darker or lighter where it could not be read."),
        widget=forms.TextInput(attrs={"type": "color"}),
    )


def _sites(**about: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "placeholder": "https://shop.example", "dir": "ltr"})
    return forms.CharField(
        label=_("Sites"),
        max_length=20_000,
        widget=area,
        help_text=_(
            "One a line. https://*.shop.example takes all names before the domain; "
            "http://localhost:8080 lets your developers try it."
        ),
        **about,
    )


class NewChatForm(SetUpForm):
    """A chat that is to be."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As colleagues see it, such as “Chat on shop.example”.")
    )
    origins = _sites()
    team = _teams(label=_("Team"), help_text=_("New chats go to this team."))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_(
            "The chat follows the language of the page. This is what it speaks where it does not know that one."
        ),
    )
    colour = _colour()


class GeneralForm(SetUpForm):
    """Whose a chat is."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As colleagues see it."))
    brand = forms.CharField(
        label=_("Brand"), max_length=120, required=False, help_text=_("As visitors see it. Left empty: the name.")
    )
    team = _teams(label=_("Team"), help_text=_("New chats go to this team."))
    language = NewChatForm.base_fields["language"]
    assigns = _yes(
        _("Give new chats to agents"),
        _("To whoever in the team takes chats and has the fewest. Otherwise chats wait until somebody takes them."),
    )


class LookForm(TextsForm):
    """How a chat looks and what it says first."""

    names = ("launcher", "title", "greeting", "closed")
    values = (
        "colour", "side", "offset_x", "offset_y", "theme",
        "plays_sound", "shows_agents", "shows_reply_time", "shows_read_marks",
    )  # fmt: skip

    colour = _colour()
    theme = forms.ChoiceField(label=_("Light or dark"), choices=Theme.choices)
    side = forms.ChoiceField(label=_("Corner"), choices=Side.choices)
    offset_x = _number("offset_x", _("From the side, in pixels"), "")
    offset_y = _number(
        "offset_y", _("From below, in pixels"), _("More where a cookie bar or another button sits there.")
    )
    shows_agents = _yes(_("Show who answers"), _("First name and picture. Otherwise answers come from the brand."))
    shows_reply_time = _yes(
        _("Show how soon we usually answer"), _("From the chats of the last days; nothing where there were too few.")
    )
    shows_read_marks = _yes(_("Show that a message was read"))
    plays_sound = _yes(_("Sound for new answers"), _("A visitor can switch it off."))


class ConsentForm(TextsForm):
    """What a visitor agrees to, and what he may do."""

    names = ("consent",)
    values = ("asks_consent", "takes_files", "follows_pages")

    asks_consent = _yes(
        _("Ask for consent first"), _("Until he agrees, nothing is sent and nothing is stored in his browser.")
    )
    follows_pages = _yes(
        _("Follow which pages he is on"),
        _("Agents see the pages of his visit, and messages that speak first can depend on them."),
    )
    takes_files = _yes(_("Visitors may send files and pictures"))


class HoursForm(SetUpForm):
    """When somebody is there."""

    calendar = forms.ModelChoiceField(
        BusinessCalendar.objects.order_by("name"),
        label=_("Hours"),
        required=False,
        empty_label=_("Always open"),
        help_text=_("With their holidays and closures, as for the service levels."),
    )
    calendar.is_wanted = True  # type: ignore[attr-defined]
    is_open_outside_hours = _yes(
        _("Take messages outside the hours"),
        _("Visitors are told when you are back and leave a message with their address. Otherwise the chat is closed."),
    )


class AfterForm(SetUpForm):
    """What happens to a chat nobody writes in any more."""

    idle_warn_minutes = _number(
        "idle_warn_minutes",
        _("Minutes until he is asked"),
        _("Whether he is still there, since your last message. Empty: never."),
        required=False,
    )
    idle_pend_minutes = _number(
        "idle_pend_minutes",
        _("Further minutes until pending"),
        _("If he says nothing then either; nothing is resolved by silence. Empty: never."),
        required=False,
    )
    mailbox = forms.ModelChoiceField(
        Channel.objects.none(),
        label=_("Mailbox for letters"),
        required=False,
        empty_label=_("None: unread answers wait in the chat"),
        help_text=_(
            "Answers he has not read are mailed to him if he left an address; his reply joins the same ticket."
        ),
    )
    mail_after_minutes = _number(
        "mail_after_minutes", _("Minutes until they are mailed"), _("Since he is gone: from 1 minute to a day.")
    )
    edit_minutes = _number(
        "edit_minutes",
        _("Agents may change their messages for so many minutes"),
        _("0: what was said stays as it is."),
    )

    def __init__(self, *args: Any, widget: ChatWidget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The one it has is shown even if it was switched off since: saving does not lose it, it says so.
        is_offered = Q(is_active=True) | Q(pk=widget.mailbox_id)
        boxes = Channel.objects.filter(is_offered, kind="email").order_by("name")
        self.fields["mailbox"].queryset = boxes  # type: ignore[attr-defined]
        self.fields["mailbox"].is_wanted = True  # type: ignore[attr-defined]


class SitesForm(SetUpForm):
    """Which sites may show the chat."""

    origins = _sites(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nothing is an answer: then the chat is on no page. It is not a matter of taste, though.
        self.fields["origins"].is_wanted = True  # type: ignore[attr-defined]


def stored(widget: ChatWidget, names: Sequence[str] | Iterator[str]) -> dict[str, Any]:
    """What a form starts from."""
    return {name: getattr(widget, name) for name in names}
