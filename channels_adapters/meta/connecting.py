"""Connecting an account of Meta: the fields all have, the live check of token and webhook, registering ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from channels_adapters.checking import Seen, tried
from channels_adapters.contracts import Account, CheckResult, GuideStep, SendError, SettingsField
from channels_adapters.json_reading import fields, flag, instant, items, text, texts
from channels_adapters.meta.graph import FACEBOOK, graph
from channels_adapters.wording import say

APP_SECRET = SettingsField(
    "app_secret",
    say("App secret"),
    help=say("In the app's dashboard under App settings, Basic. It proves that webhooks come from Meta."),
    secret=True,
    verifies=True,
)
VERIFY_TOKEN = SettingsField(
    "verify_token",
    say("Verify token"),
    help=say("Give it to Meta together with the callback address: Meta shows it when it checks the address."),
    secret=True,
    verifies=True,
    drawn=True,
)
ACCESS_TOKEN = SettingsField(
    "access_token",
    say("Access token"),
    help=say("A token that does not expire: of a system user in the Business Manager, or a page's own."),
    secret=True,
)
FIELDS = (APP_SECRET, VERIFY_TOKEN, ACCESS_TOKEN)

CREATE_APP = GuideStep(
    say("Create an app at Meta"),
    say("Create an app of the type Business, and copy its app secret from App settings, Basic."),
    link="https://developers.facebook.com/docs/development/create-an-app",
    fields=("app_secret",),
)
ADD_WEBHOOK = GuideStep(
    say("Add the webhook"),
    say("In the app's dashboard under Webhooks, give {callback} as callback address, and the verify token."),
    link="https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
    fields=("verify_token",),
)


def token_lines(account: Account, permissions: Sequence[str]) -> Iterator[CheckResult]:
    """Whether Meta accepts the token, what it may do, and until when."""
    label = say("Access token")
    try:
        # Meta tells it to the app alone. By POST, so that the token that is asked about stays out of the address.
        asker = app_token(account, app_id(account))
        answer = graph(account, "POST", "/debug_token", data=_asked_about(account), token=asker, is_safe=True)
    except SendError as problem:
        yield CheckResult(label, False, problem.reason)
        return
    seen = answer.get("data")
    expires = instant(seen, "expires_at") or instant(seen, "data_access_expires_at")
    lasts = say("Valid until %(day)s", day=expires.date().isoformat()) if expires else say("It does not expire.")
    if not flag(seen, "is_valid"):
        yield CheckResult(label, False, say("The token is not valid any more: make a new one."))
        return
    yield CheckResult(label, True, details=(lasts,), expires_at=expires)
    granted = texts(seen, "scopes")
    lacking = [one for one in permissions if one not in granted]
    advice = say("Missing: %(permissions)s. Grant them and make a new token.", permissions=", ".join(lacking))
    yield CheckResult(say("Permissions"), not lacking, advice if lacking else "", tuple(sorted(set(granted))))


def webhook_line(account: Account, kind: str, wanted: Sequence[str]) -> CheckResult:
    """Whether the app's webhook for this `kind` of account (`page`) is registered, and brings what is needed."""

    def look() -> Seen:
        app = app_id(account)
        answer = graph(account, "GET", f"/{app}/subscriptions", token=app_token(account, app))
        found = next((one for one in items(answer, "data") if text(one, "object") == kind), {})
        brought = [text(one, "name") for one in items(found, "fields")]
        return _subscription(text(found, "callback_url") if flag(found, "active") else "", brought, wanted)

    return tried(say("Webhook of the app"), look)


def subscription_line(account: Account, path: str, wanted: Sequence[str], host: str = FACEBOOK) -> CheckResult:
    """Whether the account at `path` (`/me`) gives its events to our app. `wanted` may be empty: any will do."""

    def look() -> Seen:
        # Instagram's own login tells an app of nothing but itself.
        app = app_id(account) if host == FACEBOOK else ""
        answer = graph(account, "GET", f"{path}/subscribed_apps", host=host)
        about = [(one, fields(one, "whatsapp_business_api_data")) for one in items(answer, "data")]
        ours = [(one, more) for one, more in about if not app or app in (text(one, "id"), text(more, "id"))]
        brought = [name for one, _ in ours for name in texts(one, "subscribed_fields")]
        names = [text(one, "name") or text(more, "name") or app or host for one, more in ours]
        return _subscription(next(iter(names), ""), brought, wanted)

    return tried(say("Account subscribed to the app"), look)


def register(account: Account, kind: str, callback_url: str, wanted: Sequence[str]) -> CheckResult:
    """Give Meta our callback address for this `kind` of account; it asks there for the verify token at once."""
    asked = {
        "object": kind,
        "callback_url": callback_url,
        "verify_token": account.secrets.get("verify_token", ""),
        "fields": ",".join(wanted),
        "include_values": "true",
    }

    def give() -> Seen:
        app = app_id(account)
        graph(account, "POST", f"/{app}/subscriptions", data=asked, token=app_token(account, app), is_safe=True)
        return Seen((callback_url,))

    return tried(say("Webhook of the app"), give)


def subscribe(
    account: Account, path: str, wanted: Sequence[str] = (), *, callback_url: str = "", host: str = FACEBOOK
) -> CheckResult:
    """Have the account at `path` (`/me`) give its events to our app, at `callback_url` whatever else the app has."""
    asked = {"subscribed_fields": ",".join(wanted)} if wanted else {}
    if callback_url:
        asked |= {"override_callback_uri": callback_url, "verify_token": account.secrets.get("verify_token", "")}

    def give() -> Seen:
        graph(account, "POST", f"{path}/subscribed_apps", host=host, data=asked, is_safe=True)
        return Seen((callback_url,) if callback_url else ())

    return tried(say("Account subscribed to the app"), give)


def app_id(account: Account) -> str:
    """The id of the app the token belongs to. Raises `SendError`."""
    return text(graph(account, "GET", "/app", params={"fields": "id"}), "id", most=40)


def app_token(account: Account, app: str) -> str:
    """The token with which the app speaks for itself."""
    return f"{app}|{account.secrets.get('app_secret', '')}"


def _subscription(where: str, brought: Sequence[str], wanted: Sequence[str]) -> Seen:
    if not where:
        return Seen(advice=say("It is not subscribed: connect the channel once more."))
    lacking = [one for one in wanted if one not in brought]
    advice = say("Missing: %(fields)s. Connect the channel once more.", fields=", ".join(lacking)) if lacking else ""
    return Seen((where, *filter(None, (", ".join(sorted(brought)),))), advice)


def _asked_about(account: Account) -> dict[str, str]:
    return {"method": "get", "input_token": account.secrets.get("access_token", "")}
