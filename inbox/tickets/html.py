"""Making a stranger's HTML safe to show, as the last step before it is shown.

The result is made for a frame without scripts; each of the two, this and the frame, must hold alone.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import nh3

from inbox.tickets import mail_styles
from inbox.tickets.mail_history import folded
from inbox.tickets.mail_markup import DROPPED, TAGS, read, written
from inbox.tickets.mail_rewriting import RASTER, Pictures, rewritten, scheme, sets_colours

_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"style", "align", "valign", "dir", "lang", "bgcolor", "width", "height"},
    "a": {"href", "title"},
    "img": {"src", "alt", "hspace", "vspace"},
    "font": {"color", "size", "face"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing", "background"},
    "td": {"colspan", "rowspan", "nowrap", "background"},
    "th": {"colspan", "rowspan", "nowrap", "background"},
    "col": {"span"},
    "colgroup": {"span"},
}
#: CSS can spell any letter as an escape, so a backslash alone is reason enough.
_FETCHES = re.compile(
    r"url\s*\(|image-set|image\s*\(|expression|@import|\\|/\*|position|behaviou?r|-moz-binding", re.IGNORECASE
)
_LINKS = ("http", "https", "mailto", "tel")

_LONGEST = 2_000_000
_CELL = re.compile(r"<t[dh][\s>]", re.IGNORECASE)
_IMAGE = re.compile(r"<img\s", re.IGNORECASE)
_HISTORY = re.compile(
    r"""<blockquote|gmail_(?:quote|signature)|moz-(?:cite|signature)|yahoo_quoted|protonmail_|divRplyFwdMsg|appendonsend"""
    r"""|id=["']?signature|border-top:\s?solid #(?:e1e1e1|b5c4df)""",
    re.IGNORECASE,
)
_LOOK = re.compile(r"<(?:table|img|h[1-6]|ul|ol|b|strong|i|em|u|s|font|hr|pre|blockquote|center)[\s>]", re.IGNORECASE)


class Look(enum.StrEnum):
    """In whose colours a mail is shown: as it needs, as its sender made it, or without any of its own."""

    FITTING = "fitting"
    SENT = "sent"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML that may be shown in the mail frame.

    `blocked` remote images wait for permission, `trackers` nobody was to see are left out for good. `on_paper` says
    that it needs light paper: it has colours, which were chosen for that.
    """

    html: str
    blocked: int = 0
    trackers: int = 0
    on_paper: bool = False


def safe(
    html: str,
    *,
    files: Mapping[str, str],
    remote: Callable[[str], str] | None = None,
    look: Look = Look.FITTING,
    new_text: str = "",
    whole_text: str = "",
    fold_label: str = "…",
) -> SafeHtml:
    """`html` with nothing in it that runs, fetches, submits, imitates or escapes.

    `files` gives the address of an attachment by its Content-ID (without brackets): `cid:` images are taken from
    there. `remote` gives the address under which a remote image may be had; without it they are left out. What
    `whole_text` has beyond `new_text` is folded under `fold_label`. Links open a new window that knows nothing of
    this one, and name their host.
    """
    markup = read(html[:_LONGEST])
    pictures = Pictures(files, remote)
    on_paper = look == Look.SENT or (look == Look.FITTING and sets_colours(markup.tokens))
    has_history = bool(new_text.strip()) and new_text.strip() != whole_text.strip()
    tokens = folded(markup.tokens, new_text, whole_text, fold_label) if has_history else markup.tokens
    made = written(rewritten(tokens, pictures, colours=on_paper))
    pictures.left_out(mail_styles.addresses(markup.sheet[:200_000]))
    return SafeHtml(_clean(made, pictures.given), len(pictures.blocked), pictures.trackers, on_paper)


def _clean(html: str, given: set[str]) -> str:
    """The last word: whatever went wrong before, only what is named here gets through."""

    def allowed(tag: str, name: str, value: str) -> str | None:
        if name == "style":
            return None if _FETCHES.search(value) else value
        if name in ("src", "background"):
            return value if value in given or RASTER.fullmatch(value) else None
        if name == "href":
            return value if scheme(value) in _LINKS else None
        return value

    return nh3.clean(
        html,
        tags=set(TAGS) | {"details", "summary"},
        clean_content_tags=set(DROPPED),
        attributes=_ATTRIBUTES,
        attribute_filter=allowed,
        filter_style_properties=set(mail_styles.KEPT),
        url_schemes={*_LINKS, "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"referrerpolicy": "no-referrer"}},
    )


def is_laid_out(html: str, *, has_history: bool = False) -> bool:
    """True when reading the text alone would lose something: a table with rows and columns, or images in the text.

    With `has_history` only what stands above the quoted history counts.
    """
    mark = _HISTORY.search(html) if has_history else None
    new = html[: mark.start()] if mark else html
    return len(_CELL.findall(new)) >= 6 or _IMAGE.search(new) is not None


def is_formatted(html: str) -> bool:
    """True when its sender gave the mail a look that the text alone does not have."""
    return _LOOK.search(html) is not None
