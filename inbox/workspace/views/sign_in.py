"""The door: whose workspace it is, and for a demo who can come in."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView

from inbox.agents.actions import has_admin
from inbox.channels.models import Channel
from inbox.demo import cast
from inbox.demo.workspace import sample_channel


def company() -> str:
    """The name over the door: the brand of the first channel; empty while there is none."""
    found = Channel.objects.filter(is_active=True).order_by("id").values_list("brand", "name").first()
    return (found[0] or found[1]) if found else ""


class SignIn(LoginView):  # type: ignore[misc]
    """Sign-in with mail address and password. Never says whether an address is known."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the company, the way to the set-up while nobody administers, and the cast of a demo (no passwords)."""
        return {
            **super().get_context_data(**kwargs),
            "company": company(),
            "needs_setup": not has_admin(),
            "demo_agents": cast.AGENTS if sample_channel() else (),
        }
