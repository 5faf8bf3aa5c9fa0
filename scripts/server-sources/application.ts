import { manual, type RowFacts, source, unverified } from './fact.ts';

const GUNICORN = [source('benoitc/gunicorn', '26.1.0', 'gunicorn/config.py#L877')];
const SYNC = source('benoitc/gunicorn', '26.1.0', 'gunicorn/workers/sync.py#L179');
const UVICORN = source('encode/uvicorn', '0.35.0', 'uvicorn/config.py#L214');
const WERKZEUG = source('pallets/werkzeug', '3.1.3', 'src/werkzeug/serving.py#L299');
const PUMA = (version: string, path: string) => source('puma/puma', version, path);

/** Servers of Python and Ruby. */
export const APPLICATION: Readonly<Record<string, RowFacts>> = {
  gunicorn: { idle: GUNICORN },
  'gunicorn-sync': { idle: [SYNC], requests: [SYNC] },
  'gunicorn-uvicorn': { idle: GUNICORN },
  uvicorn: { idle: [UVICORN] },
  vllm: { idle: [source('vllm-project/vllm', 'f218f9c24d224800e0ea4488aa71bd8215c8bdcd', 'vllm/envs.py')] },
  litellm: {
    idle: [
      manual(
        '96e9f5737f',
        'https://github.com/BerriAI/litellm/blob/96e9f5737fc32415878e58c244ca753e904fba2a/litellm/proxy/proxy_cli.py',
      ),
    ],
  },
  kserve: {
    idle: [source('kserve/kserve', 'v0.18.0', 'python/kserve/kserve/protocol/rest/server.py#L80'), UVICORN],
  },
  hypercorn: {
    idle: [source('pgjones/hypercorn', '0.18.0', 'src/hypercorn/config.py#L88')],
    requests: [source('pgjones/hypercorn', '0.16.0', 'src/hypercorn/config.py#L87')],
  },
  daphne: {
    idle: [
      source('twisted/twisted', '64661601a1e492a9448ac1011deb9cd9467a9e30', 'src/twisted/web/http.py#L218'),
    ],
  },
  waitress: { idle: [source('Pylons/waitress', 'v3.0.2', 'src/waitress/adjustments.py#L237')] },
  aiohttp: { idle: [source('aio-libs/aiohttp', 'v3.14.3', 'aiohttp/web.py#L452')] },
  tornado: { idle: [source('tornadoweb/tornado', 'v6.5.1', 'tornado/httpserver.py#L194')] },
  sanic: {
    idle: [
      source('sanic-org/sanic', 'v25.12.0', 'sanic/config.py#L48'),
      source('sanic-org/sanic', 'v22.12.0', 'sanic/config.py#L53'),
    ],
  },
  uwsgi: {
    idle: [source('unbit/uwsgi', '2.0.28', 'plugins/http/http.c#L37')],
    requests: [source('unbit/uwsgi', '2.0.28', 'plugins/http/keepalive.c#L20')],
  },
  werkzeug: { idle: [WERKZEUG], requests: [WERKZEUG] },
  wsgiref: { idle: [] },
  'django-runserver': { idle: [] },
  cheroot: { idle: [] },
  granian: { idle: [source('emmett-framework/granian', 'v2.8.1', 'granian/http.py#L6')] },
  puma: {
    idle: [
      PUMA('v8.0.2', 'lib/puma/configuration.rb#L163'),
      PUMA('v6.6.0', 'lib/puma/configuration.rb#L155'),
    ],
    requests: [
      PUMA('v7.0.0', 'lib/puma/configuration.rb#L150'),
      PUMA('v5.3.1', 'lib/puma/server.rb#L461'),
      PUMA('v4.3.8', 'lib/puma/server.rb#L497'),
    ],
  },
  unicorn: { idle: [] },
  passenger: {
    idle: [unverified('https://www.phusionpassenger.com/library/config/standalone/reference/')],
    requests: [unverified('https://www.phusionpassenger.com/library/config/standalone/reference/')],
  },
  thin: { idle: [] },
  falcon: { idle: [source('socketry/falcon', 'v0.55.6', 'lib/falcon/environment/server.rb#L36')] },
};
