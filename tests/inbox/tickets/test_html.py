"""Strangers' HTML, made safe to show."""

from __future__ import annotations

import re

import pytest

from inbox.tickets.filenames import clean_filename
from inbox.tickets.html import SafeHtml, is_laid_out, safe

PIXEL = safe('<img src="https://x.example/a.png">', files={}).html.split('"')[1]


def test_a_harmless_mail_keeps_its_words_its_table_and_its_colours() -> None:
    mail = '<p style="color:red">Order <b>1007</b></p><table><tbody><tr><td colspan="2">89,00</td></tr></tbody></table>'
    assert safe(mail, files={}).html == mail


@pytest.mark.parametrize(
    "mail",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<a href='java\nscript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<iframe src='https://x.example'></iframe>",
        "<form action='https://x.example'><input name=q><button formaction=/x>go</button></form>",
        "<style>@import 'https://x.example/a.css'; body{background:url(https://x.example)}</style>",
        "<link rel=stylesheet href=https://x.example/a.css><meta http-equiv=refresh content='0;url=https://x.example'>",
        "<div style='background:url(https://x.example/a.png)'>x</div>",
        "<div style='background-color:u\\72l(https://x.example/a.png)'>x</div>",
        "<div style='position:fixed;top:0;left:0'>x</div>",
        "<table background='https://x.example/a.png'><tr><td>x</td></tr></table>",
        "<live-stream hx-get='/x' data-url='https://x.example' id=a name=b class=c>x</live-stream>",
        "<p hx-post='/tickets/1/spam/' hx-trigger=load id=composer class=toast data-x=1 onclick='x()'>x</p>",
        "<video poster='https://x.example/a.png'><source src='https://x.example/a.mp4'></video>",
        "<img srcset='https://x.example/a.png 2x' src='data:image/svg+xml;base64,PHN2Zz4='>",
        "<base href='https://x.example/'><a href='/steal'>x</a>",
        "<img src='//x.example/a.png'>",
    ],
)
def test_nothing_runs_fetches_submits_or_takes_part_in_the_page(mail: str) -> None:
    shown = safe(mail, files={}).html
    forbidden = re.compile(
        r"script:|<script|on\w+=|x\.example|hx-|data-|class=|\bid=|name=|<form|<style|<svg|<iframe|<link|<meta|position",
        re.IGNORECASE,
    )
    assert forbidden.findall(shown) == []


def test_remote_images_wait_for_permission_and_are_counted() -> None:
    mail = '<img src="https://x.example/a.png"><img src="http://y.example/b.png">'
    shown = safe(mail, files={}, remote_images=True)
    assert (safe(mail, files={}).blocked, "x.example" in safe(mail, files={}).html, shown.blocked) == (2, False, 0)
    assert 'src="https://x.example/a.png"' in shown.html


def test_images_of_the_mail_itself_come_from_our_own_address() -> None:
    shown = safe('<img src="cid:logo@x" alt="Logo"><img src="cid:gone@x">', files={"logo@x": "/attachments/7/preview/"})
    assert re.findall(r'src="([^"]*)"', shown.html) == ["/attachments/7/preview/", PIXEL]


def test_links_open_elsewhere_and_tell_nothing_of_here() -> None:
    assert safe('<a href="https://x.example/" target="_top" rel="opener">x</a>', files={}) == SafeHtml(
        '<a href="https://x.example/" target="_blank" rel="noopener noreferrer nofollow">x</a>', 0
    )


def test_only_what_loses_by_being_read_as_text_is_laid_out() -> None:
    table = "<table>" + "<tr><td>a</td><td>b</td></tr>" * 3 + "</table>"
    assert (is_laid_out("<p>Hello</p>"), is_laid_out(table), is_laid_out("<img src=cid:a>")) == (False, True, True)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("in\u202evoice\u200b.pdf", "invoice.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
        (" . ", "file"),
        ("退货标签.pdf", "退货标签.pdf"),
        ("x" * 300 + ".jpeg", "x" * 115 + ".jpeg"),
    ],
)
def test_a_files_name_is_what_it_looks_like(name: str, clean: str) -> None:
    assert clean_filename(name) == clean
