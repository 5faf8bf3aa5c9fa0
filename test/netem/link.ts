import { execFileSync } from 'node:child_process';
import { findProgram } from '../servers/process.ts';

/** A network namespace that is reached over a pair of interfaces with a delay. */
export interface DelayedLink {
  /** Address inside. */
  readonly address: string;
  /** The command that runs the command after it inside. */
  readonly within: readonly string[];
  /** Takes interfaces and namespace away; safe to call more than once. */
  remove(): void;
}

const PREFIX = 'alb502-';
/** However the run ends: by itself, told to, or with the process that runs the tests. */
const ENDS = ['exit', 'disconnect', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const COMMAND_MS = 10_000;

/** What to do about what `ip` and `tc` say, where it is not plain. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/not permitted|permission denied/i, 'network namespaces need root: run the suite as root'],
  [
    /qdisc kind is unknown|specified qdisc not found/i,
    'this kernel has no netem: apt-get install linux-modules-extra-$(uname -r) && modprobe sch_netem',
  ],
];

function run(program: string, ...args: readonly string[]): string {
  try {
    return execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: COMMAND_MS }).toString();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const remedy = REMEDIES.find(([pattern]) => pattern.test(said))?.[1];
    throw new Error(remedy ? `${remedy} (${said.trim()})` : said.trim());
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A run that was killed could take nothing away. */
function removeLeftovers(ip: string): void {
  const names = run(ip, 'netns', 'list')
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');
  for (const name of names) {
    const owner = Number(name.startsWith(PREFIX) ? name.slice(PREFIX.length) : Number.NaN);
    if (Number.isInteger(owner) && !isAlive(owner)) run(ip, 'netns', 'delete', name);
  }
}

/** Two neighbouring addresses of the range for measurements of networks (RFC 2544), another pair for each process. */
function addressesOf(pid: number): readonly [outside: string, inside: string] {
  const network = `198.18.${(pid >> 6) & 255}`;
  const first = (pid & 63) * 4;
  return [`${network}.${first + 1}`, `${network}.${first + 2}`];
}

/**
 * Makes a namespace behind a link on which every packet takes so long, in each direction.
 *
 * @param oneWayMs - real milliseconds
 * @throws Error saying what is missing and how to install it
 */
export async function delayedLink(oneWayMs: number): Promise<DelayedLink> {
  const ip = await findProgram('ip', 'iproute2');
  const tc = await findProgram('tc', 'iproute2');
  const { pid } = process;
  const namespace = `${PREFIX}${pid}`;
  const [outside, inside] = [`alb502o${pid}`, `alb502i${pid}`];
  const [outsideAddress, address] = addressesOf(pid);
  const remove = () => {
    for (const end of ENDS) process.off(end, remove);
    for (const args of [
      ['link', 'delete', outside],
      ['netns', 'delete', namespace],
    ])
      try {
        run(ip, ...args);
      } catch {
        // Not there yet, or not there any more.
      }
  };
  removeLeftovers(ip);
  for (const end of ENDS) process.once(end, remove);
  try {
    run(ip, 'netns', 'add', namespace);
    run(ip, 'link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', namespace);
    run(ip, 'address', 'add', `${outsideAddress}/30`, 'dev', outside);
    run(ip, '-n', namespace, 'address', 'add', `${address}/30`, 'dev', inside);
    run(ip, 'link', 'set', outside, 'up');
    run(ip, '-n', namespace, 'link', 'set', inside, 'up');
    run(tc, 'qdisc', 'add', 'dev', outside, 'root', 'netem', 'delay', `${oneWayMs}ms`);
    run(tc, '-n', namespace, 'qdisc', 'add', 'dev', inside, 'root', 'netem', 'delay', `${oneWayMs}ms`);
  } catch (error) {
    remove();
    throw error;
  }
  return { address, within: [ip, 'netns', 'exec', namespace], remove };
}
