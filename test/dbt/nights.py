"""examples/dbt over the sample CRM, night after night: what incremental runs store is what a full refresh stores, to the byte; a run
rewrites what changed and nothing else; the figures are those of examples/nightly; every test fails on what it is there for."""

import hashlib
import io

from dbt_project import PROJECT, Dbt
from tap import Database, done, ok, psql, same

ZONE = 'Asia/Kuala_Lumpur'

# What happens to a CRM between two nights. Each is true of at least one row, or the test says so.
CHANGES = {
    'late closings, with a date months ago': """
        UPDATE deals SET won = deal_id % 3 = 0, closed = created + interval '20 days', modified = '2025-12-29 12:00+00'
        WHERE won IS NULL AND isfinite(created) AND deal_id % 4 = 0""",
    'amounts of old deals corrected': "UPDATE deals SET amount = coalesce(amount, 0) + 0.01 WHERE deal_id % 401 = 0",
    'old deals handed to another owner': "UPDATE deals SET owner = (SELECT max(rep) FROM reps) WHERE deal_id % 397 = 0",
    'closings moved to another day': "UPDATE deals SET closed = closed - interval '40 days' WHERE deal_id % 499 = 0 AND closed > created + interval '50 days'",
    'old deals deleted': "DELETE FROM deals WHERE deal_id % 601 = 0",
    'deals reopened': "UPDATE deals SET won = NULL, closed = NULL WHERE deal_id % 701 = 0",
    'new deals': """
        INSERT INTO deals (deal_id, owner, source, industry, region, amount, created, modified)
        SELECT 1000000 + n, (SELECT min(rep) FROM reps), 'Website', NULL, NULL, n * 100, timestamptz '2025-12-29 20:00+00' + n * interval '1 hour', '2025-12-30 12:00+00'
        FROM generate_series(1, 7) n""",
    'their stages': "INSERT INTO deal_stage_history SELECT 1000000 + n, 'Lead', timestamptz '2025-12-29 20:00+00' + n * interval '1 hour' FROM generate_series(1, 7) n",
    'old stages corrected': "UPDATE deal_stage_history SET stage = 'Demo' WHERE stage = 'Proposal' AND deal_id % 211 = 0",
    'old stages deleted': "DELETE FROM deal_stage_history WHERE deal_id % 311 = 0 AND stage = 'Qualified'",
    'leads answered late': "UPDATE leads SET first_response = created + interval '3 days' WHERE first_response IS NULL AND lead_id % 3 = 0",
    'old leads converted': "UPDATE leads SET converted = created + interval '9 days' WHERE converted IS NULL AND lead_id % 503 = 0",
    'leads deleted': "DELETE FROM leads l WHERE lead_id % 509 = 0 AND NOT EXISTS (SELECT FROM deals d WHERE d.lead_id = l.lead_id)",
    'prices raised': "UPDATE subscriptions SET mrr = mrr + 1 WHERE subscription_id % 307 = 0",
}
# A day of which nothing is left, in each model
GONE = {
    'all deals closed on a day': "DELETE FROM deals WHERE (closed AT TIME ZONE '{zone}')::date = (SELECT max(day) - 30 FROM analytics.kpi_deal_days WHERE date_basis = 'closed' AND day < '2025-12-01')",
    'all leads of a day': "UPDATE leads SET created = created + interval '1 day' WHERE (created AT TIME ZONE '{zone}')::date = '2025-03-04'",
    'all history of a month': """
        DELETE FROM deal_stage_history WHERE deal_id IN (SELECT deal_id FROM deals WHERE date_trunc('month', created AT TIME ZONE '{zone}') = '2024-05-01')""",
}
INCREMENTAL = {'kpi_deal_days': 'date_basis, day', 'kpi_lead_days': 'day', 'kpi_deal_stages': 'month'}


def relations(database, schema):
    return [name for name, in database.rows(f"SELECT relname FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'v', 'm') ORDER BY relname")]


def image(database, schema):
    """Each relation's rows as bytes, in an order of their own, hashed."""
    images = {}
    for relation in relations(database, schema):
        out = io.BytesIO()
        with database.connection.cursor() as cursor:
            cursor.copy_expert(f'COPY (SELECT * FROM {schema}.{relation} t ORDER BY t::text COLLATE "C") TO STDOUT (FORMAT binary)', out)
        images[relation] = (len(out.getvalue()), hashlib.sha256(out.getvalue()).hexdigest())
    return images


def written(database):
    """Which rows are stored where, and by which transaction: what a run rewrites changes."""
    return {relation: set(database.rows(f'SELECT {key}, xmin::text FROM analytics.{relation}')) for relation, key in INCREMENTAL.items()}


def changed_days(before, after):
    """How many days (months) of each model a run wrote or deleted, of how many."""
    told = {}
    for relation in INCREMENTAL:
        days = {row[:-1] for row in before[relation] ^ after[relation]}
        told[relation] = (len(days), len({row[:-1] for row in after[relation]}))
    return told


def differences(database, mine, theirs):
    return database.value(f'SELECT (SELECT count(*) FROM ({mine} EXCEPT ALL {theirs}) a) + (SELECT count(*) FROM ({theirs} EXCEPT ALL {mine}) b)')


with Database('funnel_dbt_nights', '--file', 'examples/crm/schema.sql', '--file', 'examples/crm/generate.sql') as crm:
    dbt = Dbt(PROJECT, crm, 'analytics')
    fresh = Dbt(PROJECT, crm, 'fresh')

    def night(name, as_of, command='build', **variables):
        """dbt build as every night (or run, without the tests), dbt run --full-refresh elsewhere: both hold the same."""
        before = written(crm) if 'analytics' in (row[0] for row in crm.rows('SELECT nspname FROM pg_namespace')) else None
        variables = {'zone': ZONE, 'as_of': as_of, **variables}
        ok(dbt(command, **variables), f'{name}: dbt {command}', dbt.output)
        after = written(crm)
        ok(fresh('run', '--full-refresh', **variables), f'{name}: a full refresh elsewhere', fresh.output)
        mine, theirs = image(crm, 'analytics'), image(crm, 'fresh')
        same(mine, theirs, f'{name}: {len(mine)} relations hold the same bytes, {sum(size for size, _ in mine.values()):,}')
        return changed_days(before, after) if before else None

    night('the first night', '2025-12-29 06:00+00')
    tests = [result for result in dbt.results() if result['unique_id'].startswith('test.')]
    ok(len(tests) > 80, f'{len(tests)} tests were run')
    same(crm.rows("""
        SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum >= 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'analytics'::regnamespace AND c.relkind IN ('r', 'v') AND col_description(c.oid, a.attnum) IS NULL
        UNION ALL
        SELECT relname, '' FROM pg_class WHERE relnamespace = 'analytics'::regnamespace AND relkind IN ('r', 'v') AND obj_description(oid, 'pg_class') IS NULL"""), [],
         'each relation and column is described, in the database too')

    told = night('nothing changed', '2025-12-29 06:00+00', 'run')
    same({relation: days for relation, (days, _) in told.items()}, {'kpi_deal_days': 0, 'kpi_lead_days': 0, 'kpi_deal_stages': 0}, 'nothing changed: no row was rewritten')

    for name, change in CHANGES.items():
        with crm.connection.cursor() as cursor:
            cursor.execute(change)
            ok(cursor.rowcount > 0, f'{name}: {cursor.rowcount} rows')
    told = night('many changes', '2025-12-30 06:00+00')
    for relation, (days, of) in told.items():
        ok(0 < days < of or relation == 'kpi_deal_stages', f'many changes: {days} of {of} days of {relation} were taken anew')

    told = night('a day went by', '2025-12-31 06:00+00', 'run')
    ok(told['kpi_deal_days'][0] == 0 and 0 < told['kpi_lead_days'][0] <= 3 and told['kpi_deal_stages'][0] <= 4,
       f'a day went by: leads that had their time since are {told["kpi_lead_days"][0]} days, stages of {told["kpi_deal_stages"][0]} months', told)

    crm.run("""UPDATE deals SET won = false, closed = created + interval '15 days' WHERE deal_id = (
        SELECT min(deal_id) FROM deals WHERE won IS NULL AND created BETWEEN '2024-01-10' AND '2025-10-01')""")
    told = night('one late closing', '2025-12-31 06:00+00', 'run')
    same({relation: days for relation, (days, _) in told.items()}, {'kpi_deal_days': 2, 'kpi_lead_days': 0, 'kpi_deal_stages': 0},
         'one late closing: two days were taken anew, that of its creation and that of its closing')

    for name, change in GONE.items():
        with crm.connection.cursor() as cursor:
            cursor.execute(change.format(zone=ZONE))
            ok(cursor.rowcount > 0, f'{name}: {cursor.rowcount} rows')
    night('days are gone', '2026-01-01 00:00+00', 'run')
    same([crm.value("SELECT count(*) FROM analytics.kpi_lead_days WHERE day = '2025-03-04'"), crm.value("SELECT count(*) FROM analytics.kpi_deal_stages WHERE month = '2024-05-01'")],
         [0, 0], 'days are gone: nothing is stored of them')

    definition = 'Lead > Qualified | Demo > Proposal > Won; lost: Lost, Disqualified'
    told = night('another definition', '2026-01-01 00:00+00', definition=definition)
    tests = [result for result in dbt.results() if result['unique_id'].startswith('test.')]
    days, of = told['kpi_deal_stages']
    ok(days == of and told['kpi_deal_days'][0] == 0, f'another definition: all {of} months of the stages, and nothing else, were taken anew', told)

    # The figures, beside the nightly schema's
    psql(crm.name, '--set', 'roles=off', '--set', f'zone={ZONE}', '--set', 'as_of=2026-01-01 00:00+00', '--set', f'definition={definition}', '--file', 'examples/nightly/install.sql')
    for mart, view, key in (
            ('kpi_deals_by_month', "(SELECT *, period_start AS month FROM kpi.deals_by_period WHERE period = 'month') v", None),
            ('kpi_leads_by_month', "(SELECT *, period_start AS month FROM kpi.leads_by_period WHERE period = 'month') v", None),
            ('kpi_funnel', "(SELECT * FROM kpi.stages_by_period WHERE period IN ('month', 'all time')) v", None),
            ('kpi_mrr_by_month', 'kpi.mrr_movements v', None)):
        columns = [name for name, in crm.rows(f"SELECT attname FROM pg_attribute WHERE attrelid = 'analytics.{mart}'::regclass AND attnum > 0 ORDER BY attnum")]
        listed = ', '.join(f'"{column}"' for column in columns)
        rows = crm.value(f'SELECT count(*) FROM analytics.{mart}')
        different = differences(crm, f'SELECT {listed} FROM analytics.{mart}', f'SELECT {listed} FROM {view}')
        ok(rows > 0 and different == 0, f'{mart}: its {rows:,} rows of {len(columns)} columns are those of the nightly schema', f'{different} rows differ')

    # Every test fails on what it is there for: what dbt runs for it, after a change that is taken back
    compiled = {result['unique_id'].split('.')[2]: result['compiled_code'] for result in tests}
    WHOLE = "period = 'all time' AND segment = 'all'"
    for name, change, failing in (
            ('a deal lost between two stages', f'UPDATE analytics.kpi_funnel SET lost = lost - 1 WHERE step = 1 AND {WHOLE}', 'funnel_identity_holds_kpi_funnel'),
            ('who advanced did not arrive', f'UPDATE analytics.kpi_funnel SET advanced = advanced - 1, lost = lost + 1 WHERE step = 2 AND {WHOLE}', 'funnel_identity_holds_kpi_funnel'),
            ('a negative count', f'UPDATE analytics.kpi_funnel SET lost = -1, open = open + lost + 1 WHERE step = 1 AND {WHOLE}', 'funnel_identity_holds_kpi_funnel'),
            ('a count that is not there', f'UPDATE analytics.kpi_funnel SET open = NULL WHERE step = 1 AND {WHOLE}', 'funnel_identity_holds_kpi_funnel'),
            ('a stage that is gone', f'DELETE FROM analytics.kpi_funnel WHERE step = 2 AND {WHOLE}', 'funnel_identity_holds_kpi_funnel'),
            ('a rate that is NaN', "UPDATE analytics.kpi_deals_by_month SET win_rate = 'NaN' WHERE win_rate IS NOT NULL", 'rate_between_kpi_deals_by_month_win_rate__'),
            ('a rate of nothing', 'UPDATE analytics.kpi_deals_by_month SET win_rate = 0, win_rate_low = 0, win_rate_high = 0 WHERE deals_won + deals_lost = 0', 'rate_between_kpi_deals_by_month_win_rate__'),
            ('a rate that is missing', 'UPDATE analytics.kpi_deals_by_month SET win_rate = NULL, win_rate_low = NULL, win_rate_high = NULL', 'rate_between_kpi_deals_by_month_win_rate__'),
            ('a rate below its interval', 'UPDATE analytics.kpi_deals_by_month SET win_rate_low = win_rate + 0.001', 'rate_between_kpi_deals_by_month_win_rate__'),
            ('a rate above its interval', 'UPDATE analytics.kpi_deals_by_month SET win_rate_high = win_rate - 0.001', 'rate_between_kpi_deals_by_month_win_rate__'),
            ('a rate above 1', 'UPDATE analytics.kpi_mrr_by_month SET gross_retention_12_months = 1.5 WHERE gross_retention_12_months IS NOT NULL', 'rate_between_kpi_mrr_by_month_gross'),
            ('a rate below 0', 'UPDATE analytics.kpi_mrr_by_month SET gross_retention_12_months = -0.5 WHERE gross_retention_12_months IS NOT NULL', 'rate_between_kpi_mrr_by_month_gross'),
            ('a day of other deals', "UPDATE analytics.kpi_deal_days SET rates = (SELECT rate_agg(true)) WHERE segment = 'owner' AND day = '2025-06-03'", 'kpi_deal_days_owners_are_the_company'),
            ('a segment of a day that is gone', "DELETE FROM analytics.kpi_deal_days WHERE segment = 'region' AND day = '2025-06-03'", 'kpi_deal_days_velocities_of_regions_are_the_company'),
            ('a day without its whole', "DELETE FROM analytics.kpi_deal_days WHERE segment = 'all' AND day = '2025-06-03'", 'kpi_deal_days_cycles_of_sources_are_the_company'),
            ('a month of other days', "UPDATE analytics.kpi_deal_months SET rates = (SELECT rate_agg(true)) WHERE segment = 'industry' AND month = '2025-06-01'", 'kpi_deal_days_are_their_months')):
        sql, = (code for test, code in compiled.items() if test.startswith(failing))
        crm.connection.autocommit = False
        with crm.connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM ({sql}) t')
            before = cursor.fetchone()[0]
            cursor.execute(change)
            changed = cursor.rowcount
            cursor.execute(f'SELECT count(*) FROM ({sql}) t')
            after = cursor.fetchone()[0]
        crm.connection.rollback()
        crm.connection.autocommit = True
        ok(before == 0 and changed > 0 and after > 0, f'{name}: {failing.rstrip("_")} fails', f'{before} rows before, {after} after {changed} were changed')

    # Freshness: the sample CRM stands still
    ok(not dbt('source', 'freshness', zone=ZONE), 'a CRM that stopped syncing is stale')
    same(sorted((r['unique_id'].split('.')[-1], r['status']) for r in dbt.results('sources.json')), [('deals', 'error'), ('leads', 'error'), ('stage_history', 'error')], 'which of its tables')
    crm.run("""
        UPDATE deals SET modified = now() - interval '1 hour' WHERE deal_id = 1;
        UPDATE leads SET created = now() - interval '40 hours' WHERE lead_id = 1;
        INSERT INTO deal_stage_history VALUES (1, 'Lead', '2199-01-01'), (1, 'Lead', now())""")
    ok(dbt('source', 'freshness', zone=ZONE), 'one that syncs again is not', dbt.output)
    same(sorted((r['unique_id'].split('.')[-1], r['status']) for r in dbt.results('sources.json')), [('deals', 'pass'), ('leads', 'warn'), ('stage_history', 'pass')], 'and its leads are late')
done()
