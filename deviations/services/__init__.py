"""Writes: one verb per function, `(session, actor, …, at)`, each state change ending in one audit line."""
