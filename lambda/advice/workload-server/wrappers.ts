import { type ShellCommand, withAssignments } from './shell.ts';

/** How to find the command that another program starts. */
interface Wrapper {
  /** Options that take the next word. */
  readonly valued?: readonly string[];
  /** Words that must come first: `poetry run`. */
  readonly subcommands?: readonly string[];
  /** Words between its options and the command: the user of gosu. */
  readonly positionals?: number;
  /** The command stands behind `--`. */
  readonly dashes?: true;
}

const PLAIN: Wrapper = {};
const RUN: Wrapper = { subcommands: ['run'] };

/** Programs that start the command they are given, and how they take it. */
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  tini: { valued: ['-e', '-p'] },
  'tini-static': { valued: ['-e', '-p'] },
  'dumb-init': { valued: ['-r', '--rewrite'] },
  'docker-init': PLAIN,
  catatonit: PLAIN,
  exec: { valued: ['-a'] },
  command: PLAIN,
  nohup: PLAIN,
  setsid: PLAIN,
  time: PLAIN,
  nice: { valued: ['-n'] },
  ionice: { valued: ['-c', '-n'] },
  stdbuf: { valued: ['-i', '-o', '-e'] },
  env: { valued: ['-u', '-C', '--unset', '--chdir'] },
  timeout: { valued: ['-k', '-s'], positionals: 1 },
  gosu: { positionals: 1 },
  'su-exec': { positionals: 1 },
  setpriv: PLAIN,
  runuser: { valued: ['-u', '-g'] },
  sudo: { valued: ['-u', '-g'] },
  'with-contenv': PLAIN,
  poetry: RUN,
  pipenv: RUN,
  pdm: RUN,
  hatch: RUN,
  rye: RUN,
  pixi: RUN,
  uv: {
    subcommands: ['run'],
    valued: [
      '--with',
      '--python',
      '-p',
      '--project',
      '--directory',
      '--env-file',
      '--group',
      '--extra',
      '--package',
    ],
  },
  conda: { subcommands: ['run'], valued: ['-n', '-p', '--name', '--prefix', '--cwd'] },
  mamba: { subcommands: ['run'], valued: ['-n', '-p', '--name', '--prefix'] },
  micromamba: { subcommands: ['run'], valued: ['-n', '-p', '--name', '--prefix'] },
  bundle: { subcommands: ['exec'] },
  bundler: { subcommands: ['exec'] },
  rbenv: { subcommands: ['exec'] },
  npx: { valued: ['-p', '--package'] },
  bunx: PLAIN,
  'ddtrace-run': PLAIN,
  'elastic-apm-run': PLAIN,
  'opentelemetry-instrument': {
    valued: [
      '--traces_exporter',
      '--metrics_exporter',
      '--logs_exporter',
      '--service_name',
      '--exporter_otlp_endpoint',
    ],
  },
  'newrelic-admin': { subcommands: ['run-program'] },
  'cross-env': PLAIN,
  dotenv: { valued: ['-e', '-c', '-f'] },
  dotenvx: { subcommands: ['run'], dashes: true },
  doppler: { subcommands: ['run'], dashes: true },
  chamber: { subcommands: ['exec'], dashes: true },
  'aws-vault': { subcommands: ['exec'], dashes: true },
  infisical: { subcommands: ['run'], dashes: true },
  op: { subcommands: ['run'], dashes: true },
  dockerize: {
    valued: ['-wait', '-timeout', '-template', '-stdout', '-stderr', '-wait-retry-interval', '-env'],
  },
  'wait-for-it': { dashes: true },
  'wait-for': { dashes: true },
  wait4x: { dashes: true },
};

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh']);

/** What starts another program: wrappers with their subcommands, and shells. */
export const STARTING_PROGRAMS: readonly string[] = [
  ...Object.entries(WRAPPERS).flatMap(([name, { subcommands = [] }]) => [name, ...subcommands]),
  ...SHELLS,
];
const PYTHON = /^(?:python|pypy)[\d.]*$/;
/** A script that begins the container is written to end with `exec "$@"`: what it is given is what runs. */
const SCRIPT = /entry-?point|(?<!^catalina|^standalone)\.(?:sh|bash)$/;

/** The last part of a path, without `.exe`. */
export const programOf = (word: string): string =>
  (word.split('/').at(-1) ?? word).replace(/\.exe$/i, '').toLowerCase();

/** Skips options; `--` ends them. */
function behindOptions(words: readonly string[], valued: readonly string[]): readonly string[] {
  let at = 0;
  while (words[at]?.startsWith('-')) {
    if (words[at] === '--') return words.slice(at + 1);
    at += valued.includes(words[at] ?? '') ? 2 : 1;
  }
  return words.slice(at);
}

/** The words that the wrapper starts; null where it starts none that can be told. */
function unwrapped(words: readonly string[], wrapper: Wrapper): readonly string[] | null {
  const { valued = [], subcommands = [], positionals = 0 } = wrapper;
  let rest: readonly string[] = words.slice(1);
  for (const subcommand of subcommands) {
    rest = behindOptions(rest, valued);
    if (rest[0] !== subcommand) return null;
    rest = rest.slice(1);
  }
  if (wrapper.dashes) {
    const at = rest.indexOf('--');
    return at < 0 ? null : rest.slice(at + 1);
  }
  rest = behindOptions(rest, valued).slice(positionals);
  return rest[0] === '--' ? rest.slice(1) : rest;
}

/** What a shell was asked to run: a script, or null where it reads one from a file. */
export function scriptOf(words: readonly string[]): string | null {
  if (!SHELLS.has(programOf(words[0] ?? ''))) return null;
  for (let at = 1; words[at]?.startsWith('-'); at += words[at] === '-o' ? 2 : 1)
    if (/^-[a-z]*c[a-z]*$/.test(words[at] ?? '')) return words[at + 1] ?? '';
  return null;
}

/** `python -m gunicorn` is gunicorn. */
function pythonModule(words: readonly string[]): readonly string[] | null {
  if (!PYTHON.test(programOf(words[0] ?? ''))) return null;
  const at = words.indexOf('-m');
  const isOption = words
    .slice(1, Math.max(at, 1))
    .every((word) => word.startsWith('-') || /^\w+$/.test(word));
  return at > 0 && isOption ? words.slice(at + 1) : null;
}

const MOST_WRAPPERS = 12;

/** The command without the programs that only start it, and with the variables that they set. */
export function withoutWrappers(command: ShellCommand): ShellCommand {
  let words: readonly string[] = command.words;
  let environment = command.environment;
  for (let round = 0; round < MOST_WRAPPERS; round += 1) {
    ({ words, environment } = withAssignments(words, environment));
    const program = programOf(words[0] ?? '').replace(/\.sh$/, '');
    const wrapper = Object.hasOwn(WRAPPERS, program) ? WRAPPERS[program] : undefined;
    const module = pythonModule(words);
    const isScript = SCRIPT.test(programOf(words[0] ?? '')) || SHELLS.has(program);
    const script = isScript && scriptOf(words) === null ? words.slice(1) : null;
    const next = wrapper ? unwrapped(words, wrapper) : (module ?? script);
    if (next === null || next.length === 0) return { words, environment };
    words = next;
  }
  return { words, environment };
}
