"""The two ways in which an Instagram account is connected, and checking, registering and renewing each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from channels_adapters.checking import Seen, tried
from channels_adapters.contracts import Account, CheckResult, GuideStep, SettingsField
from channels_adapters.http_api import call
from channels_adapters.json_reading import instant, integer, text
from channels_adapters.meta.connecting import (
    ACCESS_TOKEN,
    ADD_WEBHOOK,
    APP_SECRET,
    CREATE_APP,
    VERIFY_TOKEN,
    register,
    subscribe,
    subscription_line,
    token_lines,
    webhook_line,
)
from channels_adapters.meta.faults import failure
from channels_adapters.meta.graph import FACEBOOK, INSTAGRAM, graph
from channels_adapters.wording import say

#: What the account's webhook has to bring.
WANTED = (
    *("messages", "message_edit", "message_reactions", "messaging_postbacks", "messaging_referral", "messaging_seen"),
    *("comments", "live_comments"),
)
#: What a page's subscription has to name is any field of a page: Instagram's own go along with it.
_OF_PAGE = ("feed",)
_PERMISSIONS = ("instagram_basic", "instagram_manage_messages", "instagram_manage_comments", "pages_manage_metadata")
#: A token is good for 60 days, and renewed when it has less than this left.
_RENEW_BEFORE = timedelta(days=30)
_BY_INSTAGRAM, _BY_FACEBOOK = ("login", ("instagram",)), ("login", ("facebook",))

FIELDS = (
    SettingsField(
        "address",
        say("Instagram account ID"),
        help=say("The number of the professional account, for example 17841400000000001. It is not its name."),
    ),
    SettingsField(
        "login",
        say("Login"),
        help=say("How the account lets the app in. An account without a page on Facebook takes Instagram Login."),
        kind="choice",
        choices=(("instagram", "Instagram Login"), ("facebook", "Facebook Login")),
        default="instagram",
    ),
    APP_SECRET,
    SettingsField(
        "instagram_app_secret",
        say("Instagram app secret"),
        help=say("In the app's dashboard under Instagram, API setup with Instagram login."),
        secret=True,
        required=False,
        only_if=_BY_INSTAGRAM,
        verifies=True,
    ),
    VERIFY_TOKEN,
    replace(
        ACCESS_TOKEN,
        help=say(
            "With Instagram Login the token that the app's dashboard generates for the account, which is renewed "
            "before it expires. With Facebook Login the token of the page that the account is linked to."
        ),
    ),
    SettingsField(
        "page_id",
        say("ID of the linked page"),
        help=say("The number of the Facebook page that the account is linked to."),
        only_if=_BY_FACEBOOK,
    ),
)
GUIDE = (
    CREATE_APP,
    GuideStep(
        say("Let the app into the account"),
        say(
            "In the app's dashboard under Instagram, API setup, add the account and generate a token. With Instagram "
            "Login it needs instagram_business_basic, instagram_business_manage_messages and "
            "instagram_business_manage_comments; with Facebook Login instagram_basic, instagram_manage_messages, "
            "instagram_manage_comments and pages_manage_metadata. In the Instagram app, under Messages and story "
            "replies, allow access to messages."
        ),
        link="https://developers.facebook.com/docs/instagram-platform/overview",
        fields=("login", "address", "page_id", "instagram_app_secret", "access_token"),
    ),
    replace(
        ADD_WEBHOOK,
        text=say(
            "In the app's dashboard under Webhooks (with Instagram Login under Instagram, API setup), give {callback} "
            "as callback address, and the verify token. Subscribe the object Instagram to these fields: %(fields)s.",
            fields=", ".join(WANTED),
        ),
    ),
    GuideStep(
        say("Ask for approval"),
        say(
            "Customers who have no role in the app are heard once the app is live and approved for these permissions, "
            "and for Human Agent, which allows answers for seven days in place of one."
        ),
        link="https://developers.facebook.com/docs/instagram-platform/app-review",
    ),
)


def is_by_facebook(account: Account) -> bool:
    """Whether the account lets us in by way of a page on Facebook."""
    return account.settings.get("login") == "facebook"


def host_of(account: Account) -> str:
    """The server that takes the account's token."""
    return FACEBOOK if is_by_facebook(account) else INSTAGRAM


def check(account: Account) -> Iterator[CheckResult]:
    """The token, whose account it is, what it may do, and whether events come."""
    if is_by_facebook(account):
        yield from token_lines(account, _PERMISSIONS)
        yield tried(say("Access to the account"), lambda: _owner(account, "instagram_business_account"))
        yield webhook_line(account, "instagram", WANTED)
        yield subscription_line(account, _page(account), ())
    else:
        yield tried(say("Access to the account"), lambda: _owner(account))
        for label, path, asked in (
            (say("Messages"), "/me/conversations", {"platform": "instagram", "limit": "1"}),
            (say("Comments"), "/me/media", {"fields": "comments.limit(1){id}", "limit": "1"}),
        ):
            yield tried(label, partial(graph, account, "GET", path, host=INSTAGRAM, params=asked))
        yield subscription_line(account, "/me", WANTED, INSTAGRAM)


def connect(account: Account, callback_url: str) -> Sequence[CheckResult]:
    """Have the account's events brought; with Facebook Login our address is registered as well."""
    if not is_by_facebook(account):
        return (subscribe(account, "/me", WANTED, host=INSTAGRAM),)
    # What the page is subscribed to for the sake of Messenger stays.
    seen = subscription_line(account, _page(account), ())
    kept = seen if seen.passed else subscribe(account, _page(account), _OF_PAGE)
    return (register(account, "instagram", callback_url, WANTED), kept)


def renewed(account: Account, now: datetime | None = None) -> Mapping[str, str]:
    """A newer token of Instagram Login, which is good for 60 days. Raises `SendError`.

    Tokens of pages don't expire.
    """
    now = now or datetime.now(UTC)
    token, until = account.secrets.get("access_token", ""), instant(dict(account.secrets), "expires_at")
    if is_by_facebook(account) or not token or (until and until - now > _RENEW_BEFORE):
        return {}
    asked = {"grant_type": "ig_refresh_token", "access_token": token}
    answer = call("GET", f"https://{INSTAGRAM}/refresh_access_token", params=asked)
    fresh, lasts = text(answer.data, "access_token"), integer(answer.data, "expires_in")
    if not answer.is_success or not fresh:
        raise failure(answer, account)
    return {"access_token": fresh, "expires_at": (now + timedelta(seconds=lasts or 0)).isoformat()}


def _page(account: Account) -> str:
    """Where the linked page is."""
    return f"/{account.settings.get('page_id') or 'me'}"


def _owner(account: Account, linked: str = "") -> Seen:
    """Whose token it is; with Facebook Login what is `linked` to the page is the account."""
    if linked:
        page = graph(account, "GET", _page(account), params={"fields": f"{linked}{{id,username}}"})
        number, name = text(page, linked, "id"), text(page, linked, "username")
    else:
        own = graph(account, "GET", "/me", host=INSTAGRAM, params={"fields": "user_id,username"})
        number, name = text(own, "user_id"), text(own, "username")
    if number != account.address:
        return Seen((name,), say("The token is for the account %(id)s.", id=number or "-"))
    return Seen((name or number,))
