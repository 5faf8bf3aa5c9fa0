import { type ServerRow, serverRow, wholeSeconds } from '../server.ts';

/** HUP rereads the configuration file; flags are those of the command that started it. */
const RESTART_FOR_FLAGS =
  'Flags are read at the start only: after a change of flags restart the unit or task';
const NO_THREAD = ['Each idle connection holds one file descriptor; no thread waits on it'];

/** gunicorn with each of its workers, and uvicorn. */
export const GUNICORN_SERVERS: readonly ServerRow[] = [
  serverRow({
    id: 'gunicorn',
    aliases: ['gunicorn-gthread', 'gunicorn-gevent', 'gunicorn-eventlet', 'gunicorn-threads'],
    name: 'gunicorn (gthread, gevent, eventlet)',
    setting: '--keep-alive',
    where: 'gunicorn.conf.py, or --keep-alive on the command line',
    idleClose: [{ since: null, value: 2 }],
    change: (seconds) => [`keepalive = ${wholeSeconds(seconds)}`],
    alsoWrite: (seconds) => [`# or on the command line: --keep-alive ${wholeSeconds(seconds)}`],
    companions: [
      'The sync worker (the default without --threads and --worker-class) ignores it and closes after each response',
      'max_requests restarts a worker and closes its connections: set max_requests_jitter, or leave max_requests at 0',
      `${RESTART_FOR_FLAGS}; kill -HUP rereads gunicorn.conf.py, and a --keep-alive flag wins over it`,
    ],
    sideEffects: [
      'An idle connection counts against worker_connections and, with gevent or eventlet, holds one green thread',
      'gthread keeps at most worker_connections - threads idle connections; beyond that it answers with Connection: close',
      'A longer graceful_timeout (30 s) does not help idle connections: a restarted worker closes them at once',
    ],
    reload: 'kill -HUP "$(cat /run/gunicorn.pid)"',
    confidence: 'measured',
  }),
  serverRow({
    id: 'gunicorn-sync',
    name: 'gunicorn (sync worker)',
    setting: 'none (--keep-alive is ignored)',
    where: 'the worker class decides',
    idleClose: [{ since: null, value: 'each-response' }],
    change: null,
    requestsPerConnection: { setting: null, defaults: [{ since: null, value: 1 }], announced: true },
    confidence: 'measured',
  }),
  serverRow({
    id: 'gunicorn-uvicorn',
    aliases: [
      'uvicorn-gunicorn',
      'uvicorn-worker',
      'gunicorn-uvicornworker',
      'gunicorn-uvicorn.workers.uvicornworker',
    ],
    name: 'gunicorn with uvicorn workers',
    setting: '--keep-alive',
    where: "gunicorn's command line; the worker copies it to uvicorn",
    idleClose: [{ since: null, value: 2 }],
    change: (seconds) => [
      `gunicorn -k uvicorn.workers.UvicornWorker --keep-alive ${wholeSeconds(seconds)} app:app`,
    ],
    companions: ["uvicorn's own --timeout-keep-alive has no effect here", RESTART_FOR_FLAGS],
    sideEffects: NO_THREAD,
  }),
  serverRow({
    id: 'uvicorn',
    products: ['fastapi', 'starlette'],
    name: 'uvicorn',
    setting: '--timeout-keep-alive',
    where: 'command line, or timeout_keep_alive of uvicorn.run()',
    idleClose: [{ since: null, value: 5 }],
    change: (seconds) => [`uvicorn app:app --timeout-keep-alive ${wholeSeconds(seconds)}`],
    companions: ['--limit-max-requests ends the process, and with it every idle connection'],
    sideEffects: NO_THREAD,
    confidence: 'measured',
  }),
  serverRow({
    id: 'vllm',
    name: 'vLLM',
    setting: 'VLLM_HTTP_TIMEOUT_KEEP_ALIVE',
    where: 'environment of the server',
    idleClose: [{ since: null, value: 5 }],
    change: (seconds) => [`VLLM_HTTP_TIMEOUT_KEEP_ALIVE=${wholeSeconds(seconds)}`],
    sideEffects: NO_THREAD,
  }),
  serverRow({
    id: 'litellm',
    aliases: ['litellm-proxy'],
    name: 'LiteLLM proxy',
    setting: '--keepalive_timeout',
    where: 'command line, or KEEPALIVE_TIMEOUT in the environment',
    idleClose: [{ since: null, value: 5 }],
    change: (seconds) => [`litellm --keepalive_timeout ${wholeSeconds(seconds)}`],
    companions: ['--run_gunicorn, --run_hypercorn and --run_granian put another server in its place'],
    sideEffects: NO_THREAD,
    confidence: 'documented',
  }),
  serverRow({
    id: 'kserve',
    name: 'KServe model server',
    setting: '--timeout_keep_alive',
    where: 'arguments of the model server',
    idleClose: [
      { since: '0.18', value: 65 },
      { since: null, value: 5 },
    ],
    change: (seconds) => [`--timeout_keep_alive=${wholeSeconds(seconds)}`],
    companions: ['Before 0.18 it cannot be set'],
    sideEffects: NO_THREAD,
  }),
];
