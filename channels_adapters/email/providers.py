"""Mail providers as their customers' DNS shows them: what to include in SPF, and under which names DKIM keys lie."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider by the ends of its servers' names.

    `include` is what SPF of a customer's domain has to include; "" where the provider sends under a return address
    of its own, so that SPF of the customer's domain is not asked. `selectors` are those that all customers have.
    """

    name: str
    servers: tuple[str, ...]
    include: str = ""
    selectors: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()


PROVIDERS = (
    Provider(
        "Google", ("gmail.com", "google.com", "googlemail.com"), "_spf.google.com", ("google",), ("1 smtp.google.com",)
    ),
    Provider(
        "Microsoft 365",
        ("office365.com", "outlook.com", "protection.outlook.com"),
        "spf.protection.outlook.com",
        ("selector1", "selector2"),
    ),
    Provider(
        "Mailgun", ("mailgun.org", "mailgun.net"), "mailgun.org", ("mailo", "k1", "mx", "pic", "smtp", "email", "krs")
    ),
    Provider("SendGrid", ("sendgrid.net",), "", ("s1", "s2")),
    Provider("Mailjet", ("mailjet.com",), "spf.mailjet.com", ("mailjet",)),
    Provider("Brevo", ("brevo.com", "sendinblue.com"), "", ("brevo1", "brevo2", "mail")),
    Provider("Zoho", ("zoho.com", "zoho.eu", "zoho.in"), "zohomail.com", ("zoho", "zmail")),
    Provider("Fastmail", ("fastmail.com", "messagingengine.com"), "spf.messagingengine.com", ("fm1", "fm2", "fm3")),
    Provider("iCloud", ("mail.me.com", "icloud.com"), "icloud.com", ("sig1",)),
    Provider("Yandex", ("yandex.ru", "yandex.com", "yandex.net"), "_spf.yandex.net", ("mail",)),
    Provider("Mail.ru", ("mail.ru",), "_spf.mail.ru", ("mailru",)),
    Provider(
        "Proton", ("protonmail.ch", "proton.me"), "_spf.protonmail.ch", ("protonmail", "protonmail2", "protonmail3")
    ),
    Provider("Amazon SES", ("amazonaws.com", "amazonses.com")),
    Provider("Postmark", ("postmarkapp.com",), "", ("pm",)),
    Provider("Resend", ("resend.com",), "", ("resend",)),
    Provider("Mandrill", ("mandrillapp.com",), "", ("mandrill", "mte1", "mte2")),
    Provider("SparkPost", ("sparkpostmail.com", "sparkpost.com")),
)
#: Keys are often found under these, whoever sends.
USUAL_SELECTORS = ("default", "dkim", "mail", "google", "selector1", "selector2", "k1", "s1")
#: Domains of everybody: their DNS is the provider's business.
FREE_DOMAINS = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com"}
    | {"icloud.com", "me.com", "mac.com", "aol.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "proton.me"}
    | {"protonmail.com", "yandex.ru", "ya.ru", "mail.ru", "bk.ru", "inbox.ru", "list.ru", "qq.com", "163.com"}
    | {"126.com", "sina.com", "orange.fr", "free.fr", "laposte.net", "libero.it"}
)


def provider_of(server: str) -> Provider | None:
    """The provider whose server this is (`smtp.gmail.com`), or whom a setting names (`sendgrid`)."""
    wanted = server.strip().lower().rstrip(".")
    for provider in PROVIDERS:
        if any(wanted == end or wanted.endswith(f".{end}") for end in provider.servers):
            return provider
        if wanted.replace("_", " ") == provider.name.lower() or (
            wanted == "amazon_ses" and provider.name == "Amazon SES"
        ):
            return provider
    return None
