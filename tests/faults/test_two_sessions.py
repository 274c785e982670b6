"""Two of us on one file: no answer is lost that neither chose to drop. The thousand are in `python -m bench.faults`."""

from __future__ import annotations

from hypothesis import settings

from tests.faults.two_sessions import TwoSessions

TwoSessions.TestCase.settings = settings(stateful_step_count=15, max_examples=50, deadline=None, derandomize=True)
TestTwoSessions = TwoSessions.TestCase
