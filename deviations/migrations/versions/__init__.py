"""Numbered steps of the database, oldest first."""
