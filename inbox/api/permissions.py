"""Who may do what to the terms: admins change them, those who read reports read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView


class ReadsTerms(BasePermission):
    """Admins, team leads and auditors."""

    message = _("Admins, team leads and auditors may read this.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True for those who read reports."""
        return request.user.is_authenticated and request.user.reads_reports


class ChangesTerms(ReadsTerms):
    """Reading is for admins, team leads and auditors, changing for admins."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True for those who may do what is asked for."""
        if request.method in SAFE_METHODS:
            return super().has_permission(request, view)
        self.message = _("Only admins may change this.")
        return request.user.is_authenticated and request.user.administers
