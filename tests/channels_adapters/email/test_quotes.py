from __future__ import annotations

import pytest

from channels_adapters.email.quotes import MAX_SCANNED, Kind, newly_written, split

NEW = "Thank you.\n\nSize 42, please."

ATTRIBUTIONS = {
    "gmail": "On Mon, Mar 5, 2018 at 12:00 PM Shop <support@shop.example> wrote:",
    "apple": "On 5 Mar 2018, at 12:00, Shop <support@shop.example> wrote:",
    "wrapped": "On Mon, Mar 5, 2018 at 12:00 PM The Shop With The Long Name <\nsupport@shop.example> wrote:",
    "in three lines": "On Mar 5, 2018, at 12:00 PM, Shop\n<support@shop.example>\nwrote:",
    "without address": "On 03/05/2018 12:00 PM, Shop wrote:",
    "aol": "In a message dated 3/5/2018 12:00:00 PM Eastern Standard Time, support@shop.example writes:",
    "zoho": "---- On Mon, 05 Mar 2018 12:00:00 +0100 support@shop.example wrote ----",
    "no verb": "2018-03-05 12:00 GMT+01:00 Shop <support@shop.example>:",
    "german": "Am Mo., 5. März 2018 um 12:00 Uhr schrieb Laden <support@shop.example>:",
    "german thunderbird": "Am 05.03.2018 um 12:00 schrieb Der Laden:",
    "french": "Le lun. 5 mars 2018 à 12:00, Boutique <support@shop.example> a écrit :",
    "spanish": "El lun, 5 de marzo de 2018 a las 12:00, Tienda <support@shop.example> escribió:",
    "italian": "Il giorno lun 5 mar 2018 alle ore 12:00 Negozio <support@shop.example> ha scritto:",
    "portuguese": "Em seg., 5 de mar. de 2018 às 12:00, Loja <support@shop.example> escreveu:",
    "dutch": "Op ma 5 mrt. 2018 om 12:00 schreef Winkel <support@shop.example>:",
    "dutch apple": "Op 5 mrt. 2018, om 12:00 heeft Winkel <support@shop.example> het volgende geschreven:",
    "swedish": "Den mån 5 mars 2018 kl 12:00 skrev Butik <support@shop.example>:",
    "polish": "W dniu 5 marca 2018 12:00 użytkownik Sklep <support@shop.example>\nnapisał:",
    "czech": "Dne 5.3.2018 v 12:00 Obchod napsal(a):",
    "finnish": "ma 5. maalisk. 2018 klo 12.00 Kauppa (support@shop.example) kirjoitti:",
    "turkish": "Mağaza <support@shop.example>, 5 Mar 2018 Pzt, 12:00 tarihinde şunu yazdı:",
    "hungarian": "Bolt <support@shop.example> ezt írta (időpont: 2018. márc. 5., H, 12:00):",
    "russian": "пн, 5 мар. 2018 г. в 12:00, Магазин <support@shop.example>:",
    "russian with verb": "5 марта 2018 г., 12:00 пользователь Магазин <support@shop.example> написал:",
    "russian yandex": '05.03.2018, 12:00, "Магазин" <support@shop.example>:',
    "chinese gmail": "客服 <support@shop.example> 于2018年3月5日周一 下午12:00写道：",
    "chinese netease": '在 2018-03-05 12:00:00，"客服" <support@shop.example> 写道：',
    "chinese traditional": "客服 <support@shop.example> 於 2018年3月5日 週一 下午12:00寫道：",
    "japanese": "2018年3月5日(月) 12:00 店 <support@shop.example>:",
    "japanese with words": "2018/03/05 12:00、店 <support@shop.example>のメッセージ:",
    "korean": "2018년 3월 5일 (월) 오후 12:00, 상점 <support@shop.example>님이 작성:",
    "vietnamese": "Vào 12:00 5 tháng 3, 2018, Shop <support@shop.example> đã viết:",
    "hebrew": "‫בתאריך יום ב׳, 5 במרץ 2018 ב-12:00 מאת ‪Shop‬‏ <‪support@shop.example‬‏>:‬",
}

HEADERS = {
    "outlook": "From: Shop <support@shop.example>\nSent: Monday, March 5, 2018 12:00 PM\nTo: Bo\nSubject: RE: Shoes",
    "outlook with rule": "________________________________\nFrom: Shop <support@shop.example>\n"
    "Sent: Monday, March 5, 2018 12:00 PM\nTo: Bo\nSubject: RE: Shoes",
    "bold": "*From:* Shop <support@shop.example>\n*Sent:* Monday, March 5, 2018\n*To:* Bo\n*Subject:* Shoes",
    "original": "-----Original Message-----\nFrom: Shop\nSent: Monday",
    "wrapped": "From: Shop [mailto:\nsupport@shop.example]\nSent: Monday\nTo: Bo;\nAda\nSubject: Shoes",
    "german": "Von: Laden <support@shop.example>\nGesendet: Montag, 5. März 2018 12:00\nAn: Bo\nBetreff: AW: Schuhe",
    "german original": "-----Ursprüngliche Nachricht-----\nVon: Laden",
    "french": "De : Boutique [mailto:support@shop.example]\nEnvoyé : lundi 5 mars 2018 12:00\nÀ : Bo\nObjet : Re",
    "spanish": "De: Tienda <support@shop.example>\nEnviado: lunes, 5 de marzo de 2018\nPara: Bo\nAsunto: Zapatos",
    "russian": "От: Магазин <support@shop.example>\nОтправлено: 5 марта 2018\nКому: Bo\nТема: Обувь",
    "chinese": "发件人： 客服\n发送时间： 2018年3月5日 12:00\n收件人： Bo\n主题： 鞋",
    "chinese original": '------------------ 原始邮件 ------------------\n发件人: "客服"',
    "japanese": "差出人: 店 <support@shop.example>\n送信日時: 2018年3月5日 12:00\n宛先: Bo\n件名: 靴",
    "polish": "Od: Sklep <support@shop.example>\nWysłano: poniedziałek, 5 marca 2018\nDo: Bo\nTemat: Buty",
}

SIGNATURES = {
    "standard": "-- \nBo Larsen\nLarsen A/S",
    "without space": "--\nBo Larsen",
    "phone": "Sent from my iPhone",
    "phone of a network": "Sent from my Verizon Wireless BlackBerry",
    "outlook": "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "german phone": "Von meinem iPhone gesendet",
    "french phone": "Envoyé de mon iPhone",
    "spanish phone": "Enviado desde mi iPhone",
    "russian phone": "Отправлено с iPhone",
    "chinese phone": "发自我的 iPhone",
    "japanese phone": "iPhoneから送信",
    "dashed name": "-Bo Larsen",
    "list": "_______________________________________________\nshoes mailing list\nshoes@lists.example",
}

KEPT = {
    "a form": "I travel\n\nFrom: Berlin\nTo: Munich\nDate: 5 May 2018 10:00\n\nThanks",
    "prose about writing": "On Monday I wrote:\nplease send it back.\nYou did not.",
    "a path": "I pressed\n> Settings\nand nothing happened",
    "decoration": "Look here...\n>>> >>>  http://shop.example <<<\nby clicking the link above",
    "bullets": "I want:\n\n- one pair\n- another pair",
    "dashes in a line": "here is a fix -- this is not a signature.\n\nbye",
    "sent from in a sentence": "Hello\n\nSent from my desk, is much easier then my mobile phone.",
    "a first line of dashes": "--\nHello, is this thing on?",
    "a forwarded mail": "FYI\n\n---------- Forwarded message ----------\nFrom: ada@larsen.example\n\nText",
    "an apple forward": "FYI\n\nBegin forwarded message:\n\n> From: Ada <ada@larsen.example>\n> Subject: x\n>\n> Text",
    "a hint of one's own": "Hello\n\nImportant: the recipient has moved.\n\nThanks\n\nHinweis: Der Empfänger zieht um.",
    "only a header block": "From: a@larsen.example\nSent: 5 March 2018\nTo: b@larsen.example\nSubject: x\n\nText",
}


@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_what_follows_an_attribution_is_quoted(name: str) -> None:
    above, old = f"{NEW}\n\n{ATTRIBUTIONS[name]}", "old line\nanother"
    quoted = "\n".join(f"> {line}" for line in old.split("\n"))
    found = [newly_written(text) for text in (f"{above}\n\n{quoted}", f"{above}\n{quoted}\n", f"{above}\n\n{old}")]
    assert found == [NEW, NEW, NEW]


@pytest.mark.parametrize("name", HEADERS)
def test_what_follows_a_block_of_headers_is_quoted(name: str) -> None:
    found = [newly_written(f"{NEW}\n\n{HEADERS[name]}\n\nold line"), newly_written(f"{NEW}\n{HEADERS[name]}\n\nold")]
    assert found == [NEW, NEW]


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_signature_is_not_part_of_what_was_written(name: str) -> None:
    quoted = "On Mon, Mar 5, 2018 at 12:00 PM Shop <support@shop.example> wrote:\n\n> old"
    found = [newly_written(f"{NEW}\n\n{SIGNATURES[name]}"), newly_written(f"{NEW}\n\n{SIGNATURES[name]}\n\n{quoted}")]
    assert found == [NEW, NEW]


@pytest.mark.parametrize("name", KEPT)
def test_what_only_looks_like_a_quotation_is_kept(name: str) -> None:
    assert newly_written(KEPT[name]) == KEPT[name]


def test_answers_between_quoted_lines_are_kept() -> None:
    text = "On 2018-03-05 12:00, Shop <s@shop.example> wrote:\n> Size?\n42\n> Colour?\n\nblack\n\n> Anything else?\n"
    assert newly_written(text) == "42\n\nblack"


def test_text_below_the_quotation_is_kept() -> None:
    text = "Hi\n\nOn 04/19/2011 07:10 AM, Shop wrote:\n\n>\n> old\n\nRegards, Bo"
    assert newly_written(text) == "Hi\n\nRegards, Bo"


def test_a_quotation_inside_a_quotation_ends_nothing() -> None:
    text = "On 04/19/2011 07:10 AM, Shop wrote:\n> old\n> On 04/18/2011 07:10 AM, Bo wrote:\n>> older\n\nNew"
    assert newly_written(text) == "New"


def test_a_mail_that_only_quotes_says_nothing_new() -> None:
    assert newly_written("> all of it\n> is old") == ""


def test_a_forward_announced_by_its_subject_is_kept_whole() -> None:
    text = f"Please see\n\n{HEADERS['outlook']}\n\nText"
    assert newly_written(text, forwarded=True) == text


def test_below_a_please_reply_above_this_line_all_is_ours() -> None:
    assert newly_written("Yes\n\n## - Please type your reply above this line - ##\n\nYour ticket") == "Yes"


def test_fragments_hold_every_line_of_the_text() -> None:
    texts = [
        f"{NEW}\n\n{ATTRIBUTIONS['gmail']}\n\n> old\n\n--\nBo",
        "a\n" * 30_000,
        "x" * (MAX_SCANNED + 7) + "\nlast",
        "",
        "\n",
    ]
    assert ["\n".join(one.text for one in split(text)) for text in texts] == texts


def test_what_lies_beyond_the_scanned_part_stays_what_the_part_ended_as() -> None:
    long = "word word word\n" * (MAX_SCANNED // 15 + 100)
    kinds = [[one.kind for one in split(text)] for text in (long, f"Hi\n\n{ATTRIBUTIONS['gmail']}\n\n{long}")]
    assert kinds == [[Kind.NEW], [Kind.NEW, Kind.QUOTE]]
