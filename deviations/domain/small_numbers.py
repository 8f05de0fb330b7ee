"""How few a count may be and still leave a subproject: 1 to 4 reads "färre än 5", and can't be
worked out from a total.

The threshold of five is the programme's own decision (domain facts 5.2: no published figure was found); 0
may be shown.
"""

from collections.abc import Sequence

THRESHOLD = 5
WITHHELD = "uppgift visas inte"


def is_small(count: int, threshold: int = THRESHOLD) -> bool:
    """Whether a count is one that must be hidden. Raises ValueError for a negative count."""
    if count < 0:
        raise ValueError("a count cannot be negative")
    return 0 < count < threshold


def shown(count: int, threshold: int = THRESHOLD) -> str:
    """A count as it may be read outside its subproject: "0", "färre än 5", "17", "12 500" (hard space)."""
    if is_small(count, threshold):
        return f"färre än {threshold}"
    return str(count) if count < 10_000 else f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


def rounded(count: int, threshold: int = THRESHOLD) -> str:
    """A count as it may be read by somebody who can ask for it again and again, each time of a little more: "0", "färre
    än 5", "15–19". What lies between two of them is then never told exactly.
    """
    if count < threshold:
        return shown(count, threshold)
    least = count - count % threshold
    return f"{shown(least, threshold)}–{shown(least + threshold - 1, threshold)}"


def hide(rows: Sequence[tuple[str, int]], threshold: int = THRESHOLD) -> list[tuple[str, str]]:
    """The rows of a table, in their order, as they may stand beside their shown total.

    Small counts read "färre än 5". Where the total would give them away (only one is small, or all the
    small ones are 1, or all are 4) they and the next smallest row, with every row as large as that one,
    read "uppgift visas inte": a reader then knows that one of them is small, but not which. Rows of 0 are
    shown and help nobody.

    A reader who knows this rule, the total and all that is shown can still not tell any hidden count. The one
    exception is inherent: when every row is 1 (or there is one row only), the total and the number of rows
    already say so, with or without a table.
    """
    small = [count for _, count in rows if is_small(count, threshold)]
    if not small or len(rows) == 1 or not _derivable(small, threshold):
        return [(name, shown(count, threshold)) for name, count in rows]
    limit = min((count for _, count in rows if count >= threshold), default=max(small))
    return [(name, WITHHELD if 0 < count <= limit else shown(count, threshold)) for name, count in rows]


def total(count: int, *tables: Sequence[tuple[str, int]], threshold: int = THRESHOLD) -> str:
    """A sum as it may stand beside tables of its parts that `hide` has been through.

    Where every row of a table is small and the sum would still tell each (all are 1, say), the sum is what gives them
    away, and reads "minst 5".
    """
    if is_small(count, threshold):
        return shown(count, threshold)
    return at_least(threshold) if any(_told_by_sum(rows, threshold) for rows in tables) else shown(count, threshold)


def guarded(rows: Sequence[tuple[str, int]], threshold: int = THRESHOLD) -> str:
    """The sum of rows for somebody who may know some of them, as her own: exact only when no row is small."""
    count = sum(number for _, number in rows)
    if is_small(count, threshold) or not any(is_small(number, threshold) for _, number in rows):
        return shown(count, threshold)
    return at_least(threshold)


def beside(own: int, threshold: int = THRESHOLD) -> str:
    """A count of which the reader knows her `own` part, while the rest is or may be small: it tells nothing of it.

    It must read the same below and above the threshold, else the report of hers that crosses it would tell the sum.
    """
    return f"minst {own}" if own else f"färre än {threshold}"


def at_least(threshold: int = THRESHOLD) -> str:
    """What a sum reads when its exact value would give small counts away."""
    return f"minst {threshold}"


def _told_by_sum(rows: Sequence[tuple[str, int]], threshold: int) -> bool:
    small = [count for _, count in rows if is_small(count, threshold)]
    everything = all(count < threshold for _, count in rows)
    return bool(small) and everything and _derivable(small, threshold)


def _derivable(small: Sequence[int], threshold: int) -> bool:
    """Whether the sum of the small counts, which the total gives away, tells each of them."""
    return len(small) == 1 or sum(small) in (len(small), len(small) * (threshold - 1))
