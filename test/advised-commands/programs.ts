import { faultOfOptions, type Options } from './options.ts';

/**
 * What a call does: only reads; makes a configuration that was written take effect; is the command line with which
 * a server is started; or changes something itself.
 */
export type Effect = 'reads' | 'applies' | 'starts' | 'changes';

interface Program extends Options {
  readonly effect: Effect;
}

const MAN = 'https://manpages.debian.org/bookworm/';

/** Looks that change nothing. */
const READING: Readonly<Record<string, Options>> = {
  curl: {
    source: 'https://curl.se/docs/manpage.html',
    letters: 'svkgLI',
    lettersWithValue: 'oDHm',
    words: ['--http1.1', '--http2-prior-knowledge', '--raw', '--path-as-is', '--compressed'],
    wordsWithValue: ['--max-time', '--resolve', '--write-out'],
    operands: [1, 1],
  },
  openssl: {
    source: 'https://docs.openssl.org/3.0/man1/openssl-s_client/',
    verbs: ['s_client'],
    words: ['-brief', '-noservername', '-tls1_2', '-tls1_3', '-showcerts'],
    wordsWithValue: ['-connect', '-servername', '-alpn', '-cipher'],
  },
  ss: { source: `${MAN}iproute2/ss.8`, letters: 'ltnapH', operands: [0, 1] },
  ps: { source: `${MAN}procps/ps.1`, letters: 'e', lettersWithValue: 'o', wordsWithValue: ['--sort'] },
  nc: { source: `${MAN}netcat-openbsd/nc.1`, letters: 'vz', lettersWithValue: 'w', operands: [2, 2] },
  dig: { source: `${MAN}bind9-dnsutils/dig.1`, operands: [1, 3] },
  journalctl: {
    source: `${MAN}systemd/journalctl.1`,
    letters: 'k',
    lettersWithValue: 'u',
    words: ['--no-pager'],
    wordsWithValue: ['--grep', '--since', '--until'],
  },
  zcat: { source: `${MAN}gzip/zcat.1`, operands: [1, 99] },
  cat: { source: `${MAN}coreutils/cat.1`, operands: [1, 9] },
  awk: { source: `${MAN}mawk/mawk.1`, lettersWithValue: 'F', operands: [1, 1] },
  cut: { source: `${MAN}coreutils/cut.1`, lettersWithValue: 'df' },
  sort: { source: `${MAN}coreutils/sort.1`, letters: 'rnu', lettersWithValue: 'k' },
  uniq: { source: `${MAN}coreutils/uniq.1`, letters: 'c' },
  head: { source: `${MAN}coreutils/head.1`, lettersWithValue: 'n' },
  tail: { source: `${MAN}coreutils/tail.1`, lettersWithValue: 'n' },
  wc: { source: `${MAN}coreutils/wc.1`, letters: 'cl', operands: [0, 1] },
  grep: { source: `${MAN}grep/grep.1`, letters: 'icEvnr', operands: [1, 2] },
  // Captures; without -w it writes nothing but what it shows.
  tcpdump: {
    source: 'https://www.tcpdump.org/manpages/tcpdump.1.html',
    letters: 'A',
    lettersWithValue: 'iscwr',
    operands: [0, 1],
  },
  jq: { source: `${MAN}jq/jq.1`, letters: 'r', operands: [1, 2] },
  tee: { source: `${MAN}coreutils/tee.1`, operands: [1, 1] },
  nproc: { source: `${MAN}coreutils/nproc.1` },
  nstat: { source: `${MAN}iproute2/nstat.8`, letters: 'az', operands: [0, 3] },
};

/** What makes a configuration take effect. */
const APPLYING: Readonly<Record<string, Options>> = {
  nginx: { source: 'https://nginx.org/en/docs/switches.html', letters: 'tT', lettersWithValue: 's' },
  openresty: { source: 'https://nginx.org/en/docs/switches.html', letters: 'tT', lettersWithValue: 's' },
  apachectl: {
    source: 'https://httpd.apache.org/docs/2.4/programs/apachectl.html',
    verbs: ['configtest', 'graceful'],
  },
  haproxy: { source: `${MAN}haproxy/haproxy.1`, letters: 'c', lettersWithValue: 'f' },
  kong: { source: 'https://developer.konghq.com/gateway/cli/', verbs: ['reload'] },
  apisix: { source: 'https://apisix.apache.org/docs/apisix/getting-started/', verbs: ['reload'] },
  caddy: {
    source: 'https://caddyserver.com/docs/command-line',
    verbs: ['validate', 'reload'],
    wordsWithValue: ['--config'],
  },
  lighttpd: { source: `${MAN}lighttpd/lighttpd.8`, letters: 't', lettersWithValue: 'f' },
  systemctl: {
    source: `${MAN}systemd/systemctl.1`,
    verbs: ['restart', 'reload'],
    operands: [1, 1],
  },
  // Nothing that ends a process at once.
  kill: { source: `${MAN}procps/kill.1`, words: ['-HUP', '-USR2'], operands: [1, 1] },
  uwsgi: {
    source: 'https://uwsgi-docs.readthedocs.io/en/latest/Management.html',
    wordsWithValue: ['--reload'],
  },
  bundle: { source: 'https://bundler.io/man/bundle-exec.1.html', verbs: ['exec'], operands: [1, 2] },
};

/** The command lines with which servers are started. */
const STARTING: Readonly<Record<string, Options>> = {
  gunicorn: {
    source: 'https://docs.gunicorn.org/en/stable/settings.html',
    lettersWithValue: 'kcb',
    words: ['--check-config'],
    wordsWithValue: ['--keep-alive', '--timeout', '--graceful-timeout', '--threads', '--workers'],
    operands: [0, 1],
  },
  uvicorn: {
    source: 'https://www.uvicorn.org/settings/',
    wordsWithValue: [
      '--timeout-keep-alive',
      '--limit-max-requests',
      '--timeout-graceful-shutdown',
      '--h11-max-incomplete-event-size',
    ],
    operands: [1, 1],
  },
  hypercorn: {
    source: 'https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html',
    wordsWithValue: ['--keep-alive'],
    operands: [1, 1],
  },
  granian: {
    source: 'https://github.com/emmett-framework/granian#options',
    wordsWithValue: ['--http1-header-read-timeout'],
    operands: [1, 1],
  },
  'waitress-serve': {
    source: 'https://docs.pylonsproject.org/projects/waitress/en/stable/runner.html',
    wordsWithValue: ['--channel-timeout'],
    operands: [1, 1],
  },
  next: {
    source: 'https://nextjs.org/docs/app/api-reference/cli/next#next-start-options',
    verbs: ['start'],
    wordsWithValue: ['--keepAliveTimeout'],
  },
};

/** What changes a running server by itself. */
const CHANGING: Readonly<Record<string, Options>> = {
  varnishadm: {
    source: 'https://varnish-cache.org/docs/7.1/reference/varnish-cli.html',
    verbs: ['param.set'],
    operands: [2, 2],
  },
  // The control socket of nginx unit, which is on the machine itself.
  'curl --unix-socket': {
    source: 'https://unit.nginx.org/controlapi/',
    lettersWithValue: 'Xd',
    wordsWithValue: ['--unix-socket'],
    operands: [1, 1],
  },
  'bin/jboss-cli.sh': {
    source: 'https://docs.wildfly.org/32/Admin_Guide.html#Command_Line_Interface',
    words: ['--connect'],
    wordsWithValue: ['--command'],
  },
};

const KUBECTL = 'https://kubernetes.io/docs/reference/kubectl/generated/';
const KUBECTL_FLAGS = {
  letters: 'A',
  lettersWithValue: 'noclf',
  wordsWithValue: [
    '--namespace',
    '--output',
    '--selector',
    '--since',
    '--tail',
    '--sort-by',
    '--field-selector',
  ],
};
/** By its verb: there is much that kubectl can destroy. */
const KUBECTL_VERBS: Readonly<Record<string, Program>> = {
  get: {
    source: `${KUBECTL}kubectl_get/`,
    effect: 'reads',
    ...KUBECTL_FLAGS,
    words: ['--show-labels'],
    operands: [1, 3],
  },
  describe: { source: `${KUBECTL}kubectl_describe/`, effect: 'reads', ...KUBECTL_FLAGS, operands: [1, 2] },
  logs: {
    source: `${KUBECTL}kubectl_logs/`,
    effect: 'reads',
    ...KUBECTL_FLAGS,
    words: ['--previous', '--timestamps'],
    operands: [1, 1],
  },
  annotate: {
    source: `${KUBECTL}kubectl_annotate/`,
    effect: 'changes',
    ...KUBECTL_FLAGS,
    words: ['--overwrite'],
    operands: [2, 4],
  },
  label: {
    source: `${KUBECTL}kubectl_label/`,
    effect: 'changes',
    ...KUBECTL_FLAGS,
    words: ['--overwrite'],
    operands: [3, 4],
  },
  rollout: {
    source: `${KUBECTL}kubectl_rollout/`,
    effect: 'changes',
    ...KUBECTL_FLAGS,
    operands: [2, 2],
  },
  patch: {
    source: `${KUBECTL}kubectl_patch/`,
    effect: 'changes',
    ...KUBECTL_FLAGS,
    lettersWithValue: 'nop',
    wordsWithValue: [...KUBECTL_FLAGS.wordsWithValue, '--type', '--patch'],
    operands: [1, 2],
  },
};

const TERRAFORM_VERBS: Readonly<Record<string, Program>> = {
  plan: { source: 'https://developer.hashicorp.com/terraform/cli/commands/plan', effect: 'reads' },
  state: {
    source: 'https://developer.hashicorp.com/terraform/cli/commands/state/show',
    effect: 'reads',
    operands: [1, 2],
  },
};

const all = (programs: Readonly<Record<string, Options>>, effect: Effect): [string, Program][] =>
  Object.entries(programs).map(([name, options]) => [name, { ...options, effect }]);

const PROGRAMS: ReadonlyMap<string, Program> = new Map([
  ...all(READING, 'reads'),
  ...all(APPLYING, 'applies'),
  ...all(STARTING, 'starts'),
  ...all(CHANGING, 'changes'),
]);

const BY_VERB: ReadonlyMap<string, Readonly<Record<string, Program>>> = new Map([
  ['kubectl', KUBECTL_VERBS],
  ['terraform', TERRAFORM_VERBS],
]);

/** Every program that advice may name, beside `aws` and `alb502`, which are held against their own options. */
export const PROGRAM_NAMES: readonly string[] = [
  ...[...PROGRAMS.keys()].filter((name) => !name.includes(' ')),
  ...BY_VERB.keys(),
  'aws',
  'alb502',
];

/** What a call of one of them does, and what is wrong with it. */
export function judgeCall([name = '', ...words]: readonly string[]): {
  readonly effect: Effect;
  readonly fault: string | null;
} {
  const verbs = BY_VERB.get(name);
  const [verb = '', ...rest] = withoutNamespace(words);
  const ofMany = name === 'curl' && words.includes('--unix-socket') ? 'curl --unix-socket' : name;
  const program = verbs === undefined ? PROGRAMS.get(ofMany) : verbs[verb];
  if (program === undefined)
    return { effect: 'changes', fault: `${name} ${verb} is not among what may be advised` };
  const fault = faultOfOptions(verbs === undefined ? words : rest, program);
  const effect = isCheckOnly(name, words) ? 'reads' : program.effect;
  return { effect, fault: fault === null ? null : `${name} ${fault}` };
}

/** What comes before the verb of kubectl. */
const withoutNamespace = (words: readonly string[]): readonly string[] =>
  words[0] === '-n' ? words.slice(2) : words;

/** `nginx -t` and the like look at a configuration and change nothing. */
const isCheckOnly = (name: string, words: readonly string[]): boolean =>
  (['nginx', 'openresty', 'lighttpd'].includes(name) && /^-t/i.test(words[0] ?? '')) ||
  (name === 'haproxy' && words.includes('-c')) ||
  (['apachectl', 'caddy'].includes(name) && ['configtest', 'validate'].includes(words[0] ?? '')) ||
  words.includes('--check-config');
