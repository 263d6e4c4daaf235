"""examples/dbt as a package that another project takes by a git address, over a company's own tables (those of test/shared/company.sql):
mapped by variables, with a staging model of the company's own; the figures are those of examples/nightly. What does not fit is told."""

import pathlib
import shutil
import subprocess
import tempfile

import yaml

from dbt_project import PROJECT, Dbt
from tap import Database, done, ok, psql, same

ZONE = 'Asia/Kuala_Lumpur'
AS_OF = '2025-12-01 00:00+08'
DEFINITION = 'New > Qualify > Demo > Quote > Legal > Won; lost: Lost'

WON = "CASE WHEN deal_status ILIKE '%won%' THEN true WHEN deal_status ILIKE ANY (ARRAY['%lost%', 'disqualified']) THEN false END"
VARIABLES = {
    'crm_schema': 'app', 'zone': ZONE, 'as_of': AS_OF, 'definition': DEFINITION,
    'deals_table': 'opportunities', 'deals_where': 'NOT is_deleted', 'deal_key_type': 'text', 'deals_loaded_at': None,
    'deal_columns': {
        'deal_id': '"Opportunity ID"', 'owner': 'owner_email', 'source': 'initcap(lead_src)', 'industry': None,
        'region': '(SELECT team FROM app."Employees" WHERE "EmpEmail" = t.owner_email)', 'amount': '"Value (USD)"',
        'created': f"created_on AT TIME ZONE '{ZONE}'", 'closed': f"CASE WHEN {WON} IS NOT NULL THEN close_dt AT TIME ZONE '{ZONE}' END", 'won': WON},
    'leads_table': 'inbound_leads', 'lead_key_type': 'integer', 'leads_loaded_at': "created_utc AT TIME ZONE 'UTC'",
    'lead_columns': {
        'lead_id': 'lead_no', 'owner': None, 'source': 'channel', 'region': None, 'created': "created_utc AT TIME ZONE 'UTC'",
        'first_response': "first_touch_utc AT TIME ZONE 'UTC'", 'converted': "CASE WHEN became_opp IS NOT NULL THEN created_utc AT TIME ZONE 'UTC' END",
        'answer_within': "CASE channel WHEN 'chat' THEN interval '5 minutes' WHEN 'phone' THEN '1 hour' END"},
    'subscriptions_table': 'billing_subs', 'customer_key_type': 'integer',
    'subscription_columns': {
        'customer': 'account_no', 'starts': 'started', 'ends': 'cancelled', 'mrr': "qty * unit_price / CASE billing_interval WHEN 'year' THEN 12 ELSE 1 END"},
    'own_staging': ['stg_crm__stage_history'],
}
# What two tables have to be put together for is a model of one's own, of the same name and columns.
HISTORY = f"""
SELECT "Opportunity ID" AS deal_id, 'New' AS stage, created_on AT TIME ZONE '{ZONE}' AS entered_at FROM app.opportunities
UNION ALL
SELECT opp_id, CASE new_val WHEN '2 - Qualify' THEN 'Qualify' WHEN '3 - Demo/POC' THEN 'Demo' WHEN '4 - Quote, sent' THEN 'Quote' WHEN '5 - Legal' THEN 'Legal'
    WHEN '6 - Won' THEN 'Won' WHEN '0 - Lost' THEN 'Lost' ELSE new_val END, changed_at AT TIME ZONE '{ZONE}'
FROM app.opp_field_history WHERE field = 'StageName'
"""


def git(*arguments, **options):
    subprocess.run(['git', '-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false', *arguments], check=True, stdout=subprocess.DEVNULL, **options)


def write_project(folder, address, variables):
    (folder / 'models').mkdir(exist_ok=True)
    (folder / 'models' / 'stg_crm__stage_history.sql').write_text(HISTORY, encoding='utf-8')
    (folder / 'dbt_project.yml').write_text(yaml.safe_dump({
        'name': 'company', 'version': '1.0', 'config-version': 2, 'profile': 'funnel_metrics', 'vars': {'funnel_metrics': variables}}, allow_unicode=True), encoding='utf-8')
    (folder / 'packages.yml').write_text(yaml.safe_dump({'packages': [{'git': address, 'revision': 'v1', 'subdirectory': 'examples/dbt'}]}), encoding='utf-8')
    shutil.copy(PROJECT / 'profiles.yml', folder / 'profiles.yml')


with tempfile.TemporaryDirectory(prefix='package.') as place, Database('funnel_dbt_package', '--file', 'test/shared/company.sql') as company:
    place = pathlib.Path(place)
    # A repository that has this project where ours has it
    shutil.copytree(PROJECT, place / 'repository' / 'examples' / 'dbt', ignore=shutil.ignore_patterns('target', 'logs', 'dbt_packages'))
    git('init', '--quiet', cwd=place / 'repository')
    git('add', '--all', cwd=place / 'repository')
    git('commit', '--quiet', '--message', 'All of it', cwd=place / 'repository')
    git('tag', 'v1', cwd=place / 'repository')

    project = place / 'company'
    project.mkdir()
    write_project(project, f'file://{place}/repository', VARIABLES)
    dbt = Dbt(project, company, 'bi')
    ok(dbt('deps'), 'dbt deps takes it by a git address and a subdirectory', dbt.output)
    ok(dbt('build'), 'dbt build over tables that are called otherwise', dbt.output)
    ok(not [r for r in dbt.results() if r['status'] == 'skipped'], 'nothing was skipped')

    psql(company.name, '--set', 'roles=off', '--set', 'source=examples/nightly/company.sql', '--set', f'zone={ZONE}', '--set', f'as_of={AS_OF}',
         '--set', f'definition={DEFINITION}', '--file', 'examples/nightly/install.sql')
    for mart, view in (
            ('kpi_deals_by_month', "(SELECT *, period_start AS month FROM kpi.deals_by_period WHERE period = 'month') v"),
            ('kpi_leads_by_month', "(SELECT *, period_start AS month FROM kpi.leads_by_period WHERE period = 'month') v"),
            ('kpi_funnel', "(SELECT * FROM kpi.stages_by_period WHERE period IN ('month', 'all time')) v"),
            ('kpi_mrr_by_month', 'kpi.mrr_movements v')):
        # A refresh knows when data have ended (quiet_days), and that the months after are not complete
        listed = ', '.join(f'"{name}"' for name, in company.rows(f"SELECT attname FROM pg_attribute WHERE attrelid = 'bi.{mart}'::regclass AND attnum > 0 AND attname <> 'is_complete' ORDER BY attnum"))
        different = company.value(f"""
            SELECT (SELECT count(*) FROM (SELECT {listed} FROM bi.{mart} EXCEPT ALL SELECT {listed} FROM {view}) a)
                + (SELECT count(*) FROM (SELECT {listed} FROM {view} EXCEPT ALL SELECT {listed} FROM bi.{mart}) b)""")
        rows = company.value(f'SELECT count(*) FROM bi.{mart}')
        ok(rows > 0 and different == 0, f'{mart}: its {rows:,} rows are those of the nightly schema', f'{different} rows differ')

    # A company that has deals, and nothing else
    alone = {**VARIABLES, 'history_table': None, 'leads_table': None, 'subscriptions_table': None}
    write_project(project, f'file://{place}/repository', {**alone, 'own_staging': []})
    (project / 'models' / 'stg_crm__stage_history.sql').unlink()
    dbt = Dbt(project, company, 'deals_only')
    ok(dbt('build'), 'a company that has nothing but deals', dbt.output)
    same([name for name, in company.rows("SELECT relname::text FROM pg_class WHERE relnamespace = 'deals_only'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname")],
         ['kpi_deal_days', 'kpi_deal_months', 'kpi_deals_by_month', 'kpi_months', 'stg_crm__deals'], 'has the models of deals')
    same(company.value('SELECT count(*) FROM (SELECT * FROM deals_only.kpi_deals_by_month EXCEPT ALL SELECT * FROM bi.kpi_deals_by_month) d WHERE deals > 0'), 0, 'with the same figures')

    # What does not fit, and what is said
    for name, variables, said in (
            ('a moment without a zone', {'deal_columns': {**VARIABLES['deal_columns'], 'created': 'created_on'}}, 'contract'),
            ('an outcome that is a word', {'deal_columns': {**VARIABLES['deal_columns'], 'won': 'deal_status'}}, 'contract'),
            ('a column that no model reads', {'deal_columns': {'stage': 'deal_status'}}, 'has a column "stage", which no model reads'),
            ('a zone that is none', {'zone': 'Kuala Lumpur'}, 'the variable zone is "Kuala Lumpur", which is no time zone'),
            ('a definition that is none', {'definition': 'New > New'}, 'a label is there twice')):
        write_project(project, f'file://{place}/repository', {**VARIABLES, **variables})
        passed = dbt('build')
        ok(not passed and said in dbt.output, f'{name} is told: {said}', dbt.output)

with Database('funnel_dbt_none') as empty:
    empty.run('DROP EXTENSION funnel_metrics')
    dbt = Dbt(PROJECT, empty, 'analytics')
    ok(not dbt('build') and 'CREATE EXTENSION funnel_metrics' in dbt.output, 'a database without the extension is told', dbt.output)
done()
