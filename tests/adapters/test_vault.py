"""What is sealed opens with the right secret, for the right purpose, unchanged, and in no other case."""

import pytest

from deviations.adapters.vault import Sealed, mark, seal, unseal

SECRET, OTHER = "en hemlighet som är lång nog 1234", "en annan hemlighet, också lång nog"


@pytest.mark.parametrize("text", ["", "JBSWY3DPEHPK3PXP", "åäö 𝄞", "x" * 5000])
def test_what_was_sealed_comes_back(text: str) -> None:
    sealed = seal(SECRET, text, "totp")
    assert sealed.isascii()
    assert unseal(SECRET, sealed, "totp") == text


def test_the_sealed_text_shows_nothing_and_is_new_each_time() -> None:
    first, second = seal(SECRET, "JBSWY3DPEHPK3PXP", "totp"), seal(SECRET, "JBSWY3DPEHPK3PXP", "totp")
    assert first != second
    assert "JBSWY3DPEHPK3PXP" not in first


def test_another_secret_or_purpose_opens_nothing() -> None:
    sealed = seal(SECRET, "JBSWY3DPEHPK3PXP", "totp")
    for secret, purpose in ((OTHER, "totp"), (SECRET, "id token"), ("", "totp")):
        with pytest.raises(Sealed):
            unseal(secret, sealed, purpose)


@pytest.mark.parametrize("place", range(0, 100, 7))
def test_one_changed_sign_is_found(place: int) -> None:
    sealed = seal(SECRET, "JBSWY3DPEHPK3PXP", "totp")
    turned = "A" if sealed[place] != "A" else "B"
    with pytest.raises(Sealed):
        unseal(SECRET, sealed[:place] + turned + sealed[place + 1 :], "totp")


@pytest.mark.parametrize("rubbish", ["", "å", "gAAAA", "not sealed at all", "\x00"])
def test_what_was_never_sealed_is_refused(rubbish: str) -> None:
    with pytest.raises(Sealed):
        unseal(SECRET, rubbish, "totp")


def test_a_mark_is_the_same_each_time_and_differs_by_secret_text_and_purpose() -> None:
    made = mark(SECRET, "nonce", "one-time link")
    assert made == mark(SECRET, "nonce", "one-time link")
    assert len({made, mark(OTHER, "nonce", "one-time link"), mark(SECRET, "other", "one-time link"),
                mark(SECRET, "nonce", "totp")}) == 4  # fmt: skip
    assert len(made) == 43
    assert made.replace("-", "").replace("_", "").isalnum()
