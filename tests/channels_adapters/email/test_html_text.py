from __future__ import annotations

import pytest

from channels_adapters.email.html_text import render
from tests.channels_adapters.email.mails import letter
from tests.channels_adapters.email.reading import message


def written(html: str) -> str:
    """The new part of a mail that has only html."""
    return message(letter("Content-Type: text/html; charset=utf-8", body=html)).text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("  lots \n of   <b> space </b>  ", "lots of space"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ('<a href="https://shop.example/1">my order</a>', "my order <https://shop.example/1>"),
        ('<a href="https://shop.example/">shop.example</a>', "shop.example"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ("&lt;b&gt; &amp; &euro; &#8364; &nbsp;x", "<b> & € €  x"),
        ("<style>p{}</style><script>x<y</script><title>t</title>text", "text"),
        ("a<!-- hidden > -->b", "ab"),
        ('<img alt="A shoe" src="x"><img src="pixel">', "[A shoe]"),
        ('<div style="display:none">preheader</div>Hello', "Hello"),
        ('<span style="font-size:0px; color:#fff">preheader</span>Hello', "Hello"),
        ('<div style="max-height:0;overflow:hidden">preheader</div>Hello', "Hello"),
        ("<p hidden>preheader</p>Hello", "Hello"),
        ("1 < 2 and 3 <4", "1 < 2 and 3 <4"),
        ("<b>unclosed <i>tags", "unclosed tags"),
        ("</p></div>stray", "stray"),
        ("<p title='a > b'>x</p>", "x"),
        ("<p title='never closed>x</p>", "x"),
        ("", ""),
    ],
)
def test_html_becomes_what_its_reader_sees(html: str, text: str) -> None:
    assert render(html).text == text


def test_a_blockquote_is_marked_as_in_plain_mails() -> None:
    html = "<p>New</p><blockquote type=cite><p>old</p><blockquote>older</blockquote></blockquote><p>below</p>"
    assert render(html).text == "New\n\n> old\n>\n> > older\n\nbelow"


def test_an_indentation_by_blockquote_is_no_quotation() -> None:
    html = '<blockquote style="margin:0 0 0 40px;border:none;padding:0px">mine</blockquote>'
    assert render(html).text == "mine"


@pytest.mark.parametrize(
    "html",
    [
        '<div dir="ltr">New</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Unbekannte Sprache 5 '
        'Shop &lt;<a href="mailto:s@shop.example">s@shop.example</a>&gt;:<br></div>'
        '<blockquote class="gmail_quote" style="border-left:1px solid #ccc">old</blockquote></div>',
        '<p>New</p><div class="moz-cite-prefix">Am 05.03.18 um 12:00 schrieb Shop:<br></div>'
        '<blockquote type="cite">old</blockquote>',
        '<div>New</div><div><blockquote type="cite"><div>On 5 Mar 2018, at 12:00, Shop &lt;s@shop.example&gt; wrote:'
        "</div><div>old</div></blockquote></div>",
        '<div>New</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Shop<br>'
        "<b>Sent:</b> Monday<br><b>To:</b> Bo<br><b>Subject:</b> Shoes</div><div>old</div>",
        '<div>New</div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>Von:</b> Laden<br>'
        "<b>Gesendet:</b> Montag<br><b>An:</b> Bo<br><b>Betreff:</b> Schuhe</p></div><p>alt</p>",
        '<div>New</div><div class="yahoo_quoted"><div>On Monday, Shop wrote:</div><div>old</div></div>',
        '<div>New</div><div class="gmail_signature">Bo<br>Larsen A/S</div>',
        '<div>New</div><div><br></div><div>-- <br></div><div class="gmail_signature">Bo</div>',
        '<div>New</div><div id="Signature">Bo Larsen</div>',
        "<div>New</div><div><br></div><div>Sent from my iPhone</div>",
    ],
    ids=["gmail", "thunderbird", "apple", "outlook web", "outlook", "yahoo", "gmail signature", "dashes", "outlook"
         " signature", "phone"],
)  # fmt: skip
def test_quotations_and_signatures_of_mail_programs_are_recognised(html: str) -> None:
    assert written(html) == "New"


def test_a_forward_in_html_is_kept() -> None:
    html = (
        '<div>See</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
        "From: Ada &lt;ada@x.example&gt;<br></div>Text</div>"
    )
    assert written(html) == "See\n\n---------- Forwarded message ---------\nFrom: Ada <ada@x.example>\nText".replace(
        "See\n\n", "See\n"
    )
