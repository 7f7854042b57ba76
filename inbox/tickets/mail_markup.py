"""A mail's HTML as tags and texts, with the styles of its style sheets on its elements.

The HTML is first put in order as browsers do it, so that every element that opens also closes. Nothing here makes it
safe: that is done last, by `inbox.tickets.html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape

import nh3

from inbox.tickets import mail_styles

VOID = frozenset({"br", "hr", "img", "col", "wbr"})

_TEXT = {"a", "abbr", "address", "b", "bdi", "big", "blockquote", "br", "center", "cite", "code", "dd", "del"}
_TEXT |= {"dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5"}
_TEXT |= {"h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike"}
_TEXT |= {"strong", "sub", "sup", "tt", "u", "ul", "var", "wbr"}
_TABLE = {"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
#: What a sender may use. `details` is not among them: folds are ours.
TAGS = frozenset(_TEXT | _TABLE | {"img"})
#: What is dropped with all that is in it; everything else unknown keeps its text.
DROPPED = frozenset({"script", "style", "title", "head", "template", "noscript", "svg", "math", "iframe", "object"})
DROPPED |= {"form", "textarea", "select", "button", "audio", "video", "canvas", "map", "noembed", "noframes", "xmp"}
_READ = {"align", "background", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color", "colspan", "dir"}
_READ |= {"face", "height", "href", "id", "lang", "nowrap", "rowspan", "size", "span", "src", "alt", "srcset", "start"}
_READ |= {"style", "type", "valign", "width", "hidden", "hspace", "vspace", "text"}

_DEEPEST = 800
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_ANY_TAG = re.compile(r"<[^<>]*>?")
#: They have no end tag, or one that people leave out.
_CLOSED_BY_OTHERS = VOID | {"p", "li", "td", "th", "tr", "dd", "dt", "tbody", "thead", "tfoot", "option"}
_CLOSED_BY_OTHERS |= {"meta", "link", "input", "area", "base", "embed", "param", "source", "track", "html", "body"}
_PIECE = re.compile(r"""<(/?)([a-zA-Z][\w:-]*)((?:\s+[^\s="'<>/]+="[^"]*")*)\s*>|([^<]+)""")
_ATTRIBUTE = re.compile(r"""([^\s="'<>/]+)="([^"]*)\"""")
# Only these: lower case of other letters may be longer, and every place would be off.
_LOWER = {code: code + 32 for code in range(65, 91)}
_BODY = re.compile(r"<body\s([^>]{1,4000})>", re.IGNORECASE)


@dataclass(slots=True)
class Start:
    """A start tag with its attributes, and the declarations that hold for it by name."""

    name: str
    attributes: dict[str, str]
    styles: dict[str, str] = field(default_factory=dict)

    @property
    def is_hidden(self) -> bool:
        """True for what nobody was meant to see."""
        return "hidden" in self.attributes or mail_styles.is_hidden(self.styles)


@dataclass(frozen=True, slots=True)
class End:
    """An end tag."""

    name: str


Token = Start | End | str


@dataclass(frozen=True, slots=True)
class Markup:
    """The tokens of a mail in order, and its style sheets as written."""

    tokens: list[Token]
    sheet: str


def read(html: str) -> Markup:
    """The mail's HTML: every start tag but those of `VOID` has its end tag."""
    outside, sheet = _without_sheets(html)
    if body := _BODY.search(outside):
        # The fragment parser would lose what is said of the whole page.
        outside = f"<div {body[1]}>{outside}</div>"
    tidy = nh3.clean(
        _shallow(outside),
        tags=set(TAGS),
        clean_content_tags=set(DROPPED),
        attributes={"*": set(_READ)},
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel=None,
    )
    rules = mail_styles.read_sheet(sheet)
    tokens = list(_tokens(tidy))
    for token in tokens:
        if isinstance(token, Start):
            own = mail_styles.declarations(token.attributes.get("style", ""))
            token.styles = {**rules.of(token.name, token.attributes), **own}
    return Markup(tokens, sheet)


def _without_sheets(html: str) -> tuple[str, str]:
    """The HTML without comments and style elements, and what the latter say; one pass over it."""
    lower = html.translate(_LOWER)
    outside, sheets, at = [], [], 0
    comment, sheet = lower.find("<!--"), lower.find("<style")
    while comment >= 0 or sheet >= 0:
        is_comment = sheet < 0 or 0 <= comment < sheet
        begin = comment if is_comment else sheet
        outside.append(html[at:begin])
        # `<!-->` is a whole comment.
        ends = lower.find("-->", begin + 2) if is_comment else lower.find("</style", begin)
        if ends < 0:
            at = begin + 4
            break
        if not is_comment:
            sheets.append(html[begin:ends].partition(">")[2])
        at = lower.find(">", ends) + 1 or len(html)
        comment = lower.find("<!--", at) if 0 <= comment < at else comment
        sheet = lower.find("<style", at) if 0 <= sheet < at else sheet
    return "".join(outside) + html[at:], "\n".join(sheets)


def _shallow(html: str) -> str:
    """The HTML without the tags behind the place where it is too deep: a parser looks at all that is open for each."""
    depth = 0
    for match in _TAG.finditer(html):
        if match[2].lower() not in _CLOSED_BY_OTHERS:
            depth = max(depth - 1, 0) if match[1] else depth + 1
        if depth > _DEEPEST:
            return html[: match.start()] + _ANY_TAG.sub(" ", html[match.start() :])
    return html


def _tokens(tidy: str) -> Iterator[Token]:
    for closing, name, attributes, text in _PIECE.findall(tidy):
        if text:
            yield unescape(text)
        elif closing:
            yield End(name)
        else:
            yield Start(name, {key.lower(): unescape(value) for key, value in _ATTRIBUTE.findall(attributes)})


def written(tokens: Iterable[Token]) -> str:
    """The tokens as HTML."""
    return "".join(_written(token) for token in tokens)


def _written(token: Token) -> str:
    if isinstance(token, str):
        return escape(token, quote=False)
    if isinstance(token, End):
        return f"</{token.name}>"
    attributes = dict(token.attributes)
    if token.styles:
        attributes["style"] = ";".join(f"{name}:{value}" for name, value in token.styles.items())
    said = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{token.name}{said}>"
