"""The order of Swedish words: case ignored, å ä ö last."""

_AFTER_Z = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "é": "e", "è": "e", "ü": "u"})


def swedish_key(text: str) -> str:
    """What a text sorts by in Swedish."""
    return text.casefold().translate(_AFTER_Z)
