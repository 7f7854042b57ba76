"""Stories that several modules tell from."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests import cast
from tests.inbox.reports.stories import Week, week


@pytest.fixture(scope="module")
def week_once(company_once: bool) -> Week:
    return week(cast.support(), cast.ada(), cast.carl())


@pytest.fixture
def tickets(week_once: Week, company: None) -> Week:
    """The week whose figures were computed by hand; in modules where every test starts from it."""
    return deepcopy(week_once)
