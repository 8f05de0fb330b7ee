"""Tells on the next page what was decided, with the button that takes it back beside it."""

from typing import TYPE_CHECKING

from flask import flash

if TYPE_CHECKING:
    from deviations.models import Ruling


def tell(ruling: "Ruling", sentence: str) -> None:
    """Flashes what a decision did; the page that shows it offers to undo it (`components/page.html`)."""
    flash(sentence, f"undo {ruling.id}")
