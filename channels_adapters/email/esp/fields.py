"""What an account is asked for when a provider brings its mails or sends them."""

from __future__ import annotations

from channels_adapters.contracts import SettingsField
from channels_adapters.email.esp.providers import LABELS

_WEBHOOKS, _OUTGOING, _AMAZON = "Webhooks of a mail provider", "Outgoing mail", "Amazon Web Services"
_CHOICES = tuple(LABELS.items())
_ALL = tuple(LABELS)
_FETCHED = ("brevo", "resend")
_KEYED = tuple(name for name in LABELS if name != "amazon_ses")

OUTGOING = SettingsField(
    "outgoing",
    "How mail leaves",
    "By a mail server, or by the API of a provider you have an account with.",
    required=False,
    kind="choice",
    choices=(("smtp", "SMTP"), *_CHOICES),
    default="smtp",
    section=_OUTGOING,
)
BY_SMTP = ("outgoing", ("smtp",))

IN: tuple[SettingsField, ...] = (
    SettingsField(
        "esp",
        "Provider whose webhooks bring mail and delivery news",
        "The provider that receives mail for this address or sends it, and tells this installation by webhooks.",
        required=False,
        kind="choice",
        choices=(("none", "None"), *_CHOICES),
        default="none",
        section=_WEBHOOKS,
    ),
    SettingsField(
        "webhook_signing_key",
        "Key for the webhooks' signatures",
        "The signing key, signing secret or public key that the provider shows beside its webhooks. "
        "While one key replaces another, enter both, separated by a comma.",
        secret=True,
        verifies=True,
        required=False,
        section=_WEBHOOKS,
        only_if=("esp", ("mailersend", "mailgun", "mandrill", "postal", "resend", "sendgrid")),
    ),
    SettingsField(
        "webhook_login",
        "User name and password for webhooks",
        "As user:password, the same as in the address you gave the provider (https://user:password@...). "
        "Recommended where the provider signs nothing.",
        secret=True,
        verifies=True,
        required=False,
        section=_WEBHOOKS,
        only_if=("esp", _ALL),
    ),
    SettingsField(
        "topic_arn",
        "ARN of the SNS topic",
        "Only notifications of this topic are taken, and its subscription is confirmed by itself. "
        "Several are separated by commas.",
        section=_WEBHOOKS,
        only_if=("esp", ("amazon_ses",)),
    ),
    SettingsField(
        "webhook_api_key",
        "API key to fetch mails with",
        "Webhooks of this provider only announce a mail or its attachments; they are fetched with this key.",
        secret=True,
        required=False,
        section=_WEBHOOKS,
        only_if=("esp", _FETCHED),
    ),
    SettingsField(
        "webhook_api_url",
        "Address of the API to fetch mails from",
        "Only if your provider gave you another one than usual.",
        required=False,
        section=_WEBHOOKS,
        only_if=("esp", ("amazon_ses", *_FETCHED)),
    ),
)

OUT: tuple[SettingsField, ...] = (
    SettingsField(
        "api_key",
        "API key",
        "A key that may send mail; for Postmark the server token. For Mailjet the API key and the secret key, "
        "joined by a colon.",
        secret=True,
        section=_OUTGOING,
        only_if=("outgoing", _KEYED),
    ),
    SettingsField(
        "api_url",
        "Address of the API",
        "Only if your provider gave you another one, for example of its region: https://api.eu.mailgun.net/v3.",
        required=False,
        section=_OUTGOING,
        only_if=("outgoing", _ALL),
    ),
    SettingsField(
        "aws_access_key",
        "Access key of Amazon Web Services",
        "Of a user that may send with SES; for mails stored in S3, one that may read the bucket.",
        required=False,
        section=_AMAZON,
    ),
    SettingsField(
        "aws_secret_key",
        "Secret access key",
        "Shown once when the access key is made.",
        secret=True,
        required=False,
        section=_AMAZON,
    ),
    SettingsField(
        "aws_region",
        "Region",
        "Where SES and the bucket are, for example eu-west-1.",
        required=False,
        default="us-east-1",
        section=_AMAZON,
    ),
)
