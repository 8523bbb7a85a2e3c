"""Every figure that a report shows, by the field names of the figures: each in the file of its own kind."""

from __future__ import annotations

from lobby.errors import N_
from lobby.reports.complaint_definitions import COUNTED
from lobby.reports.opinion_definitions import OPINIONS
from lobby.reports.promise_definitions import PROMISES
from lobby.reports.units import Figure
from lobby.reports.visit_definitions import VISITS
from lobby.reports.wait_definitions import WAITS
from lobby.reports.work_definitions import WORK

FIGURES: dict[str, Figure] = VISITS | WAITS | PROMISES | WORK | OPINIONS | COUNTED

PERCENTILES = N_(
    "Percentiles interpolate linearly between neighbours in rank, as PERCENTILE.INC in spreadsheets, and are not shown "
    "for fewer than 5 values."
)
