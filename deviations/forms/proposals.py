"""The form of a proposal's card: which reports it shows, which are marked, and what the pressed button is about."""

from wtforms import HiddenField, SelectMultipleField, StringField

from deviations.forms.barriers import LONGEST
from deviations.forms.fields import BaseForm, optional_id


class CardForm(BaseForm):
    """What a card sends. Nobody types in it: what is no id counts as not sent."""

    alla = HiddenField()
    indelning = HiddenField()
    valda = SelectMultipleField(validate_choice=False)
    ut = StringField()
    med = StringField()
    hinder = StringField()

    @property
    def whole(self) -> tuple[int, ...]:
        """The reports that the card shows."""
        return _ids(self.alla.data)

    @property
    def marked(self) -> dict[int, int]:
        """Those of them that are marked, in the card's order, with the version that was shown."""
        pairs = (value.partition(":") for value in self.valda.data or [])
        sent = {_id(id): _id(version) for id, _, version in pairs}
        return {id: version for id in self.whole if (version := sent.get(id))}

    @property
    def rest(self) -> tuple[int, ...]:
        """Those that are not."""
        return tuple(id for id in self.whole if id not in self.marked)

    @property
    def out(self) -> int:
        """The one report that is to leave; 0 for none."""
        return _id(self.ut.data)

    @property
    def other(self) -> tuple[int, ...]:
        """The reports of the other proposal."""
        return _ids(self.med.data)

    @property
    def barrier(self) -> int:
        """The known barrier; 0 for none."""
        return _id(self.hinder.data)


def _ids(text: str | None) -> tuple[int, ...]:
    parts = (text or "")[:LONGEST].split("-")
    return tuple(id for id in dict.fromkeys(map(_id, parts)) if id)


def _id(text: str | None) -> int:
    try:
        return optional_id(text) or 0
    except ValueError:
        return 0
