"""Which mails no person wrote (RFC 3834, RFC 2919, RFC 2369, and what programs do instead)."""

from __future__ import annotations

from channels_adapters.contracts import Automatic
from channels_adapters.email.addresses import mailboxes
from channels_adapters.email.mime import Part

LOOP_HEADER = "X-Inbox-Loop"
_DAEMONS = frozenset({"mailer-daemon", "postmaster", "maildaemon", "mail-daemon"})
_LISTS = ("list-id", "list-unsubscribe", "list-post", "feedback-id", "x-mailing-list")
_ANSWERING = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-mail-autoreply")
_ANSWERED_SUBJECTS = (
    "automatic reply", "auto reply", "autoreply", "auto-reply", "out of office", "automatische antwort",
    "abwesenheitsnotiz", "réponse automatique", "respuesta automática", "risposta automatica", "resposta automática",
    "automatisch antwoord", "automatiskt svar", "automatisk svar", "automaattinen vastaus",
    "odpowiedź automatyczna", "automatická odpověď", "автоответ", "автоматический ответ", "автоматична відповідь",
    "自动回复", "自動回覆", "自動応答", "자동 회신",
)  # fmt: skip


def why_automatic(head: Part, account_address: str) -> Automatic | None:
    """The strongest reason why this mail was not written by a person; None for a person's.

    `Auto-Submitted: no` (a person, says the sender) outweighs the weak signs, never a loop, a report or a list.
    """
    if head.header(LOOP_HEADER.lower()) is not None or _names(head, "x-loop", account_address):
        return Automatic.LOOP
    report = _report_type(head)
    if report == "disposition-notification":
        return Automatic.AUTO_REPLY
    if report or _from_daemon(head) or head.header("x-failed-recipients") is not None:
        return Automatic.BOUNCE
    submitted = _keyword(head, "auto-submitted")
    if submitted not in ("", "no"):
        return Automatic.AUTO_REPLY
    if submitted == "" and _answers_by_itself(head):
        return Automatic.AUTO_REPLY
    if _keyword(head, "precedence") in ("bulk", "list", "junk") or any(head.header(one) is not None for one in _LISTS):
        return Automatic.BULK
    if head.header("x-loop") is not None:
        return Automatic.BULK
    if has_null_sender(head):
        return Automatic.BOUNCE
    return None


def has_null_sender(head: Part) -> bool:
    """Whether the envelope sender was empty, as it is for bounces."""
    return head.text("return-path").replace(" ", "") == "<>"


def _answers_by_itself(head: Part) -> bool:
    if any(_keyword(head, name) not in ("", "no", "false") for name in _ANSWERING):
        return True
    if _keyword(head, "precedence") in ("auto_reply", "auto-reply"):
        return True
    suppressed = {word.strip() for word in head.words("x-auto-response-suppress").lower().split(",")}
    if suppressed & {"all", "oof", "autoreply"}:
        return True
    subject, colon, _ = head.words("subject").replace("：", ":").partition(":")
    return bool(colon) and subject.strip().lower() in _ANSWERED_SUBJECTS


def _report_type(head: Part) -> str:
    if head.content_type != "multipart/report":
        return ""
    return head.parameters.get("report-type", "").lower() or "delivery-status"


def _from_daemon(head: Part) -> bool:
    senders = mailboxes(head.text("from"))
    return bool(senders) and senders[0].address.partition("@")[0] in _DAEMONS and _is_undelivered(head)


def _is_undelivered(head: Part) -> bool:
    """A postmaster is a person too: one who signs no delivery report and has an envelope sender."""
    local = mailboxes(head.text("from"))[0].address.partition("@")[0]
    return local != "postmaster" or has_null_sender(head) or _keyword(head, "auto-submitted") not in ("", "no")


def _names(head: Part, name: str, address: str) -> bool:
    return bool(address) and any(address.lower() in value.lower() for value in head.texts(name))


def _keyword(head: Part, name: str) -> str:
    return head.words(name).lower().partition(";")[0].partition("(")[0].strip()
