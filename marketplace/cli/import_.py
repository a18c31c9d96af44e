"""valinta import: a region's own lists of providers and clients, every row checked, good rows taken, bad rows returned."""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.app import create_app
from marketplace.cli import main
from marketplace.cli.place import place
from marketplace.integrations.csv_lists import Column, CsvList, Row, UnusableList, plain
from marketplace.integrations.list_columns import CLIENTS, PASSED_OVER, PROVIDERS, RETURNED
from marketplace.integrations.list_errors import ErrorsFile, hidden, hide_codes, printable
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.import_clients import client_surroundings, import_client
from marketplace.use_cases.import_providers import import_provider, is_demonstration
from marketplace.use_cases.importing import Rehearsal, Taken, importer, note_import
from marketplace.use_cases.refusals import Refused
from marketplace.web.fields import PartForm
from marketplace.web.i18n import LANGUAGES, gettext, use_language
from marketplace.web.import_rows import ClientRow, ProviderRow, filled, problems
from marketplace.web.labels import refusal_text

LINES_SHOWN = 50
"""Returned rows that are printed; the errors file has them all."""

LONG = 200_000
"""Bytes from which on a list has a progress bar."""


class Unusable(click.ClickException):
    """The file, or who sends it, cannot be used; nothing was read."""

    exit_code = 2


class Clients:
    """How a list of clients is taken."""

    what = "client"
    role = Role.CASEWORKER
    action = Action.EDIT_CLIENT
    columns: tuple[Column, ...] = CLIENTS
    form: type[PartForm] = ClientRow
    key = "identity_code"

    def __init__(self, desk: Desk, actor: Actor, rehearsed: bool, allow_temporary: bool) -> None:
        self.desk = Rehearsal(desk) if rehearsed else desk
        self.actor = actor
        self.allow_temporary = allow_temporary
        self.known = client_surroundings(desk, actor)

    def take(self, form: Any) -> Taken:
        order = form.order(self.allow_temporary)
        return import_client(self.desk, self.actor, self.known, order, form.caseworker.data)


class Providers:
    """How a list of companies is taken."""

    what = "provider"
    role = Role.PROCUREMENT
    action = Action.SEE_PROVIDERS
    columns: tuple[Column, ...] = PROVIDERS
    form: type[PartForm] = ProviderRow
    key = "business_id"

    def __init__(self, desk: Desk, actor: Actor, rehearsed: bool, allow_temporary: bool) -> None:
        self.desk = Rehearsal(desk) if rehearsed else desk
        self.actor = actor
        self.demonstration = is_demonstration(desk, actor)
        self.rehearsed: set[str] | None = set() if rehearsed else None

    def take(self, form: Any) -> Taken:
        order = form.order(self.demonstration)
        if self.rehearsed is not None:
            if order.belongs_to in self.rehearsed:  # its company would be here by now
                order = replace(order, belongs_to=None)
            taken = import_provider(self.desk, self.actor, order)
            self.rehearsed.add(order.business_id)
            return taken
        return import_provider(self.desk, self.actor, order)


@dataclass
class Report:
    """What became of the rows so far: the counts, and the first lines to be printed."""

    listed: CsvList
    key: str
    errors: ErrorsFile | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("added", "known", "different", "bad"), 0))
    lines: list[str] = field(default_factory=list)

    def took(self, line: int, taken: Taken) -> None:
        self.counts["added" if taken.added else "known"] += 1
        if taken.differs:
            self.counts["different"] += 1
            columns = ", ".join(self.listed.header_of(name) for name in taken.differs)
            self._say(gettext("Line %(line)s: here already. The list says otherwise of: %(columns)s. Nothing was changed.",
                              line=line, columns=columns))  # fmt: skip

    def returned(self, line: int, cells: list[str], found: list[tuple[str, str]]) -> None:
        """A bad row: each field with its reason ("" for the row as a whole)."""
        self.counts["bad"] += 1
        code = self.listed.place_of(self.key) if self.key == "identity_code" else None
        safe = [hidden(plain(cell.strip())) if place == code else hide_codes(cell) for place, cell in enumerate(cells)]
        headers = [self.listed.header_of(name) for name, _reason in found]
        for (name, reason), header in zip(found, headers, strict=True):
            place = self.listed.place_of(name)
            value = printable(safe[place]) if place is not None and place < len(safe) else ""
            self._say(_where(line, header, value) + hide_codes(reason))
        if self.errors is not None:
            kept = [cell for place, cell in enumerate(safe) if place in self.listed.kept or place >= self.listed.width]
            reasons = " ".join(hide_codes(reason) for _name, reason in found)
            self.errors.add(line, ", ".join(filter(None, headers)), reasons, kept)

    def _say(self, line: str) -> None:
        if len(self.lines) <= LINES_SHOWN:
            self.lines.append(line)

    def summary(self) -> Iterator[str]:
        yield from self.lines[:LINES_SHOWN]
        if len(self.lines) > LINES_SHOWN:
            yield gettext("There are more. With --errors FILE every returned row is written to a file.")
        rows = sum(self.counts[name] for name in ("added", "known", "bad"))
        yield gettext(
            "Rows: %(rows)s. New: %(added)s. Here already: %(known)s (the list says otherwise of %(different)s). "
            "Returned: %(bad)s.",
            rows=rows,
            **self.counts,
        )


def _where(line: int, header: str, value: str) -> str:
    if not header:
        return gettext("Line %(line)s: ", line=line)
    if not value:
        return gettext("Line %(line)s, %(column)s: ", line=line, column=header)
    return gettext("Line %(line)s, %(column)s, “%(value)s”: ", line=line, column=header, value=value)


def _read(listed: CsvList, job: Clients | Providers, report: Report) -> Iterator[int]:
    """Take every row; gives the bytes read so far. A row that is in the file twice counts once, the first time."""
    seen: dict[bytes, int] = {}
    for row in listed.rows():
        if not isinstance(row, Row):
            text = refusal_text(row.refused.code, row.refused.values)
            report.returned(row.line, row.cells, [(row.refused.field or "", text)])
        else:
            _take(row, job, report, seen)
        yield listed.position


def _take(row: Row, job: Clients | Providers, report: Report, seen: dict[bytes, int]) -> None:
    form = filled(job.form, row.values)
    if not form.validate():
        report.returned(row.line, row.cells, problems(form))
        return
    key = hashlib.blake2b(form[job.key].data.encode(), digest_size=12).digest()
    try:
        if key in seen:
            raise Refused("import_twice_in_file", job.key, line=seen[key])
        taken = job.take(form)
    except Refused as refused:
        report.returned(row.line, row.cells, [(refused.field or "", refusal_text(refused.code, refused.values))])
    else:
        seen[key] = row.line
        report.took(row.line, taken)


@contextmanager
def _bar(listed: CsvList) -> Iterator[Any]:
    if listed.size < LONG:
        yield None
        return
    with click.progressbar(length=listed.size, label=gettext("Reading the list"), file=sys.stderr) as bar:
        yield bar


def _import(
    kind: type[Clients] | type[Providers], path: Path, email: str | None, organiser: str | None, language: str,
    errors: Path | None, dry_run: bool,
) -> int:  # fmt: skip
    """Import one list; returns the exit code."""
    where = place()
    desk = where.desk(pool_size=1)
    app = create_app(where.config, desk)
    with app.app_context(), use_language(language):
        if errors is not None and errors.resolve() == path.resolve():
            raise Unusable(gettext("The errors need a file of their own: this one is the list itself."))
        try:
            actor = importer(desk, email, kind.role, organiser)
            click.echo(gettext("In the name of: %(name)s", name=actor.name))
            # a demonstration's people have codes of the never-issued range, also when they come by a list
            temporary = where.config.demo or is_demonstration(desk, actor)
            app.config["ALLOW_TEMPORARY_IDENTITY_CODES"] = temporary
            with CsvList(path, kind.columns, PASSED_OVER, language) as listed:
                click.echo(_how_read(listed))
                job = kind(desk, actor, dry_run, temporary)
                report = _run(listed, job, errors, language)
        except Refused as refused:
            raise Unusable(refusal_text(refused.code, refused.values)) from None
        except UnusableList as unusable:
            said = [refusal_text(reason.code, reason.values) for reason in unusable.reasons]
            raise Unusable(" ".join([*said, gettext("Nothing was read.")])) from None
        if not dry_run:
            note_import(desk, actor, kind.action, kind.what, report.counts)
        for line in report.summary():
            click.echo(line)
        for line in _last_words(kind, report, errors, dry_run):
            click.echo(line)
        return 1 if report.counts["bad"] else 0


def _run(listed: CsvList, job: Clients | Providers, errors: Path | None, language: str) -> Report:
    headers = [*RETURNED[language], *(listed.headers[place] for place in sorted(listed.kept))]
    with ErrorsFile(errors, listed.separator, headers) if errors else nullcontext() as file, _bar(listed) as bar:
        report = Report(listed, job.key, file)
        done = 0
        for position in _read(listed, job, report):
            if bar is not None and position > done:
                bar.update(position - done)
                done = position
        return report


def _how_read(listed: CsvList) -> str:
    names = {";": gettext("semicolon"), ",": gettext("comma"), "\t": gettext("tab")}
    return gettext("Read as %(encoding)s, columns separated by: %(separator)s.", encoding=listed.encoding,
                   separator=names.get(listed.separator, listed.separator))  # fmt: skip


def _last_words(kind: type[Clients] | type[Providers], report: Report, errors: Path | None, dry: bool) -> Iterator[str]:
    if report.counts["bad"] and errors is not None:
        yield gettext("The returned rows are in %(file)s. Mend them there and send that file.", file=errors)
        if kind is Clients:
            yield gettext("Identity codes are masked in it: write them whole again from your own list.")
    if dry:
        yield gettext("This was a rehearsal: nothing was saved.")
    elif kind is Providers and report.counts["added"]:
        yield gettext("The managers' invitations are in the outbox; a running valinta worker sends them. "
                      "No company is on a list yet: each applies, and procurement decides.")  # fmt: skip


def _options(command: Any) -> Any:
    """What both commands are told by."""
    there = click.Path(exists=True, dir_okay=False, path_type=Path)
    for option in (
        click.option("--dry-run", is_flag=True, help="Check every row, save nothing."),
        click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Write the returned rows here."),
        click.option("--language", type=click.Choice(LANGUAGES), default="fi", show_default=True),
        click.option("--organiser", help="The organiser's code; needed when the person works for several."),
        click.argument("path", metavar="FILE.csv", type=there),
    ):
        command = option(command)
    return command


@main.group("import")
def import_() -> None:
    """Take in a region's own lists. A list can be sent again: what is here already is not doubled or changed.

    Exit code: 0 all rows were good, 1 some were returned, 2 the file could not be used. See docs/importing.md.
    """


@import_.command("clients")
@click.option("--as", "email", help="The e-mail of the caseworker who imports; she is in the audit.")
@_options
def clients(
    path: Path, email: str | None, organiser: str | None, language: str, errors: Path | None, dry_run: bool
) -> None:  # fmt: skip
    """Clients, one a row. A list without a caseworker's e-mail makes the importer their caseworker."""
    sys.exit(_import(Clients, path, email, organiser, language, errors, dry_run))


@import_.command("providers")
@click.option("--as", "email", help="The e-mail of the procurement officer who imports.")
@_options
def providers(
    path: Path, email: str | None, organiser: str | None, language: str, errors: Path | None, dry_run: bool
) -> None:  # fmt: skip
    """Provider companies, one a row; the manager of each new one is invited by mail."""
    sys.exit(_import(Providers, path, email, organiser, language, errors, dry_run))
