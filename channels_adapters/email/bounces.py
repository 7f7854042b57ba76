"""Bounces in the words of the programs that write no report: qmail, Exim, Postfix, Exchange, Gmail, QQ ..."""

from __future__ import annotations

import re
from dataclasses import dataclass

from channels_adapters.email.addresses import canonical

MAX_SCANNED = 64 * 1024
_MAX_LINES = 400
_MAX_FAILED = 50
# How their subjects begin.
SUBJECTS = (
    "undeliver", "mail delivery fail", "mail delivery system", "delivery status notification", "delivery failure",
    "delivery notification", "failure notice", "returned mail", "failed delivery", "message undeliverable",
    "mail could not be delivered", "message not delivered", "nondeliverable", "non delivery", "non-delivery",
    "mail system error", "delivery has failed", "email delivery failure", "delayed mail", "warning: message",
    "warning: could not send", "unzustellbar", "nicht zustellbar", "unzustellbare", "fehler bei der zustellung",
    "zustellung fehlgeschlagen", "mailzustellung", "non remis", "non distribuable", "échec de la remise",
    "échec de remise",
    "notification d'échec", "no se puede entregar", "no entregado", "correo no entregado", "devolución de correo",
    "mancato recapito", "non recapitabile", "notifica di mancato", "impossibile recapitare", "não entregue",
    "não foi possível entregar", "falha na entrega", "onbestelbaar", "niet bezorgd", "kan inte levereras",
    "olevererbart", "kunne ikke leveres", "niedostarczalne", "nie dostarczono", "zwrot", "nedoručitelná",
    "teslim edilemedi", "недоставленное", "не доставлено", "сообщение не доставлено", "ошибка доставки",
    "не доставлен", "退信", "系统退信", "邮件投递失败", "无法投递", "未送达", "郵件退回", "無法傳送", "配信不能",
    "配達不能", "メール送信エラー", "전송 실패", "반송", "배달되지",
)  # fmt: skip
# What they say before they name whom they could not reach.
_WORDS = (
    "this is the qmail-send program", "message was created automatically by mail delivery software",
    "this is the mail system at host", "i'm sorry to have to inform you", "delivery to the following recipient",
    "delivery has failed to these recipients", "unable to deliver your message", "unable to deliver message",
    "could not be delivered", "couldn't be delivered", "can't be delivered", "cannot be delivered",
    "wasn't delivered",
    "was not delivered", "did not reach the following", "undeliverable", "following addresses had permanent",
    "permanent fatal errors", "recipient address rejected", "user unknown", "address not found",
    "there was a temporary problem delivering", "returned to sender", "konnte nicht zugestellt",
    "nicht zugestellt werden",
    "n'a pas pu être remis", "n'a pas été remis", "n'a pas pu être distribué", "no se pudo entregar",
    "no se ha podido entregar", "impossibile recapitare", "non è stato recapitato", "não pôde ser entregue",
    "kon niet worden bezorgd", "kunde inte levereras", "nie można dostarczyć", "nie mogła zostać dostarczona",
    "не может быть доставлено", "не удалось доставить", "не было доставлено", "письмо создано автоматически",
    "被退回", "无法发送到", "未能送达", "無法傳遞", "配信できませんでした", "お届けできませんでした",
    "전달할 수 없", "전송되지 못",
)  # fmt: skip
_DELAYED = (
    "has not yet been delivered", "delivery is delayed", "will continue to be", "will keep trying",
    "still being retried",
    "no action is required", "you do not need to resend", "warning message only", "will be retried", "(delay)",
    "delivery incomplete", "delivery delayed", "delayed mail", "wird weiterhin versucht",
)  # fmt: skip
_ADDRESS = re.compile(r"[A-Za-z0-9._%+=\-']{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,6}")
_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[ \-#:])|(?<![\d.])#?([45])\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY = re.compile(r"[^\n]{0,200}(?<![\d.])(?:[45]\d\d[ \-]|#?[45]\.\d{1,3}\.\d{1,3})[^\n]{0,400}")
# Below these the returned mail begins, with addresses of its own.
_RETURNED = (
    "--- below this line is a copy", "------ this is a copy of", "----- original message", "--- original message",
    "original message headers", "message header", "-----transcript of session", "------ this is a copy",
    "diagnostic information for administrators", "reporting-mta:", "received: from", "return-path: <",
    "original-message",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failed:
    """Whom a mail did not reach, why in the program's words, and whether for good."""

    address: str
    reason: str
    permanent: bool


def is_bounce_subject(subject: str) -> bool:
    """Whether mail programs begin the subject of a bounce so."""
    return subject.lower().lstrip("[*( ").startswith(SUBJECTS)


def is_bounce_text(text: str) -> bool:
    """Whether the first lines speak of a mail that did not arrive."""
    lower = text[:4000].lower()
    return any(words in lower for words in _WORDS)


def is_delay(text: str) -> bool:
    """Whether it only warns that the mail is late."""
    lower = text[:4000].lower()
    return any(words in lower for words in _DELAYED)


def failed_recipients(text: str, *, ours: frozenset[str]) -> tuple[Failed, ...]:
    """Those the text names. `ours` are addresses that sent the mail or the bounce, never those it did not reach."""
    lines = _own_words(text)
    found: dict[str, Failed] = {}
    for number, line in enumerate(lines):
        if len(found) >= _MAX_FAILED:
            break
        for written in _ADDRESS.findall(line[:2000])[:5]:
            address = canonical(written)
            local = address.partition("@")[0]
            if not address or address in ours or address in found or local in ("postmaster", "mailer-daemon"):
                continue
            if found and not _stands_out(line, written):
                continue
            reason = _reason(lines, number)
            found[address] = Failed(address, reason, not _is_temporary(reason))
    return tuple(found.values())


def status_of(text: str) -> str:
    """The reply of the server that refused, or what comes nearest to it; "" if there is none."""
    found = _REPLY.search("\n".join(_own_words(text)))
    return " ".join(found[0].split())[:500] if found else ""


def _own_words(text: str) -> list[str]:
    """The lines before the returned mail."""
    lines = text[:MAX_SCANNED].split("\n", _MAX_LINES)[:_MAX_LINES]
    for number, line in enumerate(lines):
        if number and line[:100].lower().lstrip("> \t").startswith(_RETURNED):
            return lines[:number]
    return lines


def _stands_out(line: str, address: str) -> bool:
    """An address at the front of its line is another recipient; one inside a sentence is not."""
    bare = line.strip(" \t<>*•-:;()")
    return bare.lower().startswith(address.lower()) or len(bare) <= len(address) + 12


def _reason(lines: list[str], number: int) -> str:
    ""
    "What stands behind the address, or below it as far as the next empty line (one empty line may come between)."
    ""
    out: list[str] = []
    behind = lines[number]
    if _CODE.search(behind):
        out.append(behind)
    blank = False
    for line in lines[number + 1 : number + 12]:
        if not line.strip():
            if out or blank:
                break
            blank = True
            continue
        if _ADDRESS.search(line) and _stands_out(line, _ADDRESS.findall(line)[0]) and out:
            break
        out.append(line)
    words = " ".join(" ".join(out).split())
    if not _CODE.search(words):
        words = next((" ".join(line.split()) for line in lines[number + 1 :] if _CODE.search(line)), words)
    return words[:500]


def _is_temporary(reason: str) -> bool:
    found = _CODE.search(reason)
    return found is not None and (found[1] or found[2]) == "4"
