"""A case in somebody's hands, for the tests of its pages."""

import pytest

from tests.web.office import Office
from tests.workflow.cases_in_work import InWork


@pytest.fixture
def work(office: Office) -> InWork:
    """A case in preparation in team-1."""
    return office.case()
