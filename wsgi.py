"""The door for WSGI servers with several processes: `gunicorn wsgi:app`. Refuses a database of another version."""

from deviations import config
from deviations.app import create_app
from deviations.cli import opened, readiness
from deviations.cli.wording import Refused

app = create_app()
try:
    readiness.refuse_debugging()
    opened.check_version(app.extensions["engine"], config.default_folder())
except Refused as refused:
    raise SystemExit(refused.message) from None
