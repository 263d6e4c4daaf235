"""Superset's settings for test/superset: all that it writes goes to SUPERSET_HOME, and it speaks to nobody."""

import os

SECRET_KEY = os.environ['SUPERSET_SECRET']
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['SUPERSET_HOME']}/superset.db?check_same_thread=false"
WTF_CSRF_ENABLED = False            # the test logs in by forms and tokens, from loopback
TALISMAN_ENABLED = False
SESSION_COOKIE_SECURE = False
RATELIMIT_ENABLED = False
AUTH_RATE_LIMITED = False
PREVENT_UNSAFE_DB_CONNECTIONS = True
LOG_LEVEL = 'WARNING'
