"""The door for WSGI servers with several processes: `gunicorn wsgi:app`. Refuses a database of another version."""

from deviations import migrations
from deviations.app import create_app

app = create_app()
if migrations.current(app.extensions["engine"]) != migrations.newest():
    raise SystemExit("Databasen är inte på programmets version. Kör deviations init eller deviations migrate först.")
