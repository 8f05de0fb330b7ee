"""`deviations check`: is this instance ready to be used for real?"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from deviations.cli import opened, readiness
from deviations.cli.wording import SwedishCommand
from deviations.domain.readiness import Finding, Level

HEADINGS = {Level.STOP: "Måste rättas innan andra släpps in:", Level.WARN: "Bör rättas:"}


@click.command(cls=SwedishCommand)
@click.option(
    "--host", default="127.0.0.1", metavar="ADRESS", help="Adressen som servern lyssnar på, som till serve (127.0.0.1)."
)
@click.option("--json", "as_json", is_flag=True, help="Skriver svaret som JSON.")
@click.pass_obj
def check(folder: Path | None, host: str, as_json: bool) -> int:
    """Kontrollerar om instansen är redo att användas på riktigt, och säger vad som behöver göras.

    Slutar med 1 när något måste rättas, också när databasen inte går att läsa.
    """
    place = opened.chosen(folder)
    with opened.ready(place) as engine:
        found = readiness.look(place, engine, datetime.now(UTC), host=host, through=True)
    click.echo(_as_json(found) if as_json else _as_text(found))
    return int(any(one.level is Level.STOP for one in found))


def _as_json(found: Sequence[Finding]) -> str:
    told = [(one, *readiness.worded(one)) for one in found]
    listed = [{"code": one.lack, "level": one.level, "text": text, "do": do} for one, text, do in told]
    return json.dumps({"ready": not any(one.level is Level.STOP for one in found), "found": listed}, ensure_ascii=False)


def _as_text(found: Sequence[Finding]) -> str:
    lines = []
    for level, heading in HEADINGS.items():
        these = [one for one in found if one.level is level]
        lines += [heading] if these else []
        for one in these:
            text, do = readiness.worded(one)
            lines += [f"  – {text}", f"    {do}"]
    return "\n".join(lines) or "Allt är i ordning."
