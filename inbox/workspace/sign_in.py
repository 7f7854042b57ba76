"""Sign-in rules: nobody signs himself up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """Agents are invited; the first admin is made with the code printed on the server."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False
