"""Who a person is: her roles, and where each of them holds."""

from deviations.domain.roles import Actor, Membership, Role, actor

LENA = actor(3, "Lena", [(Role.LEAD, 1), (Role.REPORTER, 2)])
VERA = actor(4, "Vera", [(Role.COORDINATOR, None)])


def test_a_person_has_the_roles_of_her_memberships() -> None:
    assert LENA.has(Role.LEAD)
    assert LENA.has(Role.STEERING, Role.REPORTER)
    assert not LENA.has(Role.COORDINATOR, Role.ADMIN)


def test_a_person_without_memberships_has_no_role() -> None:
    nobody = Actor(1, "Nils")
    assert not nobody.has(*Role)
    assert nobody.roles == ()
    assert nobody.subprojects() == frozenset()


def test_asking_for_no_role_finds_none() -> None:
    assert not VERA.has()


def test_the_subprojects_are_those_of_the_named_role() -> None:
    assert LENA.subprojects(Role.LEAD) == {1}
    assert LENA.subprojects(Role.REPORTER) == {2}
    assert LENA.subprojects() == {1, 2}


def test_a_role_in_the_whole_program_is_in_no_subproject() -> None:
    assert VERA.subprojects() == frozenset()
    assert VERA.subprojects(Role.COORDINATOR) == frozenset()


def test_roles_are_listed_once_in_their_order() -> None:
    both = actor(5, "Lisa", [(Role.LEAD, 2), (Role.LEAD, 1), (Role.REPORTER, 1)])
    assert both.roles == (Role.REPORTER, Role.LEAD)


def test_plain_pairs_become_memberships() -> None:
    assert LENA.memberships == {Membership(Role.LEAD, 1), Membership(Role.REPORTER, 2)}
