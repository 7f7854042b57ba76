"""A customer who was asked, and her browser."""

from __future__ import annotations

import pytest
from django.test import Client

from inbox.surveys.access import survey_url
from inbox.surveys.models import Invitation
from tests.inbox.portal.visits import invitation_once_more, invite, path_of
from tests.web import Visitor


@pytest.fixture(scope="module")
def invited_once(company_once: bool) -> None:
    invite()


@pytest.fixture
def invitation(invited_once: None, company: None) -> Invitation:
    """Ada's customer was asked a moment ago."""
    return invitation_once_more()


@pytest.fixture
def url(invitation: Invitation) -> str:
    return path_of(survey_url(invitation))


@pytest.fixture
def visitor() -> Client:
    """A browser without cookies of ours, whose forged requests would be noticed."""
    return Visitor(enforce_csrf_checks=True)
