"""What a draft makes of a ticket's log: the policies that would have applied, and the verdicts on its clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from inbox.reports.back_test_choice import Case, Chooser, shape_with_policies, with_policies
from inbox.reports.back_test_rules import Rules
from inbox.reports.back_test_tally import Tally
from inbox.reports.logs import Told
from inbox.sla.events import Event
from inbox.sla.hours import Hours
from inbox.sla.replay import Verdict, judge
from inbox.sla.shapes import Script, Scripts


class Retrial(NamedTuple):
    """A ticket judged by a draft. `stood` are the versions that applied, `applied` those that would have, and when."""

    ticket_id: int
    stood: Sequence[int]
    applied: Sequence[tuple[int, int]]
    hours: Hours
    verdicts: Sequence[Verdict]


class Draft:
    """A draft while it is tried; what it changes is counted in `tally` and `changes`."""

    def __init__(self, number: int, rules: Rules, was: Rules, tally: Tally) -> None:
        self.number, self.rules, self.tally = number, rules, tally
        self.changes: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.scripts = Scripts(rules.terms)
        #: Logs that begin before this instant may get other policies than they did.
        self.anew_before = rules.chooses_as_since(was)

    def tried(self, told: Told, script: Script, chooser: Chooser, case: Case | None, until: int) -> Retrial | None:
        """The verdicts at `until` (ticks) by the script of the log's shape; None where they can't be others."""
        instants, stood = told.instants, script.versions
        if case is not None and instants[0] < self.anew_before:
            chosen = chooser.applied(self.rules, case)
            if not _are(chosen, [instants[place] for place in script.places], stood):
                shape, instants = shape_with_policies(told, chosen)
                found = self.scripts.of(shape)
                assert found is not None, "policies tangle no log"
                return self._by_script(told.ticket_id, found, instants, stood, until)
        if self._counts_otherwise(stood):
            return self._by_script(told.ticket_id, script, instants, stood, until)
        return None

    def tried_alone(
        self, ticket_id: int, log: Sequence[Event], chooser: Chooser, case: Case | None, until: int
    ) -> Retrial | None:
        """The same of a log that has no script."""
        applied = [
            (event.at, version)
            for event in log
            if event.kind == "policy_applied" and (version := event.policy_version_id)
        ]
        stood = [version for _, version in applied]
        if case is not None and log[0].at < self.anew_before:
            chosen = chooser.applied(self.rules, case)
            if not _are(chosen, [at for at, _ in applied], stood):
                applied = [(at, version) for at, _, version in chosen]
                return self._judged(ticket_id, with_policies(log, chosen), stood, applied, until)
        return self._judged(ticket_id, log, stood, applied, until) if self._counts_otherwise(stood) else None

    def _by_script(
        self, ticket_id: int, script: Script, instants: Sequence[int], stood: Sequence[int], until: int
    ) -> Retrial:
        versions = script.versions
        hours = self.rules.hours_of(versions)
        applied = [(instants[place], version) for place, version in zip(script.places, versions, strict=True)]
        return Retrial(ticket_id, stood, applied, hours, script.verdicts(instants, hours, until))

    def _judged(
        self,
        ticket_id: int,
        log: Sequence[Event],
        stood: Sequence[int],
        applied: Sequence[tuple[int, int]],
        until: int,
    ) -> Retrial:
        hours = self.rules.hours_of([version for _, version in applied])
        return Retrial(ticket_id, stood, applied, hours, judge(log, self.rules.terms, hours, until=until).verdicts)

    def _counts_otherwise(self, versions: Sequence[int]) -> bool:
        """True when clocks run otherwise with the policies that apply than they did."""
        return not self.rules.changed.isdisjoint(versions) if versions else self.rules.changes_company_hours


def _are(chosen: Sequence[tuple[int, int, int]], instants: Sequence[int], versions: Sequence[int]) -> bool:
    return [(at, version) for at, _, version in chosen] == list(zip(instants, versions, strict=True))
