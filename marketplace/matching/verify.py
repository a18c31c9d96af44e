"""The verifier: recomputes a whole order log and says what does not hold (docs/fairness.md, checking the log).

It reads nothing but the lines it is given and shares no code with the program that draws (canonical, order, registry and
lines are not imported), so that it can stand alone.

On which day was a line written? A line carries no time of writing, so only this is inferred:
- beacon, registry and list lines were not written before the day they carry; the latest such day so far is the earliest
  day on which the next line can have been written, and none may be later than `today`;
- a list line was written on its day, so it is not dated before a list or registry line above it;
- a commit line without `late` must therefore be for a day at least 30 days after the earliest day it can be from. When
  nothing dated stands before it, nothing is known and nothing is held against it.
A key is overdue from the 32nd day after its day (on the 31st it may still come), and only when the day has a list.

Remarks (code 0) are worth a question, and do not change the exit code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from marketplace.matching.verify_draw import Pool, Registry, due_round, hash_of, redraw
from marketplace.matching.verify_form import REVEAL_AFTER, ZEROS, Fault, read

CLEAN, ORDER, BROKEN, OVERDUE, ELIGIBLE, COMMIT_ONLY = 0, 1, 2, 3, 4, 5
REMARK = 0
_PRECEDENCE = (BROKEN, ORDER, ELIGIBLE, OVERDUE, COMMIT_ONLY)


class Finding(NamedTuple):
    """One thing that does not hold. line: 1 for the first line of the log; code: an exit code, or 0 for a remark."""

    line: int
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found. The counts cover what was read before a fault (exit code 2) stopped the run.

    lists_verified: lists whose order was recomputed and is the logged one. lists_waiting: lists whose key the log has not
    revealed yet; with private keys a list can be both. head: SHA-256 of the last sound line, "" without one.
    """

    exit_code: int
    findings: tuple[Finding, ...]
    organiser: str
    lines: int
    lists: int
    lists_verified: int
    lists_waiting: int
    reissues: int
    commit_only_days: int
    late_commitments: int
    head: str


def verify(
    lines: Iterable[bytes],
    *,
    head: str | None,
    today: date,
    strict: bool,
    keys: Mapping[date, bytes] | None = None,
    earlier_heads: Iterable[str] = (),
    chains: Mapping[str, tuple[int, int]] | None = None,
) -> Report:
    """Check a whole log; never raises for what is in it.

    lines: the log's lines as bytes with their newlines, as a file opened in binary gives them. head: the published hash
    that the LAST line must have (finds a cut tail), or None. today: the day in Helsinki. strict: count commit-only days
    as a failure. keys: keys of days not revealed yet, for the organiser's own check. earlier_heads: hashes published
    before, each of which some line must have. chains: drand chain hash -> (time of round 1, seconds between rounds); a
    beacon of a chain named here must be the day's first round.

    Exit codes: 2 chain, form or sequence fault (stops the run), then 1 an order is not the logged one, 4 an eligible set
    is not the registry's, 3 a key is overdue, 5 commit-only days (strict only), 0 clean. Where the eligible set differs,
    the order cannot be judged, and only 4 is reported.
    """
    audit = _Audit(today, keys or {}, chains or {})
    wanted = set(earlier_heads)
    try:
        for raw in lines:
            audit.take(raw)
            wanted.discard(audit.head)
        audit.end(head, wanted)
    except Fault as fault:
        audit.say(audit.lines + 1 if audit.reading else audit.lines, BROKEN, str(fault))
    else:
        audit.close(strict)
    return audit.report()


class _List(NamedTuple):
    line: int
    list_seq: int
    service: str
    pool: Pool
    order_hash: str


class _Day:
    """What the log has said about one day so far."""

    def __init__(self, commitment: str) -> None:
        self.commitment = commitment
        self.randomness: bytes | None = None
        self.first_list = 0
        self.to_redraw: list[_List] = []
        self.lists = 0
        self.revealed = False


class _Audit:
    def __init__(self, today: date, keys: Mapping[date, bytes], chains: Mapping[str, tuple[int, int]]) -> None:
        self.today, self.keys, self.chains = today, keys, chains
        self.reading = False  # inside a line, so that a fault is of the line that comes next
        self.lines = self.lists = self.verified = self.reissues = self.commit_only = self.late = 0
        self.head, self.organiser = "", ""
        self.findings: list[Finding] = []
        self.days: dict[date, _Day] = {}
        self.registry = Registry()
        self.not_before: date | None = None
        self.latest = date.min  # of the list and registry lines, which nobody has a reason to write ahead
        self.reissued: int | None = None
        self.replaced: set[int] = set()
        self.early: list[tuple[int, date]] = []

    def say(self, line: int, code: int, text: str) -> None:
        self.findings.append(Finding(line, code, text))

    def take(self, raw: bytes) -> None:
        self.reading = True
        fields = read(raw)
        kind = fields["type"]
        if fields["seq"] != self.lines:
            raise Fault(f"The line says it has the seq {fields['seq']}; {self.lines} comes here.")
        if fields["prev"] != (self.head or ZEROS):
            raise Fault("The chain is broken: prev is not the hash of the line before.")
        if (kind == "genesis") != (self.lines == 0):
            raise Fault("The log must begin with a genesis line, and have only one.")
        if self.reissued is not None and (kind != "list" or fields["list_seq"] != self.reissued):
            raise Fault(f"The list {self.reissued} must follow its reissue line at once.")
        getattr(self, f"_{kind}")(fields)
        self.reading = False
        self.head = sha256(raw[:-1]).hexdigest()
        self.lines += 1

    def _genesis(self, fields: dict[str, Any]) -> None:
        self.organiser = fields["organiser"]

    def _commit(self, fields: dict[str, Any]) -> None:
        day = fields["day"]
        if day in self.days:
            raise Fault(f"The day {day} has a commitment already.")
        if "late" in fields:
            self.late += 1
        elif self.not_before is not None and (day - self.not_before).days < 30:
            raise Fault(
                f"The commitment for {day} is not marked late, but was made on {self.not_before} or after it, "
                "less than 30 days ahead."
            )
        self.days[day] = _Day(fields["commit"])

    def _beacon(self, fields: dict[str, Any]) -> None:
        day, source = fields["day"], fields["source"]
        known = self._committed(day)
        if known.randomness is not None:
            raise Fault(f"The day {day} has a beacon already.")
        chain = self.chains.get(source.removeprefix("drand:"))
        if chain and int(fields["round"]) != due_round(*chain, day):
            raise Fault(f"The beacon of {day} is not the chain's first round of the day, {due_round(*chain, day)}.")
        known.randomness = bytes.fromhex(fields["randomness"])
        self.commit_only += source == "none"
        self._written_from(day)

    def _registry(self, fields: dict[str, Any]) -> None:
        self.registry.take(fields)
        self._written_from(fields["day"])
        self.latest = max(self.latest, fields["day"])

    def _reissue(self, fields: dict[str, Any]) -> None:
        if fields["list_seq"] != self.lists + 1:
            raise Fault(f"The reissue names the list {fields['list_seq']}; the next one is {self.lists + 1}.")
        if fields["replaces"] > self.lists:
            raise Fault(f"The reissue replaces the list {fields['replaces']}, which does not exist.")
        if fields["replaces"] in self.replaced:
            self.say(self.lines + 1, REMARK, f"The list {fields['replaces']} was replaced once before.")
        self.replaced.add(fields["replaces"])
        self.reissued = fields["list_seq"]

    def _list(self, fields: dict[str, Any]) -> None:
        day, list_seq, here = fields["day"], fields["list_seq"], self.lines + 1
        known = self._committed(day)
        if list_seq != self.lists + 1:
            raise Fault(f"The list says it is number {list_seq}; {self.lists + 1} comes here.")
        if known.randomness is None:
            raise Fault(f"The list {list_seq} was drawn before the beacon of {day}.")
        if known.revealed:
            raise Fault(f"The list {list_seq} was drawn after the key of {day} was revealed.")
        if day < self.latest:
            raise Fault(f"The list {list_seq} is dated {day}, but stands after a list or registry line of {self.latest}.")
        if self.not_before is not None and day < self.not_before:
            self.say(here, REMARK, f"The list {list_seq} is dated {day}, but stands after a beacon of {self.not_before}.")
        self._remark_early_reveals(day)
        self._written_from(day)
        self.latest, self.lists = day, list_seq
        if self.reissued is not None:
            self.reissues, self.reissued = self.reissues + 1, None
        known.first_list = known.first_list or here
        known.lists += 1
        pool, pool_hash = self.registry.pool(fields["service"], fields["area"])
        if fields["n"] != len(pool) or fields["eligible_hash"] != pool_hash:
            self.say(here, ELIGIBLE, f"The eligible set of list {list_seq} is not the registry's ({len(pool)} units).")
        else:
            known.to_redraw.append(_List(here, list_seq, fields["service"], pool, fields["order_hash"]))

    def _reveal(self, fields: dict[str, Any]) -> None:
        day = fields["day"]
        known = self._committed(day)
        if known.revealed:
            raise Fault(f"The key of {day} was revealed already.")
        key = bytes.fromhex(fields["key"])
        if sha256(key).hexdigest() != known.commitment:
            raise Fault(f"The key revealed for {day} is not the one that was committed to.")
        known.revealed = True
        self.early.append((self.lines + 1, day))
        self._redraw(known, key)

    def _committed(self, day: date) -> _Day:
        if day not in self.days:
            raise Fault(f"The day {day} has no commitment yet.")
        return self.days[day]

    def _written_from(self, day: date) -> None:
        if day > self.today:
            raise Fault(f"The line is dated {day}, which is still to come.")
        self.not_before = day if self.not_before is None else max(day, self.not_before)

    def _remark_early_reveals(self, on: date) -> None:
        """`on`: a day on or after which the reveals so far were not written."""
        for line, day in self.early:
            if (on - day).days < REVEAL_AFTER:
                self.say(line, REMARK, f"The key of {day} was revealed before the 31st day after.")
        self.early = []

    def _redraw(self, known: _Day, key: bytes) -> None:
        for each in known.to_redraw:
            order = redraw(key, known.randomness or b"", each.list_seq, each.service, each.pool)
            if hash_of([each.list_seq, order]) == each.order_hash:
                self.verified += 1
            else:
                self.say(each.line, ORDER, f"The order of list {each.list_seq} is not the one that the draw gives.")
        known.to_redraw = []

    def end(self, head: str | None, missing: set[str]) -> None:
        if not self.lines:
            raise Fault("The log is empty.")
        if self.reissued is not None:
            raise Fault(f"The log ends between a reissue line and its list {self.reissued}.")
        if head is not None and head != self.head:
            raise Fault(f"The log does not end at the published head: its last line is {self.head}.")
        if missing:
            raise Fault(f"The log has no line with the head published earlier: {min(missing)}.")

    def close(self, strict: bool) -> None:
        for day, known in sorted(self.days.items()):
            if known.lists and not known.revealed and (self.today - day).days > REVEAL_AFTER:
                self.say(known.first_list, OVERDUE, f"The key of {day} is overdue: {known.lists} lists wait for it.")
            if day in self.keys and not known.revealed:
                if sha256(self.keys[day]).hexdigest() == known.commitment:
                    self._redraw(known, self.keys[day])
                else:
                    self.say(known.first_list, ORDER, f"The key held for {day} is not the one that was committed to.")
        self._remark_early_reveals(self.today)
        if strict and self.commit_only:
            self.say(self.lines, COMMIT_ONLY, f"{self.commit_only} days had no public randomness.")
        if self.registry.unapplied:
            count = len(self.registry.unapplied)
            self.say(self.lines, REMARK, f"The first registry line of {count} units is not their application.")

    def report(self) -> Report:
        codes = {finding.code for finding in self.findings}
        return Report(
            exit_code=next((code for code in _PRECEDENCE if code in codes), CLEAN),
            findings=tuple(self.findings),
            organiser=self.organiser,
            lines=self.lines,
            lists=self.lists,
            lists_verified=self.verified,
            lists_waiting=sum(known.lists for known in self.days.values() if not known.revealed),
            reissues=self.reissues,
            commit_only_days=self.commit_only,
            late_commitments=self.late,
            head=self.head,
        )
