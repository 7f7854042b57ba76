"""Strangers' HTML, made safe to show."""

from __future__ import annotations

import re

import pytest

from inbox.tickets.filenames import clean_filename
from inbox.tickets.html import Look, is_laid_out, safe
from tests.inbox.tickets.hostile import HOSTILE


def shown(mail: str, **options: object) -> str:
    return safe(mail, files={}, **options).html  # type: ignore[arg-type]


def test_a_harmless_mail_keeps_its_words_its_table_and_its_colours() -> None:
    mail = '<p style="color:red">Order <b>1007</b></p><table><tbody><tr><td colspan="2">89,00</td></tr></tbody></table>'
    assert shown(mail) == mail


FORBIDDEN = re.compile(
    r"script:|<script|\bon\w+=|=.?https?:..x\.example|url\(|hx-|data-|class=|\bid=|name=|<form|<style|<svg|<math|<iframe|<link|<meta"
    r"|position|<bdo|\u202e|<details|popover|autofocus|expression|<input|<object|<embed|<template|: ?-\d|/messages/",
    re.IGNORECASE,
)


@pytest.mark.parametrize("mail", HOSTILE)
def test_nothing_runs_fetches_submits_or_takes_part_in_the_page(mail: str) -> None:
    markup = re.sub(r">[^<]*<", "><", f">{shown(mail)}<")
    assert FORBIDDEN.findall(markup) + re.findall("\u202e", shown(mail)) == []


def test_what_is_safe_stays_as_it_is_when_it_is_made_safe_again() -> None:
    once = "".join(map(shown, HOSTILE))
    assert FORBIDDEN.findall(re.sub(r">[^<]*<", "><", shown(once))) == []


def test_remote_images_wait_for_permission_and_are_counted_wherever_they_hide() -> None:
    mail = (
        '<style>td{background:url(https://x.example/1.png)}</style><img src="https://x.example/2.png" alt="Logo">'
        '<table background="https://x.example/3.png"><tr><td style="background-image:url(//x.example/4.png)">a</table>'
        '<img srcset="https://x.example/5.png 2x"><p style="background:#fff url(https://x.example/6.png)">b</p>'
    )
    given = safe(mail, files={}, remote=lambda address: f"/images/?of={address[-5]}")
    assert (safe(mail, files={}).blocked, "x.example" in shown(mail), given.blocked) == (6, False, 0)
    assert re.findall(r'(src|background)="([^"]*)"', given.html) == [
        ("src", "/images/?of=2"),
        ("background", "/images/?of=3"),
        ("background", "/images/?of=4"),
        ("src", "/images/?of=5"),
    ]


def test_pictures_nobody_was_to_see_stay_away_for_good() -> None:
    mail = (
        '<img src="https://t.example/a" width="1" height="1"><img src="https://t.example/b" style="width:0;height:1px">'
        '<img src="https://t.example/c" style="display:none"><div style="display:none"><img src="https://t.example/d"></div>'
        '<img src="https://t.example/photo" width="100">'
    )
    given = safe(mail, files={}, remote=lambda address: f"/images/?of={address[-5:]}")
    assert (given.trackers, given.blocked, re.findall(r"of=(\w+)", given.html)) == (4, 0, ["photo"])


def test_images_of_the_mail_itself_come_from_our_own_address() -> None:
    mail = '<img src="cid:logo@x" alt="Logo"><img src="cid:gone@x" alt="Gone"><img src="/attachments/8/preview/">'
    made = safe(mail, files={"logo@x": "/attachments/7/preview/"}).html
    assert re.findall(r'<img[^>]*?(?: src="([^"]*)")?>', made.replace(' referrerpolicy="no-referrer"', "")) == [
        "/attachments/7/preview/",
        "",
    ]


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        ('<a href="https://evil.example/bank">www.bank.example</a>', "www.bank.example [→ evil.example]"),
        (
            '<a href="https://bank.example@evil.example/">https://bank.example/login</a>',
            "https://bank.example/login [→ evil.example]",
        ),
        ('<a href="https://bаnk.example">bank.example</a>', "bank.example [→ xn--bnk-6cd.example]"),
        ('<a href="https://login.bank.example/">bank.example</a>', "bank.example"),
        ('<a href="https://evil.example">Our shop</a>', "Our shop"),
        ("See https://shop.example/a.", "See https://shop.example/a."),
    ],
)
def test_a_link_names_where_it_leads_when_its_words_name_another_place(mail: str, words: str) -> None:
    assert re.sub(r"<[^>]*>", "", shown(mail)) == words


def test_links_open_elsewhere_and_tell_nothing_of_here_also_those_nobody_made() -> None:
    ends = 'target="_blank" rel="noopener noreferrer nofollow"'
    assert shown('<a href="https://x.example/" target="_top" rel="opener">x</a> or www.y.example, bo@y.example') == (
        f'<a href="https://x.example/" title="x.example" {ends}>x</a> or <a href="https://www.y.example" {ends}>'
        f'www.y.example</a>, <a href="mailto:bo@y.example" {ends}>bo@y.example</a>'
    )


@pytest.mark.parametrize(
    ("mail", "text", "folded"),
    [
        ("<p>Thanks!</p><blockquote>On Monday: hello</blockquote>", "Thanks!", ["On Monday: hello"]),
        ("<div><p>New</p><p>Kind regards</p></div><div>Legal</div>", "New", ["Kind regardsLegal"]),
        ("<blockquote>old words</blockquote><p>below</p>", "below", ["old words"]),
        ("<p>a</p><blockquote>q</blockquote><p>b</p>", "a\n\n> q\n\nb", []),
        ("<table><tr><td>New<br><br>-- <br>Bo</td></tr></table>", "New", ["-- Bo"]),
        (
            "<p>See <b>this</b></p><img src='cid:a' alt='shot'><p>Sent from my phone</p>",
            "See this",
            ["Sent from my phone"],
        ),
        ("<p>Yes <a href='https://x.example'>here</a></p><hr>old", "Yes here <https://x.example>", ["old"]),
        ("<p>Hello</p><div class='gmail_quote'>old</div>", "Hallo [image: a]", ["old"]),
        ("<p>Something else</p>", "Not in there", []),
        ("<p>See the table:</p><table><tr><td>12</td></tr></table>", "See the table:", []),
    ],
)
def test_what_is_not_new_is_folded_in_its_place(mail: str, text: str, folded: list[str]) -> None:
    whole = f"{text} {' '.join(folded)} or {re.sub('<[^>]*>', '', mail)}" if folded else f"{text} and more"
    made = shown(mail, new_text=text, whole_text=whole, fold_label="…")
    folds = re.findall(r"<details><summary>…</summary>(.*?)</details>", made, re.DOTALL)
    assert [re.sub(r"<[^>]*>", "", fold) for fold in folds] == folded
    assert "shot" not in mail or made.index("shot") < made.index("<details>")


def test_mails_without_colours_of_their_own_take_the_readers_paper() -> None:
    look = "color:black;background:#ffffff;font-size:8px;border:1px solid black"
    plain = f'<p style="{look}">a <a style="color:blue">b</a></p>'
    made = safe(plain, files={})
    assert (made.on_paper, re.findall('style="([^"]*)"', made.html)) == (False, ["font-size:11px;border:1px solid"])
    asked = safe(plain, files={}, look=Look.SENT)
    assert (asked.on_paper, "color:black;background-color:#ffffff" in asked.html) == (True, True)


@pytest.mark.parametrize(
    "mail",
    [
        '<p style="color:#c00">a</p>',
        '<table bgcolor="#102030"><tr><td>a</td></tr></table>',
        '<font color="red">a</font>',
        '<body style="background:#f0f0f0">a</body>',
        "<style>.x{background-color:rgb(10, 90, 200)}</style><p class=x>a</p>",
    ],
)
def test_mails_with_colours_get_the_paper_they_were_made_for_until_asked_for_without(mail: str) -> None:
    without = safe(mail, files={}, look=Look.PLAIN)
    assert (safe(mail, files={}).on_paper, without.on_paper, re.findall("color|#|rgb|red", without.html)) == (
        True,
        False,
        [],
    )


def test_what_was_made_as_wide_as_a_page_fits_a_phone() -> None:
    mail = '<table width="600"><tbody><tr><td style="width:600px">a</td><td width="90">b</td></tr></tbody></table>'
    assert re.findall("<t(?:able|d)[^>]*>", shown(mail)) == [
        '<table style="width:100%;max-width:600px">',
        "<td>",
        '<td width="90">',
    ]


def test_a_mail_nested_without_end_keeps_its_words() -> None:
    made = shown("<div>" * 50_000 + "Hello <b>Ada</b>" + "</div>" * 50_000)
    assert (made.count("<div>") <= 800, re.sub("<[^>]*>", "", made).split()) == (True, ["Hello", "Ada"])


def test_styles_of_the_mails_own_sheets_hold_without_the_sheet() -> None:
    mail = (
        "<style><!-- p.MsoNormal, li.MsoNormal {margin:0cm} @media print {p {margin:9px}} p {padding:1px} --></style>"
    )
    assert shown(f'{mail}<p class=MsoNormal style="padding:2px">a</p>') == '<p style="padding:2px;margin:0cm">a</p>'


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
