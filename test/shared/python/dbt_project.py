"""dbt, run in a project."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from tap import ROOT

PROJECT = ROOT / 'examples' / 'dbt'
DBT = pathlib.Path(sys.executable).parent / 'dbt'


class Dbt:
    """dbt, run in a project; what it said is kept in output, what became of each node in results."""

    def __init__(self, project, database, schema):
        self.project = pathlib.Path(project)
        self.target = tempfile.TemporaryDirectory(prefix='dbt.')
        self.environment = {**os.environ, 'PGDATABASE': database.name, 'DBT_SCHEMA': schema, 'DBT_PROFILES_DIR': str(self.project),
                            'DBT_TARGET_PATH': self.target.name, 'DBT_SEND_ANONYMOUS_USAGE_STATS': 'false', 'DBT_LOG_PATH': self.target.name}

    def __call__(self, *arguments, **variables):
        command = [str(DBT), '--no-use-colors', '--no-version-check', *arguments]
        if variables:
            command += ['--vars', json.dumps(variables)]
        run = subprocess.run(command, cwd=self.project, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.output = run.stdout
        self.status = run.returncode
        return run.returncode == 0

    def results(self, file='run_results.json'):
        with open(pathlib.Path(self.target.name) / file, encoding='utf-8') as file:
            return json.load(file)['results']

    def failures(self):
        """The names of what failed."""
        return sorted(r['unique_id'].split('.')[2] for r in self.results() if r['status'] not in ('success', 'pass'))
