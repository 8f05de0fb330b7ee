"""Fetches the provider's packages, so that the tests find them: `python -m tests.sso_provider`."""

import sys

from tests import sso_provider

if missing := sso_provider.why_not():
    sys.exit(missing)
sso_provider.modules()
