"""The command line: what the owner of an instance does at a terminal, in Swedish.

0: done. 1: refused, with a sentence that says why. 2: the command was written wrongly.
"""

import sys
from pathlib import Path

import click

from deviations.cli import (
    audit,
    backup,
    check,
    demo,
    exchange,
    history,
    instance,
    letters,
    letting_in,
    opened,
    own_data,
    search,
    server,
    texts,
    worker,
)
from deviations.cli.wording import SwedishGroup


@click.group(cls=SwedishGroup)
@click.option(
    "--instance",
    "folder",
    type=click.Path(path_type=Path),
    metavar="MAPP",
    help="Instansens mapp. Annars DEVIATIONS_INSTANCE, eller instance/ i den mapp där du står.",
)
@click.version_option(opened.version(), "--version", prog_name="deviations", help="Visar programmets version.")
@click.pass_context
def main(context: click.Context, folder: Path | None) -> None:
    """Mellan stolarna: avvikelser mellan myndigheter blir strukturella hinder, och hinder blir skrivelser."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")  # a terminal without å must not stop the program
    context.obj = folder


for command in (
    demo.demo,
    instance.init,
    server.serve,
    worker.worker,
    check.check,
    backup.backup,
    instance.migrate,
    letting_in.let_in,
    own_data.own_data,
    exchange.import_file,
    texts.cluster,
    history.rank,
    history.evaluate,
    texts.privacy_check,
    letters.letter,
    search.search,
    audit.audit,
):
    main.add_command(command)
