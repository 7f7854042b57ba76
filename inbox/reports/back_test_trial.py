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
    """A ticket judged by a draft. `stood` are the versions that applied, `versions` those that would have.

    These apply from the events at `places` of its log on, which has `instants`.
    """

    ticket_id: int
    stood: Sequence[int]
    versions: Sequence[int]
    places: Sequence[int]
    instants: Sequence[int]
    hours: Hours
    verdicts: Sequence[Verdict]

    def applied(self) -> list[tuple[int, int]]:
        """The versions with the instants from which they would have applied."""
        return [(self.instants[place], version) for place, version in zip(self.places, self.versions, strict=True)]


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
        verdicts = script.verdicts(instants, hours, until)
        return Retrial(ticket_id, stood, versions, script.places, instants, hours, verdicts)

    def _judged(
        self,
        ticket_id: int,
        log: Sequence[Event],
        stood: Sequence[int],
        applied: Sequence[tuple[int, int]],
        until: int,
    ) -> Retrial:
        instants, versions = [at for at, _ in applied], [version for _, version in applied]
        hours = self.rules.hours_of(versions)
        verdicts = judge(log, self.rules.terms, hours, until=until).verdicts
        return Retrial(ticket_id, stood, versions, range(len(instants)), instants, hours, verdicts)

    def _counts_otherwise(self, versions: Sequence[int]) -> bool:
        """True when clocks run otherwise with the policies that apply than they did."""
        return not self.rules.changed.isdisjoint(versions) if versions else self.rules.changes_company_hours


def _are(chosen: Sequence[tuple[int, int, int]], instants: Sequence[int], versions: Sequence[int]) -> bool:
    return [(at, version) for at, _, version in chosen] == list(zip(instants, versions, strict=True))
