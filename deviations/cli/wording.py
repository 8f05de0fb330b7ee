"""The command line's Swedish: help pages, wrong usage, and refusals in one sentence."""

from collections.abc import Sequence
from typing import Any

import click

_HEADINGS = {"Options": "Val", "Commands": "Kommandon", "Arguments": "Argument"}
_HELP = "Visar den här hjälpen."


class Refused(click.ClickException):
    """The command can't be done; the sentence says why and what to do. Exit code 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """Prints the sentence alone."""
        click.echo(self.message, err=True)


class _Formatter(click.HelpFormatter):
    """Click's help page with Swedish headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line."""
        swedish = args.replace("[OPTIONS]", "[VAL]").replace("COMMAND [ARGS]...", "KOMMANDO …")
        super().write_usage(prog, swedish, "Så här: ")

    def write_heading(self, heading: str) -> None:
        """A heading."""
        super().write_heading(_HEADINGS.get(heading, heading))


class _Context(click.Context):
    formatter_class = _Formatter


class SwedishCommand(click.Command):
    """A command whose help is in Swedish."""

    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """--help, described in Swedish."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option


class SwedishGroup(SwedishCommand, click.Group):
    """A group whose help, and whose complaints about wrong usage, are in Swedish."""

    command_class = SwedishCommand

    def main(  # type: ignore[override]  # click declares two overloads for its flag, we take it as it comes
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Any:
        """Runs the command line as click does, but words wrong usage itself. Exits with 0, 1 or 2."""
        extra.pop("standalone_mode", None)
        try:
            result = super().main(args, prog_name, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as shown:
            click.echo(shown.ctx.get_help() if shown.ctx else "", err=True)
            raise SystemExit(2) from None
        except click.UsageError as wrong:
            path = wrong.ctx.command_path if wrong.ctx else "deviations"
            click.echo(f"{_complaint(wrong)} Se {path} --help.", err=True)
            raise SystemExit(2) from None
        except click.ClickException as refused:
            refused.show()
            raise SystemExit(refused.exit_code) from None
        except (click.Abort, KeyboardInterrupt):
            click.echo("Avbrutet.", err=True)
            raise SystemExit(1) from None
        raise SystemExit(result if isinstance(result, int) else 0)


def _complaint(wrong: click.UsageError) -> str:
    match wrong:
        case click.NoSuchOption(option_name=name):
            return f"Valet {name} finns inte."
        case click.MissingParameter(param=parameter) if parameter is not None:
            return f"Det saknas {_named(parameter)}."
        case click.BadParameter(param=parameter) if parameter is not None:
            allowed = getattr(parameter.type, "choices", None)
            some = f" Det ska vara något av: {', '.join(allowed)}." if allowed else ""
            return f"Värdet för {_named(parameter)} går inte att använda.{some}"
        case click.BadOptionUsage(option_name=name):
            return f"Valet {name} är fel använt, det behöver ett värde eller ska inte ha något."
        case _ if wrong.message.startswith("No such command"):
            return "Kommandot finns inte."
        case _:
            return "Kommandot är fel skrivet."


def _named(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return parameter.opts[0]
    return str(parameter.metavar or parameter.name)
