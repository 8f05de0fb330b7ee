"""The forms of a letter's review and sending: what is said of it, the decision, and how it goes to each recipient."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from deviations.forms.deviations import Choice, VersionedForm
from deviations.forms.fields import BaseForm, SaneDay, choices, text_checks

NOTE, PASSAGE, ADDRESS = 5_000, 300, 254
COMMENT, YES, NO = "", "yes", "no"


class GuardForm(VersionedForm):
    """A step before which the whole letter is looked through. `shown` remembers which words the page asked about, and
    `asked` holds them while it is shown again.
    """

    shown = HiddenField()
    looked = BooleanField(
        lazy_gettext("Jag har läst orden. De är företrädares namn eller pekar inte ut någon deltagare.")
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.asked: list[Any] = []


class CommentForm(VersionedForm):
    """What somebody says of a letter under review, perhaps of one passage, perhaps with her verdict."""

    verdict = Choice(lazy_gettext("Vad tycker du?"))
    text = TextAreaField(lazy_gettext("Kommentar"), validators=text_checks(NOTE))
    passage = StringField(
        lazy_gettext("Vilket ställe gäller det?"),
        validators=text_checks(PASSAGE),
        description=lazy_gettext("Kopiera orden ur skrivelsen."),
    )

    def __init__(self, *, judges: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        judged = ((YES, gettext("Den kan skickas")), (NO, gettext("Den behöver ändras först"))) if judges else ()
        self.verdict.choices = choices([(COMMENT, gettext("Bara en kommentar")), *judged])

    @property
    def approves(self) -> bool | None:
        """Her verdict; None when it is only a comment."""
        return {YES: True, NO: False}.get(self.verdict.data or COMMENT)


class NoteForm(BaseForm):
    """Why a letter is sent back."""

    note = TextAreaField(lazy_gettext("Kommentar"), validators=text_checks(NOTE, lazy_gettext("Skriv en kommentar.")))


class DecideForm(VersionedForm):
    """Which body decided to send the letter that the page showed, when, and where in its minutes."""

    body = StringField(
        lazy_gettext("Beslutande organ"),
        validators=text_checks(120, lazy_gettext("Skriv vilket organ som beslutade.")),
        description=lazy_gettext("Till exempel: Styrelsen för Samordningsförbundet Östra Södertörn"),
    )
    on = DateField(
        lazy_gettext("Beslutsdatum"),
        validators=[InputRequired(lazy_gettext("Välj beslutets datum.")), SaneDay()],
    )
    paragraph = StringField(
        lazy_gettext("Paragraf i protokollet"),
        validators=text_checks(40, lazy_gettext("Skriv paragrafen i protokollet.")),
        description=lazy_gettext("Till exempel: § 14"),
    )
    took_part = StringField(
        lazy_gettext("Vilka deltog i beslutet?"),
        validators=text_checks(300),
        description=lazy_gettext("Namnen skrivs in i skrivelsen."),
    )
    signer = StringField(
        lazy_gettext("Vem undertecknar?"),
        validators=text_checks(200),
        description=lazy_gettext("Namn och befattning."),
    )


class WayForm(BaseForm):
    """How a letter goes to one recipient; on a page with several each has a prefix of its own."""

    delivery = Choice(lazy_gettext("Hur skickas den?"))
    address = StringField(
        lazy_gettext("E-postadress"),
        validators=text_checks(ADDRESS),
        description=lazy_gettext("Till registrator, om den går med e-post."),
    )
    on = DateField(
        lazy_gettext("Datum"),
        validators=[Optional(), SaneDay()],
        description=lazy_gettext("Dagen den postades eller lämnades i e-tjänsten."),
    )

    def __init__(self, *, ways: Iterable[tuple[Any, Any]], later: bool, **kwargs: Any) -> None:
        """`later` says that the way may be told later, as that of a copy may."""
        super().__init__(**kwargs)
        self.delivery.choices = choices([("", gettext("Anges senare") if later else gettext("Välj sätt")), *ways])
