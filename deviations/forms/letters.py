"""The forms of letters: to whom, the text, the decision, and the answer."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from deviations.forms.deviations import CheckboxChoices, Choice, VersionedForm
from deviations.forms.fields import BaseForm, ComingDay, SaneDay, choices, optional_id, text_checks

TITLE, BODY, NOTE = 300, 60_000, 5_000


class NewLetterForm(BaseForm):
    """To whom a new letter goes."""

    recipients = CheckboxChoices(
        lazy_gettext("Mottagare"), validators=[InputRequired(lazy_gettext("Välj minst en mottagare."))]
    )

    def __init__(self, *, recipients: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.recipients.choices = choices(recipients)

    @property
    def recipient_ids(self) -> set[int]:
        """The agencies chosen."""
        return {id for value in self.recipients.data or [] if (id := optional_id(value)) is not None}


class LetterForm(VersionedForm):
    """The text of a draft."""

    title = StringField(lazy_gettext("Rubrik"), validators=text_checks(TITLE, lazy_gettext("Skriv en rubrik.")))
    body = TextAreaField(lazy_gettext("Skrivelsens text"), validators=text_checks(BODY, lazy_gettext("Skriv en text.")))


class NoteForm(BaseForm):
    """Why a letter is sent back or closed."""

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


class ReplyForm(BaseForm):
    """What came back from the recipient, or that nothing did."""

    kind = Choice(lazy_gettext("Vad har hänt?"))
    answer = Choice(lazy_gettext("Vad gick svaret ut på?"))
    received_on = DateField(
        lazy_gettext("Datum"), validators=[InputRequired(lazy_gettext("Välj ett datum.")), SaneDay()]
    )
    answer_by = DateField(lazy_gettext("Ny dag för svar, om de begärt mer tid"), validators=[Optional(), ComingDay()])
    their_number = StringField(lazy_gettext("Deras diarienummer"), validators=text_checks(60))
    summary = TextAreaField(
        lazy_gettext("Sammanfatta svaret"),
        validators=text_checks(NOTE, lazy_gettext("Sammanfatta svaret med någon mening.")),
    )

    def __init__(self, *, kinds: Iterable[tuple[Any, Any]], answers: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = choices(kinds)
        self.answer.choices = choices([("", lazy_gettext("Inget svar i sak än")), *answers])
