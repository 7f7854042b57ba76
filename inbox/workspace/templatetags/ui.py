"""The small parts every page is made of. Load it with `{% load ui %}`; `docs/design.md` shows each."""

from __future__ import annotations

import re
import zlib
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from channels_adapters.registry import adapter, kinds
from inbox.chats.availability import chat_load
from inbox.common.clock import now as present
from inbox.follow_ups.queries import load_of
from inbox.sla import access
from inbox.sla.models import Clock
from inbox.tickets.enums import Priority, State
from inbox.workspace import chips, wording
from inbox.workspace.bell import about_channel, bell_of
from inbox.workspace.icons import drawn
from inbox.workspace.places import places

register = template.Library()
_TINTS = 12
_GLYPHS = {
    "email": ("mail", gettext_noop("E-mail")),
    "livechat": ("message-circle", gettext_noop("Live chat")),
    "messenger": ("message-circle-more", "Messenger"),
    "instagram": ("camera", "Instagram"),
    "whatsapp": ("phone", "WhatsApp"),
    "telegram": ("send-horizontal", "Telegram"),
    "twilio": ("smartphone", "SMS"),
    "twilio_whatsapp": ("phone-forwarded", "WhatsApp (Twilio)"),
    "line": ("message-square-more", "LINE"),
    "vk": ("messages-square", "VK"),
    "wechat": ("message-square-text", "WeChat"),
    "viber": ("message-square", "Viber"),
    "slack": ("hash", "Slack"),
    "x": ("at-sign", "X"),
    "api": ("code-xml", "API"),
}
#: The network of an address that is not called like one.
_NETWORKS = {
    **dict.fromkeys(("psid", "fb_comment"), "messenger"),
    **dict.fromkeys(("igsid", "ig_comment"), "instagram"),
    **dict.fromkeys(("tg_user", "tg_chat", "tg_name"), "telegram"),
    **dict.fromkeys(("vk_user", "vk_group"), "vk"),
    **dict.fromkeys(("wa_bsuid", "wa_parent_bsuid"), "whatsapp"),
    **dict.fromkeys(("wechat_openid", "wechat_unionid"), "wechat"),
}


@lru_cache(maxsize=512)
def _svg(name: str, size: int, label: str) -> SafeString:
    spoken = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    looks = {"width": str(size), "height": str(size), "stroke-width": "1.75", "focusable": "false", "class": "icon"}
    # The drawing comes from the wheel of icons; its attributes are escaped by the XML writer.
    return mark_safe(re.sub(r">\s+<", "><", drawn(name, **looks, **spoken)).strip())  # noqa: S308


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """A Lucide icon by name, in the colour of the text. Give a label only where no word stands beside it."""
    return _svg(str(name), size, str(label))


@register.simple_tag
def channel_glyph(kind: str, size: int = 16) -> SafeString:
    """The glyph of a channel kind, named for screen readers; initials where we have none."""
    if kind not in _GLYPHS:
        label = channel_kind(kind)
        initials = label[:2].strip()
        return format_html('<span class="glyph-initials" role="img" aria-label="{}">{}</span>', label, initials)
    name, label = _GLYPHS[kind]
    return _svg(name, size, str(_(label)))


@register.simple_tag
def address_glyph(kind: str, size: int = 16) -> SafeString:
    """The glyph of the network an address of this kind belongs to; a phone number may belong to several."""
    if kind == "phone":
        return _svg("smartphone", size, _("Phone number"))
    return channel_glyph(_NETWORKS.get(kind, kind), size)


@register.filter
def channel_kind(kind: str) -> str:
    """The name of a channel kind; an adapter of another package says its own."""
    if kind in _GLYPHS:
        return _(_GLYPHS[kind][1])
    return wording.translated(adapter(kind).label) if kind in kinds() else kind


register.filter("about_channel", about_channel)


@register.simple_tag
def avatar(person: Any, size: int = 20) -> SafeString:
    """An agent's picture, else initials in a tint that is always the same for the same name.

    None is the dashed circle of nobody.
    Decorative: the name stands beside it or in a label around it.
    """
    name = str(person or "").strip()
    if not name:
        return format_html('<span class="avatar nobody size-{}" aria-hidden="true"></span>', size)
    if picture := getattr(person, "picture", ""):
        address = reverse("workspace:agent_picture", args=[picture])
        return format_html('<img class="avatar size-{}" src="{}" alt="" loading="lazy">', size, address)
    tint = zlib.crc32(name.encode()) % _TINTS
    return format_html('<span class="avatar size-{} tint-{}" aria-hidden="true">{}</span>', size, tint, initials(name))


@register.filter
def translated(text: str) -> str:
    """What an adapter says, in the reader's language."""
    return wording.translated(text)


@register.filter
def initials(name: str) -> str:
    """One or two letters for a name; one sign for names in Han, Hangul or Kana."""
    words = [word for word in re.split(r"[\s.@_-]+", str(name).partition("@")[0]) if word[:1].isalnum()]
    if not words:
        return "?"
    if re.match(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", words[0]):
        return words[0][0]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.simple_tag(takes_context=True)
def sla_chip(context: Context, clock: Clock | None, labelled: bool = False) -> SafeString:
    """The chip of a clock, ticking in the browser; `labelled` says which target it is for. Nothing without a goal."""
    made = chips.chip(clock, context.get("now") or present(), lambda: _stamp(context)) if clock else None
    return draw_chip(made, labelled) if made else SafeString()


@register.simple_tag
def draw_chip(made: chips.Chip, labelled: bool = False) -> SafeString:
    """A chip that is made already."""
    target = format_html("<span>{}</span> ", made.target) if labelled else ""
    inner = format_html(
        '<span class="chip {}"{}>{}<span class="chip-text" aria-hidden="true">{}<span data-text>{}</span>{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        made.look,
        format_html(' title="{}"', made.why) if made.why else "",
        _svg(made.icon, 12, ""),
        target,
        (labelled and made.brief) or made.text,
        format_html('<span class="chip-why">, {}</span>', made.why) if made.why else "",
        made.spoken,
    )
    if made.due is None or made.warn is None or made.half is None:
        return inner
    return format_html(
        '<sla-chip data-due="{}" data-warn="{}" data-half="{}" title="{}">{}</sla-chip>',
        made.due.isoformat(),
        made.warn.isoformat(),
        made.half.isoformat(),
        wording.full_time(made.due),
        inner,
    )


def _stamp(context: Context) -> access.Stamp:
    """The stamp of the terms, asked for once a page."""
    page = context.dicts[0]
    if "terms_stamp" not in page:
        page["terms_stamp"] = access.stamp()
    stamp: access.Stamp = page["terms_stamp"]
    return stamp


@register.simple_tag(takes_context=True)
def when(context: Context, at: datetime | None, style: str = "short") -> SafeString:
    """An instant in the reader's zone: `short` for lists, `clock` inside sentences, `full` with everything."""
    if at is None:
        return SafeString("–")
    now = context.get("now") or present()
    text = {"short": wording.short_time, "clock": wording.clock_time}.get(style, lambda at, _: wording.full_time(at))
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), wording.full_time(at), text(at, now))


@register.filter
def duration(length: timedelta | float | None) -> str:
    """Seconds or a timedelta as "38 s", "23 m", "1 h 05", "2 d 3 h"."""
    return wording.duration(length)


@register.filter
def since(at: datetime) -> str:
    """How long ago that was: "3 m"."""
    return wording.duration(present() - at)


@register.filter
def side_address(value: str) -> str:
    """An address as people read it: an anonymous visitor has a number, one the site knows its name for him."""
    kind, _colon, rest = value.partition(":")
    if kind == "visitor" and rest.isdecimal():
        return _("Visitor %(number)s") % {"number": rest}
    return rest if kind == "user" and rest else value


@register.simple_tag
def state(value: str) -> SafeString:
    """The state of a ticket: its sign and its word."""
    return format_html('<span class="state is-{}">{}</span>', value, State(value).label)


@register.simple_tag
def priority(value: str) -> SafeString:
    """A priority that is out of the ordinary, as a chip; nothing for the normal one."""
    looks = {Priority.URGENT: ("over", "chevrons-up"), Priority.HIGH: ("due", "chevron-up")}
    if value == Priority.NORMAL:
        return SafeString()
    look, glyph = looks.get(Priority(value), ("plain", "chevron-down"))
    return format_html('<span class="chip {}">{}{}</span>', look, _svg(glyph, 12, ""), Priority(value).label)


@register.simple_tag
def tag(name: str, url: str = "") -> SafeString:
    """A tag, as a link where `url` is given."""
    return (
        format_html('<a class="tag" href="{}">{}</a>', url, name)
        if url
        else format_html('<span class="tag">{}</span>', name)
    )


@register.inclusion_tag("workspace/shell/rail.html", takes_context=True)
def rail(context: Context) -> dict[str, Any]:
    """The icon rail with the places open to the signed-in agent."""
    request = context["request"]
    return {
        "request": request,
        "agent": request.user,
        "places": places(request.user, request.path),
        "follow_ups": load_of(request.user, present()),
        "chats": chat_load(request.user, present()),
        "density": request.COOKIES.get("density", "comfortable"),
        **bell_of(request.user, request.path),
    }


@register.inclusion_tag("workspace/shell/words.html")
def words() -> dict[str, Any]:
    """The words that scripts put on the page, in the reader's language."""
    return {"patterns": wording.patterns()}


@register.inclusion_tag("workspace/shell/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """A form's field with its label, help and errors, tied together for screen readers."""
    widget = bound.field.widget
    is_wanted = getattr(bound.field, "is_wanted", bound.field.required)
    attributes: dict[str, Any] = dict(options)
    described = " ".join(
        name
        for name in (
            f"{bound.auto_id}-help" if bound.help_text else "",
            f"{bound.auto_id}-error" if bound.errors else "",
        )
        if name
    )
    if described:
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    attributes = {key.replace("_", "-"): value for key, value in attributes.items()}
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attributes),
        "is_check": isinstance(widget, CheckboxInput),
        "optional": not is_wanted and not isinstance(widget, CheckboxInput),
    }
