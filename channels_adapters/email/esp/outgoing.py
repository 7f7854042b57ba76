"""Sending by the API of a provider: one request, and every way it can end told apart.

Our Message-ID goes along. Providers that replace it (Amazon SES, Resend, Brevo, Mailjet) tell an id of their own, which
is kept beside ours with the Message-ID made of it, where that is known. An answer that names none of them comes
home by the reply address.
"""

from __future__ import annotations

from collections.abc import Iterator

from channels_adapters.contracts import Account, CheckResult, Fault, OutboundMessage, SendError, Sent
from channels_adapters.email.compose import address_of, mail_identifier, sender_of
from channels_adapters.email.esp.api import api_key
from channels_adapters.email.esp.providers import LABELS
from channels_adapters.email.esp.ses import send_by_ses
from channels_adapters.email.esp.sigv4 import Key
from channels_adapters.wording import say


def sends(account: Account) -> bool:
    """Whether mails of the account leave by a provider's API."""
    return str(account.settings.get("outgoing") or "") in LABELS


def send_by_api(message: OutboundMessage, account: Account) -> Sent:
    """Hand the mail to the provider once. Raises `SendError`; recipients it refused alone are in `Sent.refused`."""
    left_out = {one.value for one in message.already_sent}
    people = {address_of(one.person): one for one in message.to if mail_identifier(one.person).value not in left_out}
    if not people:
        raise SendError(Fault.RECIPIENT, say("Every recipient has it already."))
    name = str(account.settings["outgoing"])
    if name == "amazon_ses":
        return send_by_ses(message, account, people)
    # To load it takes half a second, which only those pay who send by it.
    from channels_adapters.email.esp.library import send_by_library

    return send_by_library(name, message, account, people)


def check_sending(account: Account) -> Iterator[CheckResult]:
    """Whether all is there that sending by the provider needs."""
    label = say("Outgoing mail by %(provider)s", provider=LABELS[str(account.settings["outgoing"])])
    try:
        sender_of(account)
        if account.settings["outgoing"] == "amazon_ses":
            Key.of(account)
        else:
            api_key(account)
    except SendError as problem:
        yield CheckResult(label, False, problem.reason)
    else:
        yield CheckResult(label, True)
