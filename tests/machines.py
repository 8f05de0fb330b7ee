"""What the state machines of the tests share: one transaction on one of both databases, rolled back in the end."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.people import People, find


class InOneTransaction(RuleBasedStateMachine):
    """A play in a transaction of its own with the named people."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(self.engine.execution_options(write=True), expire_on_commit=False)
        self.people: People = find(self.session)

    def teardown(self) -> None:
        self.session.rollback()
        self.session.close()


def play(machine: type[InOneTransaction], engine: Engine, *, plays: int, steps: int) -> None:
    """Plays so many times, each of so many steps at the most."""
    on_engine = type(machine.__name__, (machine,), {"engine": engine})
    run_state_machine_as_test(
        on_engine,
        settings=settings(
            max_examples=plays,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # making an example smaller takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
