"""How much is tried against each form and address: some in turn, or, before a release (`DEEP=1`), all against all."""

import os
from collections.abc import Sized

DEEP = os.environ.get("DEEP") == "1"


def each(some: int, of: Sized) -> int:
    """How many of these each form or address gets."""
    return len(of) if DEEP else some
