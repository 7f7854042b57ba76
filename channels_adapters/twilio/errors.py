"""Twilio's error codes as our faults, with what an agent or an admin can do about each."""

from __future__ import annotations

from collections.abc import Mapping

from channels_adapters.contracts import Fault, SendError
from channels_adapters.http_api import Answer
from channels_adapters.json_reading import integer
from channels_adapters.wording import say

_STOPPED = say("This person has unsubscribed (STOP). Only after a START from the same number can you write again.")
_TEMPLATE = say("More than 24 hours have passed since the customer last wrote: only an approved template is delivered.")
_BUSY = say("Twilio takes no more messages for the moment.")
_CREDENTIALS = say("Twilio refuses the account SID, the token or the API key.")
_SUSPENDED = say("Twilio has suspended this account.")
_SENDER = say("Twilio does not let this account send from this number or sender.")
_REGION = say("The Twilio account may not send to this country: allow it under Messaging, Geo permissions.")
_NOBODY = say("This number can't receive the message: it does not exist, is switched off, or is no mobile number.")
_POLICY = say("The carrier or WhatsApp took the message for spam or against its rules.")
_SHUT = say("This person or the carrier has blocked messages from this number.")
_LONG = say("The text is longer than 1600 characters.")
_FILE = say("Twilio could not load a file, or this kind of file can't be sent to this number.")
_PASSING = say("The carrier could not deliver it for the moment.")
_SAYS_NOTHING = say("The message is empty, or what it says is not allowed.")
_VARIABLES = say("The values do not fit the places of the template.")

CODES: Mapping[int, tuple[Fault, str]] = {
    **dict.fromkeys((21610,), (Fault.OPTED_OUT, _STOPPED)),
    **dict.fromkeys((63016, 63027, 63040, 63041, 63042), (Fault.NEEDS_TEMPLATE, _TEMPLATE)),
    **dict.fromkeys((14107, 20429, 21611, 30022, 63018, 63038), (Fault.RATE_LIMITED, _BUSY)),
    **dict.fromkeys((20003, 20005, 20006, 20008, 20403), (Fault.AUTH, _CREDENTIALS)),
    **dict.fromkeys((30002,), (Fault.AUTH, _SUSPENDED)),
    **dict.fromkeys((21408,), (Fault.NOT_ALLOWED, _REGION)),
    **dict.fromkeys((21603, 21660, 63007, 63020, 63112), (Fault.AUTH, _SENDER)),
    # These depend on where the message goes, too.
    **dict.fromkeys((21606, 21659, 21703), (Fault.NOT_ALLOWED, _SENDER)),
    **dict.fromkeys(
        (21211, 21217, 21265, 21604, 21612, 21614, 21635, 30003, 30005, 30006, 63003, 63024, 63032, 63049),
        (Fault.RECIPIENT, _NOBODY),
    ),
    **dict.fromkeys((30004,), (Fault.BLOCKED, _SHUT)),
    **dict.fromkeys((30007, 30034, 63013), (Fault.CONTENT, _POLICY)),
    **dict.fromkeys((21617,), (Fault.TOO_LARGE, _LONG)),
    **dict.fromkeys((12300, 21620, 21623, 30019, 30049, 63019), (Fault.MEDIA, _FILE)),
    **dict.fromkeys((30001, 30008, 30017, 30410), (Fault.TEMPORARY, _PASSING)),
    **dict.fromkeys((21602, 21619, 63005, 63021), (Fault.CONTENT, _SAYS_NOTHING)),
    **dict.fromkeys((63028,), (Fault.CONTENT, _VARIABLES)),
}


def failure(answer: Answer) -> SendError:
    """What a refusal means, by its code; by its status where the code is not known."""
    code = integer(answer.data, "code") or 0
    if code in CODES:
        fault, sentence = CODES[code]
        return SendError(fault, sentence, retry_after=answer.retry_after)
    if code:
        problem = answer.failure(say("Twilio refuses it with error %(code)s.", code=code))
        # Who is told which rule forbids it was let in.
        problem.fault = Fault.NOT_ALLOWED if answer.status == 403 else problem.fault
        return problem
    return answer.failure()


def reason(code: str, told: str = "") -> str:
    """Why a message was not delivered, for whoever sent it: our sentence, or Twilio's own words."""
    known = CODES.get(int(code)) if code.isascii() and code.isdecimal() and len(code) < 10 else None
    if known:
        return known[1]
    if told:
        return told
    return say("Twilio reports error %(code)s.", code=code) if code else say("Twilio could not deliver it.")
