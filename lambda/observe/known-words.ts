import { SERVER_PROGRAMS } from '../advice/workload-server/command.ts';
import { STARTING_PROGRAMS } from '../advice/workload-server/wrappers.ts';

const of = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Programs of a container's script that start no server: what they are given is kept from nobody but readers of bundles. */
const TOOLS = of(`
  aws base64 cat cd celery chmod chown cmd cmd-shell cp curl date dirname echo false grep head htpasswd kill ln ls mkdir
  mv mysql nc php-fpm pip printf psql redis-cli redis-server rm sed sidekiq sleep supervisord tail tar tee test touch
  trap true ulimit umask unset wait wget which xargs
`);

const OF_THE_SHELL = of(`
  case do done elif else esac eval exec exit export fi for function if in local read return set shift source then until
  while [ [[ ] ]] ! : .
`);

/** Names that frameworks and their guides give to what they start. */
const APPLICATIONS = of(`
  api app app_factory application apps asgi backend bin build config create_app default dev develop development dist docker-start
  exec factory foreground frontend get_app get_application http https index lib main migrate module node_modules .bin
  octane:frankenphp octane:start out preview prod production public release root run run-program runserver s serve
  server site src start web webapp worker workers wsgi www www-data nginx nobody manage standalone
`);

const WORKERS = of(
  'aiohttp asgi asyncio auto eventlet gevent gthread h11 httptools sync tornado uvloop threads',
);

/** Values and directives of servers, and units. */
const SETTINGS = of(`
  all critical daemon debug default_vcl error foreground graceful info keepalive keepalive_timeout keepalivetimeout
  localhost none notice off on pid reload seconds second minutes minute timeout_idle trace warn warning
`);

const OPTIONS = of(`
  -classpath -cp -ec -ecx -ecu -eu -euc -euo -eux -euxc -ex -exc -fs -fsl -fss -jar -lc -lec -qo- -qo -server -sf -ss
  -stderr -stdout -template -timeout -wait -wait-retry-interval -xe
`);

const WORDS: ReadonlySet<string> = new Set(
  [
    ...[...SERVER_PROGRAMS, ...STARTING_PROGRAMS, ...TOOLS, ...OF_THE_SHELL],
    ...[...APPLICATIONS, ...WORKERS, ...SETTINGS, ...OPTIONS],
  ].map((word) => word.toLowerCase()),
);

const RUNTIME = /^(?:python|pypy|ruby|node|php|java)[\d.]+$/i;
/** `start:prod` and the like, of package.json. */
const SCRIPT_NAME = /^(?:start|serve|prod|production|preview|dev)[:_-](\w+)$/i;

/** Whether a word is one of those that programs, their guides and their manuals give, and no secret for anybody. */
export const isKnownWord = (word: string): boolean =>
  WORDS.has(word.toLowerCase()) ||
  RUNTIME.test(word) ||
  WORDS.has(SCRIPT_NAME.exec(word)?.[1]?.toLowerCase() ?? '');
