"""Who may do what: admins change terms, those who read reports read them; who answers customers changes tickets."""

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


class Drafts(ReadsTerms):
    """Reading is for admins, team leads and auditors; trying other terms out for admins and team leads."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True for those who may do what is asked for."""
        if request.method in SAFE_METHODS:
            return super().has_permission(request, view)
        self.message = _("Only admins and team leads may try other terms out.")
        user = request.user
        return user.is_authenticated and user.sees_all and user.answers_customers


class HoldsSurveysBack(BasePermission):
    """Admins and team leads."""

    message = _("Only admins and team leads hold a survey back.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True for those who look after others' work and answer customers."""
        user = request.user
        return user.is_authenticated and user.sees_all and user.answers_customers


class Administers(BasePermission):
    """Admins."""

    message = _("Only admins may do this.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True for admins."""
        return request.user.is_authenticated and request.user.administers


class ChangesTickets(BasePermission):
    """Reading is for all who see a ticket, changing for those who answer customers."""

    message = _("Your role does not change tickets.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True for those who may do what is asked for."""
        return request.user.is_authenticated and (request.method in SAFE_METHODS or request.user.answers_customers)


class DeletesTickets(BasePermission):
    """Reading is for all who see a ticket, deleting and restoring for admins and team leads."""

    message = _("Only admins and team leads delete and restore tickets.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True for those who may do what is asked for."""
        return request.user.is_authenticated and (request.method in SAFE_METHODS or request.user.deletes_tickets)
