"""Which charset undeclared bytes are probably written in, by the commonest characters of each language."""

from __future__ import annotations

import re

_SAMPLE = 4 * 1024
_ENOUGH = 0.4
_HIGH_PAIR = re.compile(rb"[\x80-\xff]{2}")
_HANS = (
    "的一是了不在有人我他这个们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起"
    "发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两"
    "次使身者被高已亲其进此话常与活正感见明问力理尔点文几定本公特做外孩相西果走将月十实向声车全信重三机工物气每并别真打太新比才"
    "便夫再书部水像眼等体却加电主界门利海受听表德少克代员许稜先口由死安写性马光白或住难望教命花结乐色订单货请收付款退换邮件快递谢您"
)
_HANT = (
    "的一是了不在有人我他這個們來到時大地為子中你說生國年著就那和要她出也得裡後自以會家可下而過天去能對小多然於心學麼之都好看起"
    "發當沒成只如事把還用第樣道想作種開美總從無情己面最女但現前些所同日手又行意動方期它頭經長兒回位分愛老因很給名法間斯知世什兩"
    "次使身者被高已親其進此話常與活正感見明問力理爾點文幾定本公特做外孩相西果走將月十實向聲車全信重三機工物氣每並別真打太新比才"
    "便夫再書部水像眼等體卻加電主界門利海受聽表德少克代員許先口由死安寫性馬光白或住難望教命花結樂色訂單貨請收付款退換郵件快遞謝您"
)
_HANGUL = (
    "이다는에의가을하고지를한은도로기사리어나서아있그자인대시해게보일수라주들만여정것전스과니구오부장상요으세비안제성문드원면와신않조무"
    "습까우경습때연공람내님합감사확인주문배송요청문의드립니다안녕하세요메일상품환불교환번호저희언제받았"
)
_KANA = "".join(map(chr, range(0x3041, 0x3094))) + "".join(map(chr, range(0x30A1, 0x30FB))) + "ー、。"
_KANJI = (
    "日本人年月大国時間分上下中前後今何出見行会社員番号注文書発送商品電話住所名返品交"
    "換確認連絡様件御問合届金額支払込購入者用紙回答添付資料案内"
)
# Codec, its commonest characters, and whether it writes most of them with two bytes.
_EAST = (
    ("gb18030", frozenset(_HANS + "，。！？：")),
    ("big5hkscs", frozenset(_HANT + "，。！？：")),
    ("cp932", frozenset(_KANA + _KANJI)),
    ("euc_jp", frozenset(_KANA + _KANJI)),
    ("cp949", frozenset(_HANGUL)),
)
_WEST = (
    ("cp1251", frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфёіїє")),
    ("koi8_r", frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфё")),
    ("cp866", frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфё")),
    ("cp1253", frozenset("αοιετνσρηυκπμλςάόίέήώύ")),
    ("cp1255", frozenset("יוהלאתמרנבשדקחעפכםסטגזןץצךף")),
    ("cp1256", frozenset("اليمونتربةدهكسعفحقشجأصىخ")),
    ("cp874", frozenset("านรอกเงมยลวดทตสะปบคหแจพชขใไโ่้ีิัืุู็์ำ")),
)


def likely_codec(raw: bytes) -> str:
    """The codec whose commonest characters these bytes spell; "" when none stands out (mostly Latin letters)."""
    sample = raw[:_SAMPLE]
    high = sum(1 for byte in sample if byte > 0x7F)
    if high < 2:
        return ""
    best, best_score = "", 0.0
    for codec, common in _EAST:
        score = _score(sample, codec, common)
        # Hiragana and katakana make up half of a Japanese text, the commonest characters half of a Chinese one.
        if score > best_score:
            best, best_score = codec, score
    # Single accents among Latin letters stand alone; words of another script don't.
    letters = sum(1 for byte in sample if 0x41 <= byte | 0x20 <= 0x7A)
    if high >= 4 and high * 2 >= letters and len(_HIGH_PAIR.findall(sample)) * 2 >= high * 0.7:
        for codec, common in _WEST:
            score = _score(sample, codec, common)
            if score > best_score:
                best, best_score = codec, score
    return best if best_score >= _ENOUGH else ""


def _score(sample: bytes, codec: str, common: frozenset[str]) -> float:
    text = sample.decode(codec, "replace")
    high = [character for character in text if character > "\x7f"]
    if not high:
        return 0.0
    broken = high.count("\ufffd")
    if broken * 20 > len(high) and broken > 1:
        return 0.0
    return sum(1 for character in high if character in common) / len(high)
