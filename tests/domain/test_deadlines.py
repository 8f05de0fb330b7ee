"""What people are promised is counted in plain days, over months and years too."""

from datetime import date

from deviations.domain.deadlines import local_answer_by, reply_by


def test_the_first_reply_comes_within_a_week() -> None:
    assert reply_by(date(2026, 12, 28)) == date(2027, 1, 4)


def test_a_local_action_is_answered_within_sixty_days() -> None:
    assert local_answer_by(date(2028, 1, 1)) == date(2028, 3, 1)  # 2028 is a leap year
