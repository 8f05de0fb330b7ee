"""Commands that try the program on an association's own labelled history, in a file and without any database: how the
known barriers are ranked for each report as it came, and how right that and the grouping would have been."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deviations.cli import files
from deviations.cli.texts import FILE, INPUT, OUTPUT, report, rows_of
from deviations.cli.wording import Refused, SwedishCommand
from deviations.domain.facts import Fact

if TYPE_CHECKING:
    from deviations.domain.evaluation import Figure

Barrier = str | int | None
Row = tuple[str | int | float, tuple[Fact, Barrier]]

LONGEST = 10
"""So many barriers are written for each report."""

COLUMNS = ("alla fält", "halva fälten", "bara texten")
WIDE, CELL = 42, 20

SHOWN = {
    "Förslagen": {
        "first_1": ("Rätt hinder först", "rapporter"),
        "first_3": ("Rätt hinder bland de tre första", "rapporter"),
        "first_5": ("Rätt hinder bland de fem första", "rapporter"),
        "new": ("Skiljer nytt från känt (AUC)", "rapporter"),
    },
    "Grupperna": {
        "ari": ("Likhet med hindren (ARI)", "rapporter"),
        "precision": ("Par i samma grupp som hör ihop", "rapporter"),
        "recall": ("Par som hör ihop i samma grupp", "rapporter"),
        "f1": ("Båda sammanvägda (F1)", "rapporter"),
        "found": ("Hinder som hittas", "hinder"),
        "strangers": ("Grupper om minst tre med en främling", "grupper"),
    },
}
"""What is shown under which heading: each figure with its Swedish words and what it counts."""

EXPLAINED = """Alla tal är andelar från 0 till 1, utom ARI: 0 när grupperna är slumpmässiga, 1 när de är som hindren.
Inom parentes står mellan vilka värden talet ligger med 95 procents säkerhet.
Förslagen räknas från den fyrtionde rapporten, och bara för rapporter vars hinder fanns bland dem före (AUC: för alla).
AUC är sannolikheten att en rapport om något nytt ser nyare ut än en om ett känt hinder.
Ett hinder är hittat när en grupp har minst 60 procent av dess rapporter och de är minst 60 procent av gruppen.
Halva fälten: parter och regel är kvar i varannan rapport, och var femte regel som är kvar är fel."""


@click.command(cls=SwedishCommand)
@INPUT
@OUTPUT
def rank(source: Path, target: Path) -> None:
    """Rangordnar hindren för varje rapport i en fil där hindret redan är känt (JSON, en per rad). Rör ingen databas.

    Rapporterna tas i datumordning. Från den fyrtionde skrivs de hinder som rapporten mest liknar, av dem som finns
    bland rapporterna före den. Fältet barrier_id säger vilket hinder en rapport hör till.
    """
    files.check_output(target)
    rows = rows_of(source, labelled)
    written = list(_ranked(rows))
    files.write_rows(target, written)
    click.echo(f"{len(rows)} rapporter lästa, {len(written)} rangordnade mot dem som kom före.")


@click.command(cls=SwedishCommand)
@click.argument("source", type=FILE, metavar="FIL")
def evaluate(source: Path) -> None:
    """Mäter hur rätt programmet skulle ha haft på en fil där hindren redan är kända (JSON, en per rad).

    Två saker mäts: förslagen (rapporterna en i taget i datumordning, var och en mot dem före) och grupperna (alla på en
    gång, som om ingen hade placerat dem). Båda mäts med alla fält, med hälften av fälten och med bara texten. Rör ingen
    databas.
    """
    reports = _named(rows_of(source, labelled))
    sizes = Counter(barrier for _, barrier in reports if barrier is not None)
    shared = [size for size in sizes.values() if size > 1]
    if not shared:
        raise Refused("Minst två rapporter måste ha samma hinder i fältet barrier_id för att något ska gå att mäta.")
    alone = len(reports) - sum(shared)
    click.echo(f"Rapporter i filen: {len(reports)}, varav {sum(shared)} om {len(shared)} hinder och {alone} ensamma.")
    _print(_measured(reports))


def labelled(number: int, row: dict[str, Any]) -> tuple[Fact, Barrier]:
    """A report and its barrier as the file names it, None for a report of no barrier. Raises BadRow."""
    barrier = row.get("barrier_id")
    if isinstance(barrier, str):
        return report(number, row), files.text(row, "barrier_id") or None
    if barrier is not None and (isinstance(barrier, bool) or not isinstance(barrier, int)):
        raise files.BadRow("Fältet barrier_id ska vara en text, ett heltal eller null.")
    return report(number, row), barrier


def _named(rows: Sequence[Row]) -> list[tuple[Fact, str | None]]:
    """The reports with names for their barriers, such that 7 and "7" are two."""
    return [(fact, None if barrier is None else json.dumps(barrier)) for _, (fact, barrier) in rows]


def _ranked(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    from deviations.domain.evaluation import journey  # numeric stack: only now
    from deviations.services.catalogue import shipped_cards

    ids = {fact.id: id for id, (fact, _) in rows}
    for one in journey(_named(rows), shipped_cards(), limit=LONGEST):
        yield {"id": ids[one.fact.id], "top": [json.loads(barrier) for barrier in one.top]}


def _measured(reports: list[tuple[Fact, str | None]]) -> list[dict[str, "Figure"]]:
    """All figures with all fields, with half of them and with the text alone."""
    from deviations.domain import evaluation  # numeric stack: only now
    from deviations.services.catalogue import shipped_cards

    cards, found = shipped_cards(), []
    for level in evaluation.LEVELS:
        made = evaluation.given(reports, level)
        suggested = evaluation.ranking(list(evaluation.journey(made, cards)))
        found.append({**suggested, **evaluation.grouping(made, evaluation.groups_of(made, cards))})
    return found


def _print(columns: Sequence[dict[str, "Figure"]]) -> None:
    for heading, lines in SHOWN.items():
        click.echo(f"\n{heading}\n{'':{WIDE}}" + "".join(f"{level:<{CELL}}" for level in COLUMNS).rstrip())
        for name, (words, of) in lines.items():
            cells = "".join(f"{_cell(column[name]):<{CELL}}" for column in columns)
            click.echo(f"{words:<{WIDE}}{cells}{columns[0][name].count} {of}")
    click.echo(f"\n{EXPLAINED}")


def _cell(figure: "Figure") -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "–"
    return f"{_decimal(figure.value)} ({_decimal(figure.low)}–{_decimal(figure.high)})"


def _decimal(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
