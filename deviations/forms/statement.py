"""The form of the accessibility statement."""

from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, EmailField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation

from deviations.domain.statement import MOST_DAYS, Conformity, Method, Statement, lines
from deviations.forms.accounts import check_address
from deviations.forms.deviations import Choice, VersionedForm, WholeNumber
from deviations.forms.fields import SaneDay, choices, text_checks

LINE, MAIL, LONG = 200, 254, 5_000


class StatementForm(VersionedForm):
    """Who is behind the service, how to reach them, how accessible it is and how that was found out."""

    owner = StringField(
        lazy_gettext("Vem som står bakom tjänsten"),
        validators=text_checks(LINE, lazy_gettext("Skriv vem som står bakom tjänsten.")),
    )
    email = EmailField(
        lazy_gettext("E-postadress för den som vill påpeka en brist"),
        validators=[*text_checks(MAIL, lazy_gettext("Skriv en adress som någon läser.")), check_address],
    )
    phone = StringField(lazy_gettext("Telefonnummer"), validators=text_checks(40))
    reply_days = WholeNumber(lazy_gettext("Ni svarar inom så många arbetsdagar"))
    conformity = Choice(lazy_gettext("Hur tjänsten uppfyller lagen"))
    shortcomings = TextAreaField(lazy_gettext("Kända brister"), validators=text_checks(LONG))
    burden = TextAreaField(lazy_gettext("Undantag för oskäligt betungande anpassning"), validators=text_checks(LONG))
    outside = TextAreaField(lazy_gettext("Innehåll som lagen inte omfattar"), validators=text_checks(LONG))
    method = Choice(lazy_gettext("Hur ni har prövat det"))
    assessed_on = DateField(lazy_gettext("Dag för bedömningen"), validators=[SaneDay()])
    security_email = EmailField(
        lazy_gettext("E-postadress för den som har hittat en säkerhetsbrist"),
        validators=[Optional(), *text_checks(MAIL), check_address],
    )

    officer_email = EmailField(
        lazy_gettext("E-postadress till ert dataskyddsombud"),
        validators=[Optional(), *text_checks(MAIL), check_address],
    )

    def __init__(self, statement: Statement | None = None, **kwargs: Any) -> None:
        told = statement.to_dict() | {"assessed_on": statement.assessed_on} if statement is not None else {}
        super().__init__(data=told, **kwargs)
        sentence = gettext("Skriv ett helt tal mellan 1 och %(most)s.", most=MOST_DAYS)
        self.reply_days.validators = [InputRequired(sentence), NumberRange(1, MOST_DAYS, sentence)]
        self.conformity.choices = choices(
            [
                (Conformity.PARTIAL, gettext("Delvis förenlig med lagen")),
                (Conformity.FULL, gettext("Helt förenlig med lagen")),
                (Conformity.NONE, gettext("Inte förenlig med lagen")),
            ]
        )
        self.method.choices = choices(
            [
                (Method.SELF, gettext("Vi har prövat tjänsten själva (självskattning)")),
                (Method.EXTERNAL, gettext("En utomstående har granskat tjänsten")),
                (Method.BOTH, gettext("Både vi själva och en utomstående har prövat tjänsten")),
            ]
        )

    def validate_assessed_on(self, field: Field) -> None:
        """Raises StopValidation for no day, or none that can be read."""
        if field.data is None:
            field.errors = []
            raise StopValidation(gettext("Skriv vilken dag ni bedömde tjänsten, till exempel 2026-11-22."))

    def validate_shortcomings(self, field: Field) -> None:
        """Raises StopValidation when the law is met only in part and nothing says where not."""
        if self.conformity.data != Conformity.FULL and not lines(field.data or ""):
            raise StopValidation(gettext("Skriv vilka brister ni känner till, och vad man kan göra i stället."))

    @property
    def statement(self) -> Statement:
        """What was typed, once it is valid."""
        day = self.assessed_on.data
        return Statement(
            owner=self.owner.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            reply_days=self.reply_days.data or 0,
            conformity=Conformity(self.conformity.data),
            method=Method(self.method.data),
            assessed_on=day if isinstance(day, date) else date.min,
            shortcomings=self.shortcomings.data or "",
            burden=self.burden.data or "",
            outside=self.outside.data or "",
            security_email=self.security_email.data or "",
            officer_email=self.officer_email.data or "",
        )
