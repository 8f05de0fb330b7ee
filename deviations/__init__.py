"""Mellan stolarna: deviations gather into structural barriers, and become letters whose answers are tracked."""
