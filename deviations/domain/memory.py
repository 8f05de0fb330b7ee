"""Which reports are known and where each is placed; what is learnt one by one is what would be learnt at once.

A report is known by a place (a number); its rows lie there in every block. A barrier's number is its owner in the sums
of barriers; every report that is in no barrier is an owner of its own in the sums of single ones.
"""

from array import array
from bisect import insort
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from deviations.domain.postings import Sums
from deviations.domain.rows import Row, Rows

UNPLACED, EXAMPLE, GONE = -1, -2, -3
"""What stands for the barrier of a report that has none."""

FEW = 500
"""Up to so many reports all are compared one by one, and every change weighs all terms anew."""

GROWN = 2
"""So many times as many reports as when all was summed, and all is summed anew, with the weights of now."""

THINNED_AT = 20_000
"""So many reports are learnt before what is too common is told from what is not."""


class Memory:
    """The reports that are known: their rows, where each is placed, and the sums of barriers and of single reports."""

    def __init__(self, blocks: Sequence[Rows]) -> None:
        """Know nobody; the blocks are empty."""
        self.blocks = blocks
        self.barriers, self.singles = Sums(blocks, units=False), Sums(blocks, units=True)
        self.names: list[str] = []
        self.members: list[list[int]] = []
        self.ids: list[str] = []
        self.at: dict[str, int] = {}
        self.alone = array("q")
        self._numbers: dict[str, int] = {}
        self._homes = array("i")
        self._owners = array("i")
        self._marks = array("q")
        self._gone: list[int] = []
        self._summed = 0

    def __len__(self) -> int:
        """How many reports are known."""
        return len(self.at)

    def number(self, barrier: str) -> int:
        """Return the number of a barrier, a new one if it has none yet."""
        if barrier not in self._numbers:
            self._numbers[barrier] = self.barriers.owner()
            self.names.append(barrier)
            self.members.append([])
        return self._numbers[barrier]

    def number_of(self, barrier: str) -> int | None:
        """Return the number of a barrier that is known."""
        return self._numbers.get(barrier)

    def home(self, at: int) -> int:
        """Return the number of the barrier that a report is in, or what stands for none."""
        return self._homes[at]

    def singles_at(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the places of the reports that are in no barrier, by owner, with what stands for their barrier."""
        places = np.frombuffer(self.alone, dtype=np.int64).copy()  # an array that is looked into cannot grow
        homes: NDArray[np.int32] = np.frombuffer(self._homes, dtype=np.int32)[np.maximum(places, 0)]
        homes[places == GONE] = GONE
        return places, homes

    def same(self, id: str, mark: int) -> bool:
        """Say whether a report is known with this text."""
        at = self.at.get(id)
        return at is not None and self._marks[at] == mark

    def add(self, id: str, mark: int, rows: Sequence[Row], home: int) -> None:
        """Know one more report, by its rows; `mark` is any number that changes when its text does."""
        self.remove(id)
        at = len(self.ids)
        for block, row in zip(self.blocks, rows, strict=True):
            block.add(row)
        self.at[id] = at
        self.ids.append(id)
        self._marks.append(mark)
        self._homes.append(home)
        self._owners.append(GONE)
        self._enter(at, home)
        if len(self) == THINNED_AT:
            self._thin()

    def move(self, id: str, home: int) -> None:
        """Place a known report elsewhere."""
        at = self.at[id]
        if self._homes[at] != home:
            self._leave(at)
            self._enter(at, home)

    def remove(self, id: str) -> None:
        """Forget a report; one that is not known is no fault."""
        at = self.at.pop(id, None)
        if at is None:
            return
        self._leave(at)
        self._homes[at] = GONE
        for block in self.blocks:
            block.drop(at)
        self._gone.append(at)

    def _enter(self, at: int, home: int) -> None:
        self._homes[at] = home
        if home >= 0:
            insort(self.members[home], at, key=self._order)
            self._owners[at] = home
        else:
            self._owners[at] = self.singles.owner()
            self.alone.append(at)
        self._sums(home).put(self._owners[at], at, 1)

    def _leave(self, at: int) -> None:
        home, owner = self._homes[at], self._owners[at]
        if home >= 0:
            self.members[home].remove(at)
        else:
            self.alone[owner] = GONE
        self._sums(home).put(owner, at, -1)

    def _sums(self, home: int) -> Sums:
        return self.barriers if home >= 0 else self.singles

    def _order(self, at: int) -> tuple[int, str]:
        """The order in which reports came, whenever they were learnt: numbers by size, else by spelling."""
        return len(self.ids[at]), self.ids[at]

    @property
    def few(self) -> bool:
        """Whether all reports are compared one by one."""
        return not self._summed and len(self) <= FEW

    @property
    def outgrown(self) -> bool:
        """Whether so many reports have come since all was summed that it should be done anew."""
        return len(self) > GROWN * self._summed

    def settle(self) -> None:
        """Take in all that has changed, so that questions find it."""
        if self.few:
            for block in self.blocks:
                block.weigh(anew=True)
        elif self.outgrown:
            self._sum_anew()
        else:
            for block in self.blocks:
                block.weigh(anew=False)
            self.barriers.fold()
            self.singles.fold()
        self._forget()

    def _sum_anew(self) -> None:
        self._thin()
        for block in self.blocks:
            block.weigh(anew=True)
        self.barriers.build((number, at) for number, members in enumerate(self.members) for at in members)
        self.singles.build((owner, at) for owner, at in enumerate(self.alone) if at != GONE)
        self._summed = len(self)

    def _thin(self) -> None:
        for block in self.blocks:
            block.thin()

    def _forget(self) -> None:
        """Let go the rows of reports that are gone, once no sum has to take them away any more."""
        if self._gone:
            waiting = self.barriers.waiting | self.singles.waiting
            for at in self._gone:
                if at not in waiting:
                    for block in self.blocks:
                        block.forget(at)
            self._gone = [at for at in self._gone if at in waiting]
