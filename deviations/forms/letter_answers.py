"""The forms of what comes back on a letter: the reply with its files and promises, a recipient's link, the reminder,
and how a letter ended. The recipient's own forms are the same ones without what only the coordinator can say.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from flask import request
from flask_babel import LazyString, gettext, lazy_gettext, ngettext
from wtforms import DateField, MultipleFileField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Optional

from deviations.domain.letters import SUMMED_UP
from deviations.domain.reply_files import MOST_BYTES, MOST_FILES, BadFile, CheckedFile, check_together, checked
from deviations.forms.deviations import Choice
from deviations.forms.fields import EMPTY, BaseForm, ComingDay, SaneDay, choices, text_checks

NOTE, TEXT, NUMBER, PARTY, ACTION, REMINDER = 5_000, 20_000, 60, 200, 1_000, 20_000
ROWS = (1, 2, 3)
"""So many promises a form has room for; more are added on the letter's page."""

ACCEPT = ".pdf,.docx,.txt"

BAD_FILES: Mapping[str, LazyString] = {
    "empty": lazy_gettext("Filen ”%(name)s” är tom. Välj den igen."),
    "unknown_kind": lazy_gettext(
        "”%(name)s” går inte att ta emot. Filen ska vara PDF, Word (.docx) eller text (.txt)."
    ),
    "wrong_name": lazy_gettext(
        "Namnet på ”%(name)s” stämmer inte med innehållet. Spara filen som PDF, Word (.docx) eller text (.txt)."
    ),
    "broken": lazy_gettext("”%(name)s” är skadad och går inte att öppna. Spara filen på nytt och välj den igen."),
    "swells": lazy_gettext("”%(name)s” innehåller för mycket när den packas upp. Spara den som PDF i stället."),
    "macros": lazy_gettext("”%(name)s” innehåller makron. Spara den utan makron, eller som PDF."),
    "locked": lazy_gettext("”%(name)s” är skyddad med lösenord. Ta bort skyddet, eller spara den som PDF."),
}


class FilesForm(BaseForm):
    """What may carry files; what they are is found out from what is in them."""

    files = MultipleFileField(
        lazy_gettext("Filer"),
        description=lazy_gettext(
            "PDF, Word (.docx) eller text (.txt). Högst %(files)s filer, tillsammans högst %(size)s MB.",
            files=MOST_FILES,
            size=MOST_BYTES // 1_000_000,
        ),
        render_kw={"accept": ACCEPT},
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.uploads: list[CheckedFile] = []
        self.files.data = []

    @property
    def lost(self) -> list[str]:
        """The names of files that have to be chosen again: no browser gives them back with a form that was refused."""
        return [one.filename for one in request.files.getlist(self.files.name) if one.filename] if self.errors else []

    def validate_files(self, field: MultipleFileField) -> None:
        """Looks into each file. Raises ValidationError."""
        self.uploads = []
        sent = [one for one in request.files.getlist(field.name) if one.filename]
        if len(sent) > MOST_FILES:
            raise ValidationError(self._too_many())
        for one in sent:
            try:
                self.uploads.append(checked(one.filename or "", one.stream.read(MOST_BYTES + 1)))
            except BadFile as refused:
                raise ValidationError(self._why(refused.code, one.filename or "")) from None
        try:
            check_together(self.uploads)
        except BadFile:
            raise ValidationError(self._too_large()) from None

    def _why(self, code: str, name: str) -> str:
        return str(BAD_FILES[code] % {"name": name[:100]}) if code in BAD_FILES else self._too_large()

    def _too_large(self) -> str:
        most = MOST_BYTES // 1_000_000
        return str(gettext("Filerna är för stora. Tillsammans får de vara högst %(most)s MB.", most=most))

    def _too_many(self) -> str:
        return str(ngettext("Välj högst %(num)s fil.", "Välj högst %(num)s filer.", MOST_FILES))


class ActionsForm(BaseForm):
    """What may carry promises: rows of what a recipient will do, and by when."""

    action_1 = StringField(lazy_gettext("Löfte 1"), validators=text_checks(ACTION))
    action_1_on = DateField(lazy_gettext("Klart senast"), validators=[Optional(), ComingDay()])
    action_2 = StringField(lazy_gettext("Löfte 2"), validators=text_checks(ACTION))
    action_2_on = DateField(lazy_gettext("Klart senast (löfte 2)"), validators=[Optional(), ComingDay()])
    action_3 = StringField(lazy_gettext("Löfte 3"), validators=text_checks(ACTION))
    action_3_on = DateField(lazy_gettext("Klart senast (löfte 3)"), validators=[Optional(), ComingDay()])

    def rows(self) -> Iterator[tuple[Any, Any]]:
        """Each promise's field with that of its day."""
        for row in ROWS:
            yield self[f"action_{row}"], self[f"action_{row}_on"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is well; a day without a promise is a promise that was forgotten."""
        fine: bool = super().validate(extra_validators)
        for text, on in self.rows():
            if on.data and not text.data:
                text.errors = [*text.errors, gettext("Skriv också vad som är lovat till den dagen.")]
                fine = False
        return fine

    @property
    def promised(self) -> list[tuple[str, date | None]]:
        """What was promised, once it is valid."""
        return [(text.data, on.data) for text, on in self.rows() if text.data]


class ReplyForm(ActionsForm, FilesForm):
    """What came back from a recipient, or that nothing did."""

    kind = Choice(lazy_gettext("Vad har hänt?"))
    agency = Choice(lazy_gettext("Vem är det som svarar?"))
    answer = Choice(lazy_gettext("Vad gick svaret ut på?"))
    passed_on_to = StringField(
        lazy_gettext("Till vem lämnade de frågan vidare?"),
        validators=text_checks(PARTY),
        description=lazy_gettext("Om de har lämnat frågan vidare till någon annan."),
    )
    received_on = DateField(
        lazy_gettext("När kom det?"), validators=[InputRequired(lazy_gettext("Välj ett datum.")), SaneDay()]
    )
    answer_by = DateField(lazy_gettext("Ny dag för svar, om de ber om mer tid"), validators=[Optional(), ComingDay()])
    their_number = StringField(lazy_gettext("Deras diarienummer"), validators=text_checks(NUMBER))
    summary = TextAreaField(
        lazy_gettext("Vad har hänt, i korthet?"),
        validators=text_checks(NOTE),
        description=lazy_gettext("Behövs om de har svarat eller om du slutar vänta. Säger de nej, skriv deras skäl."),
    )
    text = TextAreaField(
        lazy_gettext("Svaret med deras egna ord"),
        validators=text_checks(TEXT),
        description=lazy_gettext("Klistra in svaret. De som har rapporterat om hindret kan läsa det."),
    )

    def __init__(
        self,
        *,
        kinds: Iterable[tuple[Any, Any]],
        answers: Iterable[tuple[Any, Any]],
        agencies: Iterable[tuple[Any, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.kind.choices = choices([("", EMPTY), *kinds])
        self.answer.choices = choices([("", lazy_gettext("Inget svar i sak än")), *answers])
        self.agency.choices = choices([("", lazy_gettext("Alla mottagare")), *agencies])

    def validate_kind(self, field: Choice) -> None:
        """Raises ValidationError when nothing was chosen."""
        if not field.data:
            raise ValidationError(gettext("Välj vad som har hänt."))

    def validate_summary(self, field: TextAreaField) -> None:
        """Raises ValidationError when what happened is not said though it is more than a receipt or a new day."""
        if self.kind.data in SUMMED_UP and not field.data:
            raise ValidationError(gettext("Skriv med någon mening vad som har hänt."))


class PromiseForm(BaseForm):
    """Something more that a recipient promised in a reply."""

    text = StringField(
        lazy_gettext("Vad har de lovat?"), validators=text_checks(ACTION, lazy_gettext("Skriv vad de har lovat."))
    )
    due_on = DateField(lazy_gettext("Klart senast"), validators=[Optional(), ComingDay()])


class CloseForm(BaseForm):
    """How a letter ended."""

    note = TextAreaField(lazy_gettext("Kommentar"), validators=text_checks(NOTE, lazy_gettext("Skriv en kommentar.")))


class LinkForm(BaseForm):
    """For which recipient a link is made."""

    agency = Choice(lazy_gettext("Mottagare"))

    def __init__(self, *, agencies: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.agency.choices = choices(agencies)


class ReminderForm(BaseForm):
    """A reminder in the words in which it goes out, and the day that it asks for."""

    until = DateField(
        lazy_gettext("Svar senast"), validators=[InputRequired(lazy_gettext("Välj en dag.")), ComingDay()]
    )
    body = TextAreaField(
        lazy_gettext("Påminnelsens text"), validators=text_checks(REMINDER, lazy_gettext("Skriv en text."))
    )


class ReceiptForm(BaseForm):
    """A recipient says that it has the letter, and perhaps under which number of its own."""

    their_number = StringField(lazy_gettext("Ert diarienummer"), validators=text_checks(NUMBER))


class MoreTimeForm(BaseForm):
    """A recipient asks for more time."""

    answer_by = DateField(
        lazy_gettext("När kan ni svara?"), validators=[InputRequired(lazy_gettext("Välj en dag.")), ComingDay()]
    )
    text = TextAreaField(lazy_gettext("Vill ni säga något om varför?"), validators=text_checks(NOTE))
    their_number = StringField(lazy_gettext("Ert diarienummer"), validators=text_checks(NUMBER))


class OwnAnswerForm(ActionsForm, FilesForm):
    """A recipient's own answer."""

    answer = Choice(lazy_gettext("Vad svarar ni?"))
    passed_on_to = StringField(
        lazy_gettext("Till vem lämnar ni frågan vidare?"),
        validators=text_checks(PARTY),
        description=lazy_gettext("Om det är någon annan som kan avgöra den."),
    )
    text = TextAreaField(
        lazy_gettext("Ert svar"),
        validators=text_checks(TEXT, lazy_gettext("Skriv ert svar. Det kan vara kort.")),
        description=lazy_gettext(
            "Vad kan ni göra, och när? Säger ni nej, skriv gärna varför. Skriv inget som pekar ut en enskild person."
        ),
    )
    their_number = StringField(lazy_gettext("Ert diarienummer"), validators=text_checks(NUMBER))

    def __init__(self, *, answers: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.answer.choices = choices([("", EMPTY), *answers])

    def validate_answer(self, field: Choice) -> None:
        """Raises ValidationError when nothing was chosen."""
        if not field.data:
            raise ValidationError(gettext("Välj vad ni svarar."))
