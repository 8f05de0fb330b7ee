"""Reads: questions with answers, always for an actor."""
