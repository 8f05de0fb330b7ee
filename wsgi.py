"""The door for WSGI servers with several processes: `gunicorn wsgi:app`."""

from deviations.app import create_app

app = create_app()
