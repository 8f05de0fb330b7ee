"""The English catalogue is whole: every Swedish sentence of the program has its translation, compiled."""

import io
from collections.abc import Callable
from pathlib import Path

from babel.messages import extract, frontend, mofile, pofile
from babel.messages.catalog import Catalog

from tests.house.tree import PACKAGE

FOLDER = PACKAGE / "translations"
ENGLISH = FOLDER / "en" / "LC_MESSAGES"
AGAIN = "run .ci/translate and fill in what is empty"
# Beside Babel's own (_, gettext, ngettext …): texts that are marked here and translated later.
KEYWORDS = {**extract.DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "N_": None}


def texts_of_the_program() -> dict[str | tuple[str, ...], str]:
    """Every text that is marked for translation, with the first file that has it."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = frontend.parse_mapping_cfg(file)
    found = extract.extract_from_dir(PACKAGE, methods, options, KEYWORDS)
    return {text: name for name, _line, text, _comments, _context in reversed(list(found))}


def read(path: Path, reader: Callable[..., Catalog]) -> Catalog:
    with path.open("rb") as file:
        return reader(file)


def test_every_text_has_an_english_translation() -> None:
    catalogue = read(ENGLISH / "messages.po", pofile.read_po)
    translated = {message.id for message in catalogue if message.id and message.string and not message.fuzzy}
    whole = {
        message.id
        for message in catalogue
        if not message.pluralizable or (isinstance(message.string, tuple) and all(message.string))
    }
    missing = {text: name for text, name in texts_of_the_program().items() if text not in translated & whole}
    assert missing == {}, AGAIN


def test_no_translation_is_left_of_a_text_that_is_gone() -> None:
    catalogue = read(ENGLISH / "messages.po", pofile.read_po)
    assert {message.id for message in catalogue if message.id} - set(texts_of_the_program()) == set(), AGAIN


def test_placeholders_are_the_same_in_both_languages() -> None:
    catalogue = read(ENGLISH / "messages.po", pofile.read_po)
    faults = [(message.id, str(error)) for message, errors in catalogue.check() for error in errors]
    assert faults == []


def test_the_compiled_catalogue_is_that_of_the_written_one() -> None:
    compiled = io.BytesIO()
    mofile.write_mo(compiled, read(ENGLISH / "messages.po", pofile.read_po))
    compiled.seek(0)
    fresh, stored = mofile.read_mo(compiled), read(ENGLISH / "messages.mo", mofile.read_mo)
    assert {str(m.id): m.string for m in stored if m.id} == {str(m.id): m.string for m in fresh if m.id}, AGAIN
