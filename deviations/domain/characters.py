"""Which characters no database, page or document can hold, and how a text with them is shown."""

import unicodedata

UNREADABLE = "\N{REPLACEMENT CHARACTER}"  # what a browser's broken bytes become too


def holdable(letter: str) -> bool:
    """Whether a character can be kept and shown: no control character but tab and line ends, no half of a letter, and
    none of the 66 that are no characters at all (Unicode 15, section 23.7), which neither HTML nor Word may hold.
    """
    code = ord(letter)
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return False
    return letter in "\n\r\t" or unicodedata.category(letter) not in {"Cc", "Cs"}


def showable(text: str) -> str:
    """The text with what can't be held made visible as �, to be given back."""
    return "".join(letter if holdable(letter) else UNREADABLE for letter in text)
