"""The rules of the field in plain Python: no Flask, no SQLAlchemy, nothing that needs a database."""
