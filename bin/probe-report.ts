import { wrapAnsi } from 'fast-wrap-ansi';
import { serverAdvice } from '../lambda/advice/server-advice.ts';
import type { IdleClose } from '../lambda/probe/idle-summary.ts';
import type { ProbeResult, VerdictReason } from '../lambda/probe/probe-result.ts';
import type { RequestsPerConnection } from '../lambda/probe/request-limit.ts';
import { style as pc } from './terminal.ts';

type Measured = Extract<ProbeResult, { readonly verdict: object }>;

const BY = { fin: 'FIN', rst: 'RST', 'response-close': 'Connection: close' } as const;

/** Seconds as a person reads them: two digits behind the point below 100. */
const shown = (seconds: number): string => `${Number(seconds.toFixed(seconds < 100 ? 2 : 1))} s`;

/** What was measured, against which idle timeout, and what to do; one block per target. */
export function renderProbe(results: readonly ProbeResult[], columns: number): string {
  return results
    .filter((result): result is Measured => result.verdict !== null)
    .map((result) => `${renderTarget(result, columns)}\n`)
    .join('\n');
}

function renderTarget(result: Measured, columns: number): string {
  const { verdict, target, server } = result;
  const mark = verdict.safe
    ? pc.green('SAFE')
    : pc.red(verdict.safe === null ? 'NOT SHOWN SAFE' : 'NOT SAFE');
  const lines = [
    `idle connections: ${idleText(result.idleClose)}`,
    ...confirmationText(result.idleClose),
    ...declaredText(result),
    `requests on one connection: ${requestsText(result.requestsPerConnection)}`,
    ...statusText(result),
    conclusion(result),
    ...actionLines(result),
  ];
  return [
    `${pc.bold(target)}${server === null ? '' : `  ${printable(server)}`}  ${mark} behind an idle timeout of ${shown(verdict.idleTimeoutSeconds)}`,
    ...lines.map((line) => indent(line, columns)),
  ].join('\n');
}

function indent(line: string, columns: number): string {
  // A configuration line is copied, so it is never broken.
  if (line.startsWith('    ')) return line;
  return wrapAnsi(line, columns - 4, { trim: true })
    .split('\n')
    .map((part, index) => `${index === 0 ? '  ' : '    '}${part}`)
    .join('\n');
}

function idleText(idle: IdleClose): string {
  if ('openAfterSeconds' in idle) {
    if (idle.muteAfterSeconds !== null) {
      return `never closed, but mute: a request was answered after ${shown(idle.openAfterSeconds)} and none after ${shown(idle.muteAfterSeconds)}`;
    }
    return `still open and answering after ${shown(idle.openAfterSeconds)}`;
  }
  if (idle.by === 'response-close') return 'none, each response says Connection: close';
  const longest = Math.max(...idle.trials);
  const spread = longest - idle.seconds > 0.1 ? `, the longest ${shown(longest)}` : '';
  return `closed after ${pc.bold(shown(idle.seconds))} by ${BY[idle.by]} (${counted(idle.trials.length, 'connection')}${spread})`;
}

function confirmationText(idle: IdleClose): readonly string[] {
  if (!('seconds' in idle) || idle.by === 'response-close') return [];
  const { answeredAfterSeconds: below, deadAfterSeconds: above } = idle.confirmation;
  if (below === null && above === null) return [];
  const parts = [
    ...(below === null ? [] : [`a request after ${shown(below)} was answered`]),
    ...(above === null ? [] : [`at ${shown(above)} another connection was dead`]),
  ];
  return [`confirmed: ${parts.join(', ')}`];
}

function declaredText({ declaredKeepAliveSeconds: declared, idleClose }: Measured): readonly string[] {
  if (declared === null) return [];
  const kept = 'seconds' in idleClose ? idleClose.seconds : idleClose.openAfterSeconds;
  const lies = 'seconds' in idleClose && idleClose.by !== 'response-close' && kept < declared - 0.5;
  return [`declares Keep-Alive: timeout=${declared}${lies ? ', which it does not keep' : ''}`];
}

function requestsText(requests: RequestsPerConnection): string {
  if ('atLeast' in requests) return `no limit met in ${requests.atLeast}`;
  const { limit, announced, trials } = requests;
  if (announced) return `closes after ${limit}, announced by Connection: close (harmless)`;
  const same = trials.every((trial) => trial === limit);
  return same
    ? `closes after ${limit} without announcing it`
    : `closed connections without announcing it, after ${trials.join(' and ')}`;
}

function statusText({ statusCode, idleClose }: Measured): readonly string[] {
  if (statusCode < 400) return [];
  const hint =
    'by' in idleClose && idleClose.by === 'response-close' ? '; an error may be why it closes' : '';
  return [`it answered with status ${statusCode}${hint}: give a path that works with --path`];
}

const CONCLUSIONS: Readonly<Record<VerdictReason, (required: string, margin: string) => string>> = {
  outlasts: (required) => `It outlasts the load balancer: ${required} are required.`,
  'never-reused': () => 'The load balancer has no idle connection to reuse, so it cannot meet the race.',
  'closes-first': (required, margin) =>
    `It closes ${margin} before the load balancer would: requests sent in that instant fail with 502. At least ${required} are required.`,
  'thin-margin': (required, margin) =>
    `It outlasts the idle timeout by only ${margin}; at least ${required} are required.`,
  'goes-mute': (required) =>
    `It must answer for at least ${required}: look for a firewall or NAT that forgets idle connections, or a stuck worker.`,
  'not-watched-long-enough': (required) =>
    `The probe did not look long enough to tell: ${required} are required, so raise --max-seconds.`,
  'unannounced-request-limit': () =>
    'Idle connections last long enough, but a connection closed without announcement fails the next request with 502: raise or remove the limit, or make the server send Connection: close.',
};

function conclusion({ verdict }: Measured): string {
  const required = shown(verdict.requiredSeconds);
  if (verdict.reason === 'closes-first' && Math.abs(verdict.marginSeconds) < 0.1) {
    return `It closes at the moment at which the load balancer would: requests sent then fail with 502. At least ${required} are required.`;
  }
  return CONCLUSIONS[verdict.reason](required, shown(Math.abs(verdict.marginSeconds)));
}

/** The setting to change on the server, or else on the load balancer. */
function actionLines({ verdict, server, idleClose }: Measured): readonly string[] {
  if (verdict.reason !== 'closes-first' && verdict.reason !== 'thin-margin') return [];
  const kept = 'seconds' in idleClose ? idleClose.seconds : null;
  const advice = serverAdvice(server, verdict.requiredSeconds, kept === null || kept <= 0 ? null : kept);
  return [
    `To do: ${advice.title}. ${advice.why}`,
    ...advice.lines.map((line) => `    ${line}`),
    ...advice.sideEffects.map((effect) => `Mind: ${effect}.`),
    ...advice.alsoCheck.map((check) => `Also check: ${check}.`),
    ...loadBalancerAdvice(kept),
  ];
}

function loadBalancerAdvice(kept: number | null): readonly string[] {
  const below = kept === null ? 0 : Math.floor(Math.min(kept - 5, kept / 1.1));
  if (below < 1) return [];
  return [
    `Or lower the load balancer's idle timeout to ${below} s; it then ends requests that stay silent for longer:`,
    `    aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes Key=idle_timeout.timeout_seconds,Value=${below}`,
  ];
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A header of a stranger, without control characters and cut. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 60);
