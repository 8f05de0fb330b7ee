"""The outside world: formats and channels. Values go in, bytes or trees come out; no table is known here."""
