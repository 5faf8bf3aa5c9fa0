import { type Command, Option } from 'commander';
import pLimit from 'p-limit';
import type { Method } from '../lambda/http1/response-head.ts';
import { InputError } from '../lambda/model/failure.ts';
import { requiredKeepAliveSeconds } from '../lambda/model/required-keep-alive.ts';
import { type Endpoint, parseEndpoint, parseHost, parsePath } from '../lambda/probe/endpoint.ts';
import { type FailureCode, ProbeFailure } from '../lambda/probe/failure.ts';
import { defaultLimits, failedResult, probe } from '../lambda/probe/probe.ts';
import type { ProbeResult } from '../lambda/probe/probe-result.ts';
import type { ProbeLimits } from '../lambda/probe/session.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { helpText } from './help-text.ts';
import { numberWithin } from './number-within.ts';
import { renderProbe } from './probe-report.ts';
import { progressOnStderr } from './progress.ts';
import { printError, printJson, printText, proseColumns } from './terminal.ts';

interface Options {
  readonly idleTimeout: number;
  readonly maxSeconds?: number;
  readonly requests: number;
  readonly path?: string;
  readonly host?: string;
  readonly method: Method;
  readonly json?: true;
}

/** Not a failure of the probe: it found what the load balancer answers 502 to. */
const MAKES_502: ReadonlySet<FailureCode> = new Set([
  'malformed-response',
  'response-header-too-large',
  'closed',
]);
/** Targets probed at the same time; each holds some twenty connections. */
const SIDE_BY_SIDE = 8;

const HELP = `
Measures how long each target keeps an idle connection, on several connections
side by side, and how many requests it serves on one. Behind an Application
Load Balancer it must keep them for longer than the load balancer's idle
timeout: by 5 s, or by 10 % if that is more. Run it where the targets can be
reached.

Examples:
  alb502 probe 10.0.0.7:8080
  alb502 probe https://10.0.0.7:8443/health --idle-timeout 120
  alb502 probe http://[::1]:3000/ --max-seconds 20 --requests 50 --json

Exit: 0 every target is safe, 1 one is not or gives a response that becomes a 502, 2 usage,
3 one could not be measured.`;

/** Adds the command `probe`. */
export function registerProbe(program: Command): void {
  program
    .command('probe')
    .description('measure how long targets keep an idle connection, and how many requests they allow on one')
    .argument('<target...>', 'URL or HOST:PORT, an IPv6 address in brackets')
    .option(
      '--idle-timeout <seconds>',
      'idle timeout of the load balancer to judge against, 1 to 4000',
      numberWithin(1, 4_000, false),
      60,
    )
    .option(
      '--max-seconds <n>',
      'longest time to spend on a target (default: a little more than the idle timeout requires)',
      numberWithin(1, 86_400, false),
    )
    .option('--requests <n>', 'the most requests to send to a target', numberWithin(1, 100_000, true), 200)
    .option('--path <path>', 'path to request instead of the one in the URL')
    .option(
      '--host <name>',
      "Host to send instead of the target's own, such as the one that a rule rewrites to",
    )
    .addOption(
      new Option('--method <method>', 'method of the requests').choices(['GET', 'HEAD']).default('GET'),
    )
    .option('--json', 'print one JSON array')
    .addHelpText('after', helpText(HELP))
    .action(async (targets: string[], options: Options) => {
      process.exitCode = await runProbe(targets, options);
    });
}

/** A result as it is printed: when it was measured, and on which path. */
type Dated = ProbeResult & {
  readonly at: string;
  readonly path: string | null;
  readonly method: Method;
};

/** @param path - null where the target's name was no address; a query string may hold a secret and is left out */
function dated(result: ProbeResult, path: string | null, method: Method): Dated {
  return { ...result, at: new Date().toISOString(), path: path?.split('?', 1)[0] ?? null, method };
}

async function runProbe(targets: readonly string[], options: Options): Promise<ExitCode> {
  const { method } = options;
  if (options.path !== undefined) parsePath(options.path);
  if (options.host !== undefined) parseHost(options.host);
  const limits = limitsFor(options);
  const parsed = targets.map((target) => endpointOrFailure(target, options));
  const progress = showProgress(limits, parsed);
  const limit = pLimit(SIDE_BY_SIDE);
  let results: Dated[];
  try {
    results = await Promise.all(
      parsed.map((endpoint) =>
        'verdict' in endpoint
          ? dated(endpoint, null, method)
          : limit(async () => {
              const result = await probe({ ...endpoint, method }, options.idleTimeout, limits);
              return dated(result, endpoint.path, method);
            }),
      ),
    );
  } finally {
    progress.stop();
  }
  if (options.json) printJson(results);
  else
    printText(
      renderProbe(
        results.filter(({ verdict }) => verdict !== null),
        proseColumns(),
      ),
    );
  for (const result of results) if (result.verdict === null) printError(result.error);
  return exitCodeOf(results);
}

function limitsFor(options: Options): ProbeLimits {
  const limits = defaultLimits(requiredKeepAliveSeconds(options.idleTimeout));
  const { maxSeconds = limits.maxSeconds, requests } = options;
  const watchSeconds = options.maxSeconds ?? limits.watchSeconds;
  return { ...limits, maxSeconds, watchSeconds, requests };
}

function endpointOrFailure(target: string, { path, host }: Options): Endpoint | ProbeResult {
  try {
    const endpoint = parseEndpoint(target, path);
    return host === undefined ? endpoint : { ...endpoint, hostHeader: host };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return failedResult(target, new ProbeFailure('invalid', error.message));
  }
}

/** The bar counts to the longest that is expected; most targets close before. */
function showProgress(limits: ProbeLimits, targets: readonly unknown[]): { stop(): void } {
  const rounds = Math.ceil(targets.length / SIDE_BY_SIDE);
  const total = Math.ceil(Math.min(limits.maxSeconds, limits.watchSeconds + 1) * rounds);
  const bar = progressOnStderr(false, '{label} {bar} {value}/{total} s');
  const what = targets.length === 1 ? 'probing' : `probing ${targets.length} targets`;
  const label = (done: number) => `${what}, at most ${total - done} s left`;
  const startedAtMs = performance.now();
  bar.start(total, label(0));
  const timer = setInterval(() => {
    const done = Math.min(total, Math.floor((performance.now() - startedAtMs) / 1_000));
    bar.update(done, label(done));
  }, 250);
  return {
    stop: () => {
      clearInterval(timer);
      bar.stop();
    },
  };
}

function exitCodeOf(results: readonly ProbeResult[]): ExitCode {
  const failed = results.filter((result) => result.verdict === null);
  if (failed.some(({ errorCode }) => errorCode === 'invalid')) return EXIT.usage;
  if (failed.some(({ errorCode }) => !MAKES_502.has(errorCode))) return EXIT.remote;
  if (failed.length > 0) return EXIT.found;
  return results.every(({ verdict }) => verdict?.safe === true) ? EXIT.nothingFound : EXIT.found;
}
