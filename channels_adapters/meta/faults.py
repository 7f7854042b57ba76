"""What Meta's error codes mean for us: the fault, and a sentence for the agent who wrote the message."""

from __future__ import annotations

from datetime import timedelta

from channels_adapters.contracts import Account, Fault, SendError
from channels_adapters.http_api import Answer
from channels_adapters.json_reading import fields, flag, integer, text
from channels_adapters.wording import Said, say

Meaning = tuple[Fault, Said]

_TOKEN = (Fault.AUTH, say("Meta does not accept the access token any more: connect the account again."))
_PERMISSION = (Fault.NOT_ALLOWED, say("The access token lacks a permission, or the app is not approved for it."))
_RESTRICTED = (Fault.AUTH, say("Meta has restricted the account: look at its status in the Business Manager."))
_TOO_FAST = (Fault.RATE_LIMITED, say("Meta's limit of requests is reached."))
_TROUBLE = (Fault.TEMPORARY, say("Meta has a passing trouble."))
_CLOSED = (Fault.WINDOW_CLOSED, say("The customer's last message is too old: the time to answer is over."))
_GONE = (Fault.RECIPIENT, say("This person can't be written to: he blocked you, left, or does not take messages."))
_NOBODY = (Fault.RECIPIENT, say("Meta knows nobody by this id for this account."))
_MEDIA = (Fault.MEDIA, say("Meta could not load a file of the message."))
_LARGE = (Fault.TOO_LARGE, say("A file of the message is larger than Meta takes."))
_COMMENT = (
    Fault.WINDOW_CLOSED,
    say("This comment can't be answered privately: it was once already, it is older than 7 days, or it is gone."),
)
_TEMPLATE = (Fault.CONTENT, say("The template does not fit: it is not approved, has other places, or was paused."))
_TOO_LATE = (
    Fault.NEEDS_TEMPLATE,
    say("More than 24 hours have passed since the customer wrote: only an approved template can be sent."),
)
_WRONG = (Fault.CONTENT, say("Meta takes no message of this kind."))
_UNREACHED = (Fault.RECIPIENT, say("WhatsApp could not deliver it: the number has no WhatsApp, or an old one."))

#: Subcodes say more than the code they come with.
_SUBCODES: dict[int, Meaning] = {
    **dict.fromkeys((2018278, 2534022, 2018065), _CLOSED),
    **dict.fromkeys((1545041, 2018108, 2018027), _GONE),
    **dict.fromkeys((2018001, 2534014), _NOBODY),
    33: (Fault.RECIPIENT, say("What is answered is gone, or the access token may not see it.")),
    **dict.fromkeys((2018008, 2018047, 2018074, 2018294), _MEDIA),
    **dict.fromkeys((2018006, 2018024), _LARGE),
    **dict.fromkeys((2018022,), _TOO_FAST),
    **dict.fromkeys((458, 459, 460, 463, 464, 467, 492), _TOKEN),
}
_CODES: dict[int, Meaning] = {
    **dict.fromkeys((0, 102, 190), _TOKEN),
    **dict.fromkeys((3, 10, *range(200, 300), 131005), _PERMISSION),
    **dict.fromkeys((368, 131031, 131045, 133010), _RESTRICTED),
    **dict.fromkeys((4, 17, 32, 613, *range(80000, 80015), 130429, 131048, 131056, 131064, 133016), _TOO_FAST),
    **dict.fromkeys((1, 2, 1200, 131000, 131016, 131057, 133004, 135000), _TROUBLE),
    **dict.fromkeys((551,), _GONE),
    **dict.fromkeys((10900, 10901, 10902, 10903), _COMMENT),
    **dict.fromkeys((131052, 131053), _MEDIA),
    **dict.fromkeys((131051, 131055), _WRONG),
    **dict.fromkeys(range(132000, 132070), _TEMPLATE),
    **dict.fromkeys((131026,), _UNREACHED),
    **dict.fromkeys((470, 131047), _TOO_LATE),
    131021: (Fault.RECIPIENT, say("A number can't write to itself.")),
    131030: (Fault.RECIPIENT, say("The number is not among those this test number may write to.")),
    131062: (Fault.RECIPIENT, say("A message of this kind needs the customer's phone number, which is not known.")),
    131050: (Fault.OPTED_OUT, say("The customer takes no marketing messages from you.")),
    131049: (Fault.RECIPIENT, say("WhatsApp holds it back: this person gets enough marketing messages already.")),
    130472: (Fault.RECIPIENT, say("WhatsApp holds it back: this person's number is part of an experiment.")),
    130497: (Fault.RECIPIENT, say("This account may not write to people in this country.")),
    131042: (Fault.NOT_ALLOWED, say("The account's method of payment does not work: mend it in the Business Manager.")),
}
_WAITS = {131056: timedelta(seconds=6)}


def meaning(code: int | None, subcode: int | None = None, told: str = "") -> Meaning:
    """The fault and the sentence for an error code; `told` are Meta's own words, for codes that nothing is known of."""
    known = _SUBCODES.get(subcode or -1) or _CODES.get(-1 if code is None else code)
    if known:
        return known
    said = say("Meta refuses it: %(told)s (code %(code)s)", told=told[:300] or "-", code=code or "-")
    return Fault.CONTENT, said


def failure(answer: Answer, account: Account) -> SendError:
    """What went wrong by an answer of the Graph API, in words that hold no secret."""
    error = fields(answer.data, "error")
    code, subcode = integer(error, "code"), integer(error, "error_subcode")
    if code is None:
        return answer.failure()
    told = text(error, "error_data", "details") or text(error, "error_user_msg") or text(error, "message")
    for secret in filter(None, account.secrets.values()):
        told = told.replace(secret, "...")
    fault, said = meaning(code, subcode, told)
    if fault == Fault.CONTENT and (flag(error, "is_transient") or answer.status >= 500):
        fault, said = _TROUBLE
    if answer.status == 429 and fault == Fault.CONTENT:
        fault, said = _TOO_FAST
    return SendError(fault, said, retry_after=answer.retry_after or _WAITS.get(code))
