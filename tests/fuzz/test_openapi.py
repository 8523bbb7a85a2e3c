"""The HTTP API, asked as its own OpenAPI document says, and otherwise, by each role: no answer is a fault, and each is
one that the document describes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import schemathesis
from hypothesis import given, note
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from display_server.manager.reports import FORMS
from lobby.access import MANAGER, ROLES
from tests.builders import Clock
from tests.end_to_end.house import API, House, a_house
from tests.fuzz.busy_house import KEYS, familiar, fill
from tests.fuzz.cases import cases

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FOR_EACH_OPERATION = {GenerationMode.POSITIVE: 2, GenerationMode.NEGATIVE: 1}
"""How many requests as the document says, and how many that are wrong by it."""

SOMEBODY = st.sampled_from([MANAGER] * len(ROLES) + [*ROLES, ""])
"""Half of all may do most things."""


@pytest.fixture(scope="module")
def house(memory_folder: Path) -> Iterator[House]:
    with TemporaryDirectory(dir=memory_folder) as folder:
        made = a_house(Path(folder) / "branch", Clock())
        fill(made)
        yield made
        made.server.close()


@pytest.mark.slow
def test_every_operation_answers_each_role_as_the_openapi_document_says(house: House) -> None:
    schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", house.app)
    operations = [found.ok() for found in schema.get_all_operations()]
    wrong = {}
    for operation in operations:
        for mode, usual in FOR_EACH_OPERATION.items():

            @cases(usual)
            @given(operation.as_strategy(generation_mode=mode), SOMEBODY, st.data())
            def answers(case: Case, role: str, draw: st.DataObject) -> None:
                ask(house, role, case, draw)

            try:
                answers()
            except (AssertionError, FailureGroup) as failure:
                wrong[f"{operation.method} {operation.path}"] = failure
    assert len(operations) > 70
    assert not wrong, "\n".join(f"{asked}: {failure}" for asked, failure in wrong.items())


def ask(house: House, role: str, case: Case, draw: st.DataObject) -> None:
    """Send it in this role, and look at the answer."""
    note(f"as {role or 'nobody'}")
    case.path_parameters = familiar(house, case.path_parameters, draw)
    case.query = familiar(house, case.query, draw)
    case.body = familiar(house, case.body, draw)
    case.headers["Accept-Encoding"] = "identity"
    if role:
        case.headers["Authorization"] = f"Bearer {house.token(role)}"
    case.headers.setdefault("Idempotency-Key", f"case {next(KEYS)}")
    house.clock.forward(draw.draw(st.sampled_from([0, 0, 1, 60])))
    case.validate_response(case.call(), checks=CHECKS)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("report", ["day", "period", "complaints"])
def test_each_form_of_a_report_is_in_the_document(house: House, report: str, form: str) -> None:
    schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", house.app)
    asked = schema[f"/branches/{{branch}}/reports/{report}"]["GET"]
    case = asked.Case(path_parameters={"branch": house.server.id}, query={"format": form})
    case.headers.update({"Authorization": f"Bearer {house.token(MANAGER)}", "Accept-Encoding": "identity"})
    answer = case.call()
    assert answer.status_code == 200
    case.validate_response(answer, checks=[status_code_conformance, content_type_conformance])
