"""Connecting an account of Meta: the fields all have, the live check of token and webhook, registering ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from channels_adapters.contracts import Account, CheckResult, GuideStep, SendError, SettingsField
from channels_adapters.json_reading import flag, instant, items, text
from channels_adapters.meta.graph import graph
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
    granted = {text({"": one}, "") for one in _list(seen, "scopes")}
    lacking = [one for one in permissions if one not in granted]
    advice = say("Missing: %(permissions)s. Grant them and make a new token.", permissions=", ".join(lacking))
    yield CheckResult(say("Permissions"), not lacking, advice if lacking else "", tuple(sorted(filter(None, granted))))


def webhook_lines(account: Account, kind: str, wanted: Sequence[str]) -> Iterator[CheckResult]:
    """Whether the app's webhook for this `kind` of account (`page`) is registered, and brings what is needed."""
    label = say("Webhook of the app")
    try:
        app = app_id(account)
        answer = graph(account, "GET", f"/{app}/subscriptions", token=app_token(account, app))
    except SendError as problem:
        yield CheckResult(label, False, problem.reason)
        return
    found = next((one for one in items(answer, "data") if text(one, "object") == kind), {})
    brought = [text(one, "name") for one in items(found, "fields")]
    yield _subscription(label, text(found, "callback_url") if flag(found, "active") else "", brought, wanted)


def subscription_lines(account: Account, path: str, wanted: Sequence[str]) -> Iterator[CheckResult]:
    """Whether the account at `path` (`/me`) gives its events to our app. `wanted` may be empty: any will do."""
    label = say("Account subscribed to the app")
    try:
        app = app_id(account)
        answer = graph(account, "GET", f"{path}/subscribed_apps")
    except SendError as problem:
        yield CheckResult(label, False, problem.reason)
        return
    ours = [
        one for one in items(answer, "data") if app in (text(one, "id"), text(one, "whatsapp_business_api_data", "id"))
    ]
    brought = [text({"": name}, "") for one in ours for name in _list(one, "subscribed_fields")]
    name = text(ours[0], "name") or text(ours[0], "whatsapp_business_api_data", "name") or app if ours else ""
    yield _subscription(label, name, brought, wanted)


def register(account: Account, kind: str, callback_url: str, wanted: Sequence[str]) -> CheckResult:
    """Give Meta our callback address for this `kind` of account; it asks there for the verify token at once."""
    label = say("Webhook of the app")
    try:
        app = app_id(account)
        asked = {
            "object": kind,
            "callback_url": callback_url,
            "verify_token": account.secrets.get("verify_token", ""),
            "fields": ",".join(wanted),
            "include_values": "true",
        }
        graph(account, "POST", f"/{app}/subscriptions", data=asked, token=app_token(account, app), is_safe=True)
    except SendError as problem:
        return CheckResult(label, False, problem.reason)
    return CheckResult(label, True, details=(callback_url,))


def subscribe(account: Account, path: str, wanted: Sequence[str] = ()) -> CheckResult:
    """Have the account at `path` (`/me`) give its events to our app."""
    label = say("Account subscribed to the app")
    try:
        asked = {"subscribed_fields": ",".join(wanted)} if wanted else {}
        graph(account, "POST", f"{path}/subscribed_apps", data=asked, is_safe=True)
    except SendError as problem:
        return CheckResult(label, False, problem.reason)
    return CheckResult(label, True)


def app_id(account: Account) -> str:
    """The id of the app the token belongs to. Raises `SendError`."""
    return text(graph(account, "GET", "/app", params={"fields": "id"}), "id", most=40)


def app_token(account: Account, app: str) -> str:
    """The token with which the app speaks for itself."""
    return f"{app}|{account.secrets.get('app_secret', '')}"


def _subscription(label: str, where: str, brought: Sequence[str], wanted: Sequence[str]) -> CheckResult:
    if not where:
        return CheckResult(label, False, say("It is not subscribed: connect the channel once more."))
    lacking = [one for one in wanted if one not in brought]
    advice = say("Missing: %(fields)s. Connect the channel once more.", fields=", ".join(lacking)) if lacking else ""
    return CheckResult(label, not lacking, advice, (where, *filter(None, (", ".join(sorted(brought)),))))


def _asked_about(account: Account) -> dict[str, str]:
    return {"method": "get", "input_token": account.secrets.get("access_token", "")}


def _list(value: object, name: str) -> Sequence[object]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else ()
