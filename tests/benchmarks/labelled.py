"""The labelled reports that weights are learnt and judged on: four sets by different hands, as one, in mixed order."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

from deviations.domain.evaluation import given
from deviations.domain.facts import Fact
from deviations.domain.ranking import Ranker
from deviations.domain.scoring import Example
from deviations.domain.similarity import Catalogue
from deviations.services.catalogue import shipped_cards

ROOT = Path(__file__).resolve().parents[2]
SETS = MappingProxyType(
    {
        "dev": ROOT / "deviations/demo/reports_dev.jsonl",
        "corpus": ROOT / "tests/domain/grouping_corpus.jsonl",
        "demo": ROOT / "deviations/demo/reports_written.jsonl",
        "second": ROOT / "tests/domain/grouping_second.jsonl",
    }
)
HELD_OUT = ROOT / "tests/domain/grouping_fresh.jsonl"

SAME = MappingProxyType(
    {
        "corpus:W05": "demo:CONSENT",
        "second:S14": "demo:CONSENT",
        "corpus:W10": "demo:NPF-QUEUE",
        "corpus:W08": "demo:TRY-WORK",
        "second:S07": "corpus:W04",
        "second:S01": "corpus:W02",
        "second:S03": "corpus:W11",
    }
)
"""Barriers that two hands have described: one and the same in the sets together."""

Reports = list[tuple[Fact, str | None]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A report's barrier, whether it was known when the report came, and the numbers of those it was ranked among."""

    barrier: str
    known: bool
    example: Example


def read(path: Path, name: str) -> Reports:
    """One set, each report with its barrier by the set's name; what no hand has placed is a barrier of its own."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(_fact(f"{name}{at}", row), f"{name}:{of}") for at, row in enumerate(rows) if (of := _barrier(row))]


def _barrier(row: dict[str, Any]) -> str | None:
    return row.get("barrier_id", row.get("barrier"))


def _fact(id: str, row: dict[str, Any]) -> Fact:
    return Fact(
        id=id,
        title=row["title"],
        body=row["body"],
        agencies=tuple(row["agencies"]),
        rule=row.get("rule") or None,
        rule_hint=row.get("rule_hint") or "",
    )


def union() -> Reports:
    """All sets as one."""
    return [(fact, SAME.get(str(of), of)) for name, path in SETS.items() for fact, of in read(path, name)]


def mixed(reports: Reports, level: str, seed: int) -> Reports:
    """The reports with less filled in, in an order of chance."""
    made = given(reports, level, seed)
    Random(seed).shuffle(made)
    return made


def halves(reports: Reports, seed: int) -> tuple[set[str], set[str]]:
    """The barriers in two halves; whoever learns on one has never seen the other's."""
    barriers = sorted({str(of) for _, of in reports})
    Random(seed).shuffle(barriers)
    return set(barriers[::2]), set(barriers[1::2])


def judged(reports: Sequence[tuple[Fact, str | None]], catalogue: Catalogue, first: int = 40) -> Iterator[Judged]:
    """Rank each report, from the `first` on, among the barriers of those before it, and give the numbers."""
    ranker, seen = Ranker(catalogue=catalogue), set[str]()
    for number, (fact, of) in enumerate(reports, start=1):
        barrier = str(of)
        if number >= first:
            found = ranker.features(fact)
            right = found.barriers.index(barrier) if barrier in found.barriers else None
            yield Judged(barrier, barrier in seen, Example(found.values, right))
        ranker.add(fact, barrier)
        seen.add(barrier)


def catalogue() -> Catalogue:
    """The rules that ship with the program."""
    return Catalogue(shipped_cards())
