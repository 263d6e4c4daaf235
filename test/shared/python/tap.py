"""What the tests that are written in Python share: TAP, and a database of their own."""

import os
import pathlib
import subprocess
import sys

import psycopg2

ROOT = pathlib.Path(__file__).resolve().parents[3]

_count = 0
_failed = 0


def ok(passed, name, why=''):
    global _count, _failed
    _count += 1
    print(f"{'ok' if passed else 'not ok'} {_count} - {name}", flush=True)
    if not passed:
        _failed += 1
        for line in str(why).splitlines()[-40:]:
            print(f'# {line}', flush=True)
    return passed


def same(got, expected, name):
    return ok(got == expected, name, f'expected {expected!r}\n     got {got!r}')


def note(text):
    print(f'# {text}', flush=True)


def done():
    print(f'1..{_count}')
    sys.exit(1 if _failed else 0)


def psql(database, *arguments):
    command = ['psql', '--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--output', os.devnull, '--dbname', database, *arguments]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, 'PGOPTIONS': '--client-min-messages=warning'})


class Database:
    """A database that has the extension and what the arguments of psql put there; dropped at the end."""

    def __init__(self, name, *arguments):
        self.name = name
        subprocess.run(['dropdb', '--if-exists', '--force', name], check=True, stderr=subprocess.DEVNULL)
        subprocess.run(['createdb', name], check=True)
        psql(name, '--command', 'CREATE EXTENSION funnel_metrics', *arguments)

    def __enter__(self):
        self.connection = psycopg2.connect(dbname=self.name)
        self.connection.autocommit = True
        return self

    def __exit__(self, *_):
        self.connection.close()
        subprocess.run(['dropdb', '--force', self.name], check=True)

    def run(self, sql):
        with self.connection.cursor() as cursor:
            cursor.execute(sql)

    def rows(self, sql):
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def dicts(self, sql):
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row)) for row in cursor.fetchall()]

    def value(self, sql):
        return self.rows(sql)[0][0]
