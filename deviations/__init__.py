"""Mellan stolarna: deviations are filed, gather into structural barriers, and become letters whose answers are tracked."""
