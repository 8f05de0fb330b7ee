"""Every refusal is a page in plain Swedish that says what to do, with what was typed given back."""

from flask import Flask, current_app, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from deviations.adapters.letter_tree import TooLarge
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.extensions import db
from deviations.services.attempts import TooManyGuesses
from deviations.web import conflicts, labels, noted
from deviations.web.access import kept_texts


def _page(code: int, title: str, text: str) -> tuple[str, int]:
    db.session.rollback()
    texts = kept_texts() if request.method == "POST" and code != 413 else []
    return render_template("errors/error.html", title=title, text=text, texts=texts), code


def _not_found(error: Exception) -> tuple[str, int]:
    if isinstance(error, NotFound):
        noted.refused(noted.THING)
    return _page(
        404,
        gettext("Sidan finns inte"),
        gettext(
            "Adressen kan vara fel, eller så hör innehållet till någon annan. Gå till startsidan och leta därifrån."
        ),
    )


def _not_allowed(error: NotAllowed) -> tuple[str, int]:
    code = 429 if isinstance(error, TooManyGuesses) else 409 if error.code == "no_such_move" else 403
    if error.code in noted.NOT_FOR_YOU:
        noted.refused(error.code)
    return _chosen_between(error) or _page(code, gettext("Det gick inte"), labels.refusal(error.code))


def _chosen_between(error: NotAllowed | None = None) -> tuple[str, int] | None:
    """What somebody else saved beside what was sent, where the form showed an older version of it."""
    db.session.rollback()
    return conflicts.page(error) if request.method == "POST" else None


def _stale(error: StaleDataError | IntegrityError) -> tuple[str, int]:
    return _chosen_between() or _page(
        409,
        gettext("Någon annan hann före"),
        gettext(
            "Någon sparade en ändring medan du skrev. Ladda om sidan, se vad som är ändrat och gör om ditt steg. "
            "Din text finns här under."
        ),
    )


def _token(error: CSRFError) -> tuple[str, int]:
    noted.refused(noted.TOKEN)
    return _page(
        400,
        gettext("Formuläret hade legat för länge"),
        gettext("Inget är sparat. Gå tillbaka, ladda om sidan och skicka igen. Din text finns här under."),
    )


def _database(error: DBAPIError | TimeoutError) -> tuple[str, int]:
    if isinstance(error, IntegrityError):  # what a check let through, because two saved the same thing at one moment
        current_app.logger.warning("A constraint refused a change", exc_info=error)
        return _stale(error)
    if isinstance(error, DBAPIError) and not _passing(error):
        raise error
    return _page(
        503,
        gettext("Inget sparades"),
        gettext("Databasen svarar inte just nu. Vänta en stund och försök igen. Din text finns här under."),
    )


def _passing(error: DBAPIError) -> bool:
    """Whether it is the database's state, not our question, that is at fault."""
    return type(error).__name__ in {"OperationalError", "InterfaceError"}


def _too_large(error: TooLarge) -> tuple[str, int]:
    return _page(422, gettext("Det gick inte"), str(error))


def _http(error: HTTPException) -> tuple[str, int]:
    sentences = {
        400: gettext("Det som skickades gick inte att läsa. Ladda om sidan och försök igen."),
        405: gettext("Så kan sidan inte användas. Gå till startsidan och leta därifrån."),
        413: gettext("Det som skickades är för stort. Korta texten, eller välj mindre filer, och försök igen."),
    }
    code = error.code or 500
    if code == 404:
        return _not_found(error)
    return _page(code, gettext("Det gick inte"), sentences.get(code, gettext("Försök igen om en stund.")))


def _wrong_host(error: SecurityError) -> Response:
    """Links, and so whole pages, can't be made for a name that is not ours; one sentence can."""
    sentence = gettext("Tjänsten finns inte på den här adressen. Kontrollera länken.")
    return Response(f"{sentence}\n", 400, mimetype="text/plain")


def _unexpected(error: Exception) -> tuple[str, int]:
    return _page(
        500,
        gettext("Något gick fel hos oss"),
        gettext("Felet är antecknat. Försök igen om en stund. Din text finns här under, om du skrev någon."),
    )


def init_app(app: Flask) -> None:
    """Sends every error to its page."""
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(CSRFError, _token)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(TimeoutError, _database)
    app.register_error_handler(TooLarge, _too_large)
    app.register_error_handler(SecurityError, _wrong_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _unexpected)
