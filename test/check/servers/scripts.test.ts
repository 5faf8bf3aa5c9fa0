import { describe, expect, test } from 'vitest';
import { besideOf, type Files, factsOf, startedServer, summaries } from './reading.ts';

const variable = (name: string, value: string): string => `$\{${name}:-${value}}`;

const cases: readonly (readonly [string, Files, readonly string[]])[] = [
  [
    'a script that is copied and is the entry point',
    {
      'shop/Dockerfile': 'FROM python:3.12\nCOPY deploy/run.sh /srv/run.sh\nENTRYPOINT ["/srv/run.sh"]\n',
      'shop/deploy/run.sh':
        '#!/bin/sh\nset -e\n# gunicorn as on the old host\nexec gunicorn -k gevent --keep-alive 40 shop:app\n',
    },
    ['gunicorn 40 set shop/deploy/run.sh:4'],
  ],
  [
    'the value where no variable is set',
    {
      Dockerfile: 'FROM python:3.12\nCOPY . /srv\nCMD ["sh", "/srv/bin/serve.sh"]\n',
      'bin/serve.sh': `gunicorn --threads 4 --keep-alive ${variable('SHOP_KEEP', '3')} shop:app`,
    },
    ['gunicorn 3 set bin/serve.sh:1'],
  ],
  [
    'the value that the image sets',
    {
      Dockerfile: 'FROM python:3.12\nENV SHOP_KEEP=88\nCOPY . /srv\nCMD ["sh", "/srv/bin/serve.sh"]\n',
      'bin/serve.sh': `gunicorn --threads 4 --keep-alive ${variable('SHOP_KEEP', '3')} shop:app`,
    },
    ['gunicorn 88 set Dockerfile:4'],
  ],
  [
    'a function of a script that can start a development server too',
    {
      Dockerfile: 'FROM python:3.12\nCOPY start /usr/local/bin/start\nCMD ["/usr/local/bin/start", "web"]\n',
      start:
        '#!/usr/bin/env bash\ndev() {\n  python manage.py runserver\n}\nweb() {\n  exec uvicorn --timeout-keep-alive 70 shop:app\n}\ncase "$1" in\n  dev) dev ;;\n  web) web ;;\nesac\n',
    },
    ['uvicorn 70 set start:6'],
  ],
  [
    'a script that a script starts',
    {
      Procfile: 'web: ./bin/web.sh\n',
      'bin/web.sh': '#!/bin/sh\nmake assets\nexec ./bin/server.sh\n',
      'bin/server.sh': '#!/bin/sh\nuvicorn --timeout-keep-alive 9 shop:app\n',
    },
    ['uvicorn 9 set bin/server.sh:2'],
  ],
  [
    'no script: another file of that name, and a script of another program',
    {
      'shop/Dockerfile': 'FROM python:3.12\nCMD ["/srv/run"]\n',
      'shop/run': 'gunicorn is started by this',
      'jobs/run': 'gunicorn is started by that',
    },
    [],
  ],
];

describe('a script of the repository that starts a server', () => {
  test.each(cases)('%s', (_name, files, expected) => {
    expect(summaries(files)).toEqual(expected);
  });

  test('the variable that would take the place of its default is named', () => {
    const [server] = factsOf({
      Dockerfile: 'FROM python:3.12\nCOPY run.sh /\nCMD ["/run.sh"]\n',
      'run.sh': `exec gunicorn -w ${variable('WORKERS', '2')} -k gevent --keep-alive ${variable('KEEP', '5')} a:b\n`,
    }).servers;
    expect(server?.keepAliveSeconds).toMatchObject({ state: 'set', value: 5, variable: 'KEEP' });
  });

  test('the variable of a task goes before the default of the script, and is where it is written', () => {
    const files = {
      Dockerfile: 'FROM python:3.12\nCOPY run.sh /\nCMD ["/run.sh"]\n',
      'run.sh': `exec gunicorn -k gevent --keep-alive ${variable('KEEP', '5')} a:b\n`,
    };
    const [image = null] = factsOf(files).images;
    const server = startedServer(
      {
        name: 'web',
        place: { file: 'task.json', line: 7 },
        image: 'shop:1',
        builtFrom: null,
        entryPoint: null,
        command: null,
        environment: { KEEP: '61' },
        ports: [],
        stopTimeoutSeconds: null,
        preStopSeconds: null,
      },
      image,
      besideOf(files),
    );
    expect(server?.keepAliveSeconds).toEqual({
      state: 'set',
      value: 61,
      place: { file: 'task.json', line: 7 },
      written: 'KEEP=61',
    });
    expect(server?.keepAliveAs).toEqual({ template: 'KEEP=%s', unit: 'seconds' });
  });
});

describe('a file of gunicorn by any name', () => {
  test.each<readonly [string, string, string, readonly string[]]>([
    [
      'a variable with a default, by django-environ',
      'config/guni_conf.py',
      'from shop.env import env\nbind = ":80"\nworker_class = "gevent"\nkeepalive = env.int("KEEP", default=77)\n',
      ['gunicorn 77 set config/guni_conf.py:4'],
    ],
    [
      'a variable with a default, by decouple',
      'settings/web.py',
      'from decouple import config\nworkers = 2\nworker_class = "gthread"\nthreads = 2\nkeepalive = config("KEEP", cast=int, default="66")\n',
      ['gunicorn 66 set settings/web.py:5'],
    ],
    ['another program with a timeout', 'settings/web.py', 'timeout = 5\nworkers = 2\n', []],
    [
      'a file of Hypercorn',
      'settings/web.py',
      'bind = ":80"\nworker_class = "uvloop"\nkeep_alive_timeout = 70\n',
      [],
    ],
  ])('%s', (_name, path, text, expected) => {
    expect(summaries({ [path]: text })).toEqual(expected);
  });

  test('both values are said where a condition decides', () => {
    const [server] = factsOf({
      'gunicorn.conf.py':
        'import os\nworker_class = "eventlet"\nif os.getenv("STAGE") == "live":\n    keepalive = 75\n',
    }).servers;
    expect(server?.keepAliveSeconds).toMatchObject({
      state: 'unknown',
      why: expect.stringMatching(/keepalive = 75 under a condition, line 4; the default of 2 s/),
    });
  });
});
