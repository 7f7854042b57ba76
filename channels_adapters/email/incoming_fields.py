"""The fields of the settings form that say how mail gets here, and how we sign in with the provider."""

from __future__ import annotations

from channels_adapters.contracts import SettingsField

_SECTION = "Incoming mail"
_FETCHED = ("incoming", ("imap", "pop3"))
_IMAP = ("incoming", ("imap",))
_SIGN_IN = "Sign-in with the provider"
_WITH_PROVIDER = ("oauth_provider", ("google", "microsoft", "other"))
_OTHER = ("oauth_provider", ("other",))

INCOMING_FIELDS = (
    SettingsField(
        "incoming",
        "How mail gets here",
        "Fetched from a mailbox, or brought by a mail server or service that forwards it to this installation.",
        required=False,
        kind="choice",
        choices=(("none", "It is forwarded here"), ("imap", "Fetched by IMAP"), ("pop3", "Fetched by POP3")),
        default="none",
        section=_SECTION,
    ),
    SettingsField(
        "incoming_host",
        "Incoming mail server",
        "The server your provider names for reading mail, e.g. imap.example.org.",
        section=_SECTION,
        only_if=_FETCHED,
    ),
    SettingsField(
        "incoming_port",
        "Port",
        "Leave it empty for the usual one: 993 for IMAP with TLS, 143 otherwise; 995 for POP3 with TLS, 110 otherwise.",
        required=False,
        kind="number",
        section=_SECTION,
        only_if=_FETCHED,
    ),
    SettingsField(
        "incoming_security",
        "Encryption of incoming mail",
        "TLS encrypts from the start; STARTTLS begins in the clear and then encrypts.",
        required=False,
        kind="choice",
        choices=(("tls", "TLS"), ("starttls", "STARTTLS"), ("none", "None (only inside your own network)")),
        default="tls",
        section=_SECTION,
        only_if=_FETCHED,
    ),
    SettingsField(
        "incoming_username",
        "User name for incoming mail",
        "Leave it empty when it is the same as for outgoing mail, or the address itself.",
        required=False,
        section=_SECTION,
        only_if=_FETCHED,
    ),
    SettingsField(
        "incoming_password",
        "Password for incoming mail",
        "Leave it empty when it is the same as for outgoing mail. Not needed when you sign in with the provider.",
        secret=True,
        required=False,
        section=_SECTION,
        only_if=_FETCHED,
    ),
    SettingsField(
        "folders",
        "Folders",
        "Each one becomes tickets; separate them by commas.",
        required=False,
        default="INBOX",
        section=_SECTION,
        only_if=_IMAP,
    ),
    SettingsField(
        "since",
        "Which mail becomes tickets",
        "By the time it got into the mailbox. What was taken in once is never taken in again.",
        required=False,
        kind="choice",
        choices=(
            ("new", "New mail from now on"),
            ("7", "That of the last 7 days, and new mail"),
            ("30", "That of the last 30 days, and new mail"),
            ("all", "All that is there, and new mail"),
        ),
        default="new",
        section=_SECTION,
        only_if=_FETCHED,
    ),
    SettingsField(
        "after_import",
        "Afterwards in the mailbox",
        "Nothing is the safest: whether somebody has read a mail elsewhere makes no difference here. By POP3 a mail "
        "can only stay or be deleted.",
        required=False,
        kind="choice",
        choices=(
            ("nothing", "Leave the mail as it is"),
            ("seen", "Mark it as read"),
            ("move", "Move it to another folder"),
            ("delete", "Delete it"),
        ),
        default="nothing",
        section=_SECTION,
        only_if=_FETCHED,
    ),
    SettingsField(
        "after_import_folder",
        "Move it to",
        "The folder is made if there is none.",
        section=_SECTION,
        only_if=("after_import", ("move",)),
    ),
    SettingsField(
        "poll_seconds",
        "Look for mail every … seconds",
        "Most servers also tell of new mail at once (IDLE).",
        required=False,
        kind="number",
        default="60",
        section=_SECTION,
        only_if=_FETCHED,
    ),
    SettingsField(
        "watch_sent",
        "Take in mails that you write elsewhere",
        "Answers written in another mail program appear in their tickets.",
        required=False,
        kind="boolean",
        section=_SECTION,
        only_if=_IMAP,
    ),
    SettingsField(
        "saves_sent",
        "Keep a copy of replies in the folder of sent mail",
        "Leave it off for Google and Microsoft 365: they keep one themselves.",
        required=False,
        kind="boolean",
        section=_SECTION,
        only_if=_IMAP,
    ),
    SettingsField(
        "sent_folder",
        "Folder of sent mail",
        "Leave it empty to use the one that the server marks as such.",
        required=False,
        section=_SECTION,
        only_if=_IMAP,
    ),
)
SIGN_IN_FIELDS = (
    SettingsField(
        "oauth_provider",
        "Sign in with the provider",
        "Google and Microsoft 365 want it in place of a password. The application is registered with them once; the "
        "documentation tells how.",
        required=False,
        kind="choice",
        choices=(
            ("google", "Google"),
            ("microsoft", "Microsoft 365"),
            ("other", "Another provider (OAuth 2)"),
        ),
        section=_SIGN_IN,
    ),
    SettingsField(
        "oauth_client_id",
        "Client id of the registered application",
        "The provider shows it once the application is registered.",
        section=_SIGN_IN,
        only_if=_WITH_PROVIDER,
    ),
    SettingsField(
        "oauth_client_secret",
        "Client secret",
        "Kept encrypted and never shown again. Note when it expires.",
        secret=True,
        required=False,
        section=_SIGN_IN,
        only_if=_WITH_PROVIDER,
    ),
    SettingsField(
        "oauth_tenant",
        "Tenant",
        "The directory (tenant) id, for an application registered for your organisation only.",
        required=False,
        default="common",
        section=_SIGN_IN,
        only_if=("oauth_provider", ("microsoft",)),
    ),
    SettingsField(
        "oauth_authorize_url",
        "Authorization address",
        "Where a person of the mailbox allows access, e.g. https://sso.example.org/authorize.",
        section=_SIGN_IN,
        only_if=_OTHER,
    ),
    SettingsField(
        "oauth_token_url",
        "Token address",
        "Where access tokens are given out, e.g. https://sso.example.org/token.",
        section=_SIGN_IN,
        only_if=_OTHER,
    ),
    SettingsField(
        "oauth_scopes",
        "Permissions (scopes)",
        "Separate them by spaces. One that gives a refresh token has to be among them.",
        required=False,
        section=_SIGN_IN,
        only_if=_OTHER,
    ),
)
