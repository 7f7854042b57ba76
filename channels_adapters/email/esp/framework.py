"""The one place of the adapters that knows Django: django-anymail is made of its views and mail classes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from email.mime.base import MIMEBase
from functools import cache
from typing import Any

from anymail.webhooks import (
    amazon_ses,
    brevo,
    mailersend,
    mailgun,
    mailjet,
    mandrill,
    postal,
    postmark,
    resend,
    sendgrid,
    sparkpost,
)
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, QueryDict

_VIEWS = {
    "amazon_ses": amazon_ses.AmazonSESTrackingWebhookView,
    "brevo": brevo.BrevoTrackingWebhookView,
    "mailersend": mailersend.MailerSendTrackingWebhookView,
    "mailgun": mailgun.MailgunTrackingWebhookView,
    "mailjet": mailjet.MailjetTrackingWebhookView,
    "mandrill": mandrill.MandrillCombinedWebhookView,
    "postal": postal.PostalTrackingWebhookView,
    "postmark": postmark.PostmarkTrackingWebhookView,
    "resend": resend.ResendTrackingWebhookView,
    "sendgrid": sendgrid.SendGridTrackingWebhookView,
    "sparkpost": sparkpost.SparkPostTrackingWebhookView,
}


def configure() -> None:
    """Give Django its defaults where nobody has settings for it: in the guarded reader, in a plain script."""
    if not settings.configured and not os.environ.get("DJANGO_SETTINGS_MODULE"):
        settings.configure(USE_TZ=True)


@cache
def tracking_view(name: str) -> Any:
    """The view of django-anymail that knows a provider's tracking events, to be asked for `parse_events` only.

    Its constructor is passed over: that wants secrets, and for Amazon SES boto3, none of which parsing needs.
    """
    configure()
    view = _VIEWS[name]
    made = view.__new__(view)
    if hasattr(view, "initial_open_event_types"):
        # The first opening of a mail is an opening.
        made.event_types = {**view.event_types, **view.initial_open_event_types}
    return made


def request_of(body: bytes, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> HttpRequest:
    """A request as the views read it: a body of JSON, or a form."""
    configure()
    request = HttpRequest()
    request.method = "POST"
    request.META = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    request.content_type = "application/json" if form is None else "application/x-www-form-urlencoded"
    request._body = body
    if form is not None:
        fields = QueryDict(mutable=True)
        fields.update(form)
        request.POST = fields  # type: ignore[assignment]
    return request


def letter(
    *,
    sender: str,
    to: Mapping[str, Sequence[str]],
    reply_to: Sequence[str],
    subject: str,
    headers: Mapping[str, str],
    text: str,
    html: str,
    attachments: Sequence[MIMEBase],
) -> EmailMultiAlternatives:
    """A mail as django-anymail sends it; `to` has mailboxes by `to`, `cc` and `bcc`."""
    configure()
    return EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=sender,
        to=list(to.get("to", ())),
        cc=list(to.get("cc", ())),
        bcc=list(to.get("bcc", ())),
        reply_to=list(reply_to),
        headers=dict(headers),
        alternatives=[(html, "text/html")] if html else [],
        attachments=list(attachments),
    )
