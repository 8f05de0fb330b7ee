"""Tokens are long and new, what is kept of them opens nothing, and a link's is worked out only with the secret."""

from deviations.services.tokens import BYTES, derived, fresh, hashed

SECRET = "en hemlighet som är lång nog 1234"


def test_tokens_are_new_each_time_and_have_at_least_256_bits() -> None:
    made = {fresh() for _ in range(200)}
    assert len(made) == 200
    assert {len(token) for token in made} == {-(-BYTES * 8 // 6)}
    assert BYTES * 8 >= 256


def test_what_is_kept_is_not_the_token() -> None:
    token = fresh()
    assert token not in hashed(token)
    assert hashed(token) == hashed(token) != hashed(token + "x")
    assert len(hashed("lone \ud800 surrogate")) == 64


def test_a_links_token_needs_both_the_nonce_and_the_secret() -> None:
    nonce = fresh()
    assert derived(SECRET, nonce) == derived(SECRET, nonce)
    assert derived(SECRET, nonce) != derived(SECRET + "x", nonce)
    assert derived(SECRET, nonce) != derived(SECRET, nonce + "x")
    assert nonce not in derived(SECRET, nonce)
