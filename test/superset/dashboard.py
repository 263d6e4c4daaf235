"""examples/superset in a Superset of its own: imported, every chart asked for its data by the API and held against SQL, the dashboard
opened in Chromium.

With SUPERSET_UPDATE set, examples/superset is written anew, as Superset exports what it has imported (its charts with the queries that the page sends
for them), and so is the picture, doc/images/superset.png."""

import contextlib
import datetime
import decimal
import io
import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import yaml
from tap import ROOT, Database, done, note, ok, same

BIN = pathlib.Path(sys.executable).parent
EXAMPLE = ROOT / 'examples' / 'superset'
UPDATE = bool(os.environ.get('SUPERSET_UPDATE'))
PASSWORD = secrets.token_hex(8)

# What each chart is to show, in SQL over the CRM's own tables or over the views: its columns in any order
MONTH = "period = 'month' AND segment = 'all'"
EXPECTED = {
    'Win rate': f"SELECT period_start, win_rate AS rate_won FROM kpi.deals_by_period WHERE {MONTH} AND date_basis = 'closed' AND is_complete",
    'Win rate and its band': f"""
        SELECT period_start, win_rate AS rate_won, win_rate_low AS rate_won_low, win_rate_high AS rate_won_high
        FROM kpi.deals_by_period WHERE {MONTH} AND date_basis = 'closed' AND is_complete""",
    'Sales by month': """
        SELECT date_trunc('month', closed AT TIME ZONE 'UTC') AS period_start, sum(amount) FILTER (WHERE won) AS sales
        FROM deals WHERE won IS NOT NULL AND closed >= '2024-01-01 00:00+00' AND closed < '2026-01-01 00:00+00' GROUP BY 1""",
    'Win rate by source': """
        SELECT source AS segment_value, avg(won::integer)::double precision AS rate_won
        FROM deals WHERE won IS NOT NULL AND closed >= '2025-01-01 00:00+00' AND closed < '2026-01-01 00:00+00' GROUP BY 1""",
    'Attainment of quotas': "SELECT target_attainment AS attainment FROM kpi.quotas_by_period WHERE period = 'quarter' AND segment = 'all' AND period_start = '2025-10-01'",
    'Employees, eNPS': "SELECT enps_score(score) AS survey_score FROM survey_responses WHERE survey = 'eNPS' AND asked >= '2025-10-01 00:00+00' AND asked < '2026-01-01 00:00+00'",
    'Funnel': "SELECT stage, reached AS deals_reached FROM kpi.stages_by_period WHERE period = 'all time' AND segment = 'all'",
    'Stages': """
        SELECT step, stage, reached, advanced, lost, stalled, open, leakage_rate, median_days
        FROM kpi.stages_by_period WHERE period = 'all time' AND segment = 'all'""",
    'Moves from stage to stage': "SELECT source, target, value AS moves FROM kpi.stage_flows WHERE period = 'all time' AND segment = 'all'",
    'Recurring revenue, what moved it': """
        SELECT m.month, w.dimension, w.change AS change_of_mrr
        FROM mrr_movements((SELECT mrr_agg(customer, starts, ends, mrr, date '2025-12-31') FROM subscriptions)) m
        CROSS JOIN LATERAL (VALUES ('new', m.new), ('expansion', m.expansion), ('reactivated', m.reactivated), ('contraction', -m.contraction), ('churned', -m.churned)) w (dimension, change)
        WHERE m.month >= '2025-11-01'""",
    'Retention by cohort': """
        SELECT cohort, months_since, rate AS retention FROM kpi.cohort_retention WHERE cohort >= '2025-07-01' AND is_complete""",
}


def comparable(value):
    """A value as Superset's JSON and as psycopg2 give it, made one: numbers to 12 digits, moments as milliseconds."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, datetime.datetime):
        return f'{value.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000:.11e}'
    if isinstance(value, datetime.date):
        return comparable(datetime.datetime(value.year, value.month, value.day))
    if isinstance(value, (int, float, decimal.Decimal)):
        return f'{float(value):.11e}'
    with contextlib.suppress(ValueError):
        return f'{float(value):.11e}'
    return value


def as_set(rows):
    return sorted(json.dumps({name: comparable(value) for name, value in row.items()}, sort_keys=True) for row in rows)


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def packed(folder, address):
    """The example as a zip, its database where this one is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as archive:
        for file in sorted(folder.rglob('*.yaml')):
            text = file.read_text(encoding='utf-8')
            if file.parent.name == 'databases':
                database = yaml.safe_load(text)
                database['sqlalchemy_uri'] = address
                text = yaml.safe_dump(database)
            archive.writestr(f'superset/{file.relative_to(folder)}', text)
    return out.getvalue()


class Superset:
    """A Superset of its own: SQLite for what it keeps, one server on loopback."""

    def __init__(self):
        self.home = tempfile.mkdtemp(prefix='superset.')
        self.port = free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        self.environment = {**os.environ, 'SUPERSET_HOME': self.home, 'SUPERSET_SECRET': secrets.token_hex(24), 'FLASK_APP': 'superset.app:create_app()',
                            'SUPERSET_CONFIG_PATH': str(ROOT / 'test' / 'shared' / 'python' / 'superset_config.py'), 'PATH': f'{BIN}:{os.environ["PATH"]}'}
        self.log = open(pathlib.Path(self.home) / 'log', 'w+', encoding='utf-8')
        self.token = None

    def said(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text(encoding='utf-8')

    def command(self, *arguments):
        run = subprocess.run([BIN / 'superset', *arguments], env=self.environment, stdout=self.log, stderr=subprocess.STDOUT, check=False, cwd=self.home)
        return run.returncode == 0

    def start(self):
        self.server = subprocess.Popen([BIN / 'gunicorn', '--workers', '1', '--worker-class', 'gthread', '--threads', '6', '--timeout', '120',
                                        '--bind', f'127.0.0.1:{self.port}', 'superset.app:create_app()'], env=self.environment, stdout=self.log, stderr=subprocess.STDOUT, cwd=self.home)
        until = time.monotonic() + 180
        while time.monotonic() < until and self.server.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f'{self.url}/health', timeout=20) as answer:
                return answer.status == 200
            time.sleep(1)
        return False

    def stop(self):
        if getattr(self, 'server', None):
            self.server.terminate()
            self.server.wait(timeout=60)
        self.log.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def ask(self, method, path, body=None, form=None):
        """The JSON that the API answers, or the bytes where it is none; an error with what was said where it refuses."""
        headers = {'Authorization': f'Bearer {self.token}'} if self.token else {}
        data = None
        if form is not None:
            boundary = secrets.token_hex(16)
            parts = []
            for name, (filename, content) in form.items():
                disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else '')
                parts.append(f'--{boundary}\r\nContent-Disposition: {disposition}\r\n\r\n'.encode() + content + b'\r\n')
            data = b''.join(parts) + f'--{boundary}--\r\n'.encode()
            headers['Content-Type'] = f'multipart/form-data; boundary={boundary}'
        elif body is not None:
            data = json.dumps(body).encode()
            headers['Content-Type'] = 'application/json'
        request = urllib.request.Request(f'{self.url}{path}', data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                content = answer.read()
                return json.loads(content) if 'json' in answer.headers.get('Content-Type', '') else content
        except urllib.error.HTTPError as error:
            raise RuntimeError(f'{method} {path}: {error.code} {error.read().decode(errors="replace")[:2000]}') from None


def main(crm, superset):
    begun = time.monotonic()
    set_up = superset.command('db', 'upgrade') and superset.command('fab', 'create-admin', '--username', 'admin', '--firstname', 'a', '--lastname', 'b',
                                                                      '--email', 'admin@example.org', '--password', PASSWORD) and superset.command('init')
    if not ok(set_up, 'Superset makes its own database, in SQLite', superset.said()):
        return
    if not ok(superset.start(), 'its server starts, on loopback', superset.said()):
        return
    superset.token = superset.ask('POST', '/api/v1/security/login', {'username': 'admin', 'password': PASSWORD, 'provider': 'db'})['access_token']
    note(f'after {time.monotonic() - begun:.0f} s')

    address = f'postgresql+psycopg2://superset:XXXXXXXXXX@127.0.0.1:{os.environ["PGPORT"]}/{crm.name}'
    archive = packed(EXAMPLE, address)
    answer = superset.ask('POST', '/api/v1/dashboard/import/', form={
        'formData': ('sales.zip', archive), 'passwords': (None, json.dumps({f'databases/{file.name}': PASSWORD for file in (EXAMPLE / 'databases').iterdir()}).encode()), 'overwrite': (None, b'true')})
    same(answer, {'message': 'OK'}, 'examples/superset is imported')

    charts = {chart['slice_name']: chart['id'] for chart in superset.ask('GET', '/api/v1/chart/?q=(page_size:100)')['result']}
    same(sorted(charts), sorted(EXPECTED), f'its {len(EXPECTED)} charts are there')
    for dataset in superset.ask('GET', '/api/v1/dataset/?q=(page_size:100)')['result']:
        described = superset.ask('GET', f'/api/v1/dataset/{dataset["id"]}')['result']
        there = {name for name, in crm.rows(f"SELECT attname FROM pg_attribute WHERE attrelid = 'kpi.{dataset['table_name']}'::regclass AND attnum > 0")}
        same([c['column_name'] for c in described['columns'] if c['column_name'] not in there], [], f'dataset {dataset["table_name"]}: the view has all {len(described["columns"])} columns')

    def check(name, rows, of):
        expected = crm.dicts(EXPECTED[name])
        ok(rows and as_set(rows) == as_set(expected), f'{of} {name}: the {len(expected)} rows that SQL gives', f'expected {as_set(expected)[:5]}\n     got {as_set(rows)[:5]}')

    if not UPDATE:
        for name, number in sorted(charts.items()):
            try:
                result = superset.ask('GET', f'/api/v1/chart/{number}/data/?force=true')['result'][0]
                ok(not result.get('error'), f'API, {name}: no error', result.get('error'))
                check(name, result['data'], 'API,')
            except RuntimeError as error:
                ok(False, f'API, {name}', error)

    # The page, in a browser
    picture = pathlib.Path(superset.home) / 'superset.png'
    seen = subprocess.run(['node', 'test/superset/page.mjs', superset.url, 'sales', picture], cwd=ROOT, env={**os.environ, 'SUPERSET_PASSWORD': PASSWORD},
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if not ok(seen.returncode == 0, 'Chromium opens the dashboard', seen.stderr):
        return
    page = json.loads(seen.stdout)
    same(page['errors'], [], 'no chart of it shows an error')
    same(page['drawn'], len(EXPECTED), 'all are drawn')
    by_number = {number: name for name, number in charts.items()}
    asked = {by_number[answer['chart']]: answer for answer in page['answers']}
    same(sorted(asked), sorted(EXPECTED), 'the page asked for the data of each')
    for name, answer in sorted(asked.items()):
        check(name, answer['rows'], 'page,')
    note(f'after {time.monotonic() - begun:.0f} s')

    if UPDATE:
        for name, answer in asked.items():
            context = {**answer['query'], 'force': False}
            context['form_data'].pop('url_params', None)
            superset.ask('PUT', f'/api/v1/chart/{charts[name]}', {'query_context': json.dumps(context), 'query_context_generation': True})
        export(superset)
        shutil.copy(picture, ROOT / 'doc' / 'images' / 'superset.png')


def export(superset):
    """Writes examples/superset as Superset exports it, but for the address of the database."""
    number = superset.ask('GET', '/api/v1/dashboard/sales')['result']['id']
    archive = zipfile.ZipFile(io.BytesIO(superset.ask('GET', f'/api/v1/dashboard/export/?q=!({number})')))
    shutil.rmtree(EXAMPLE)
    for name in archive.namelist():
        content = yaml.safe_load(archive.read(name))
        parts = name.split('/')[1:]
        if parts[0] == 'metadata.yaml':
            content['timestamp'] = '2026-11-26T00:00:00+00:00'
        if parts[0] == 'databases':
            content['sqlalchemy_uri'] = 'postgresql+psycopg2://superset:XXXXXXXXXX@localhost:5432/mydb'
        file = EXAMPLE.joinpath(*parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=150), encoding='utf-8')


with Database('funnel_superset', '--file', 'examples/crm/schema.sql', '--file', 'examples/crm/generate.sql', '--set', 'as_of=2026-01-01 00:00+00',
              '--file', 'examples/nightly/install.sql') as sample:
    # A login that may read the views and nothing else, as doc/bi.md says
    sample.run(f"""
        CREATE ROLE superset LOGIN PASSWORD '{PASSWORD}' IN ROLE kpi_reader;
        ALTER ROLE superset SET timezone = 'UTC';
        ALTER ROLE superset SET statement_timeout = '60s'""")
    program = Superset()
    try:
        main(sample, program)
    except RuntimeError as error:
        ok(False, 'the API answers', f'{error}\n{program.said()[-9000:]}')
    finally:
        program.stop()
        sample.run('DROP ROLE superset')
done()
