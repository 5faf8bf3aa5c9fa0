import { verdictOf } from '../../bin/logs/verdict.ts';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { type LogView, logView } from '../../lambda/access-log/explain/log-view.ts';
import { emptyLine, parseLine } from '../../lambda/access-log/reading/line.ts';
import { tallyBudget } from '../../lambda/access-log/tally/budget.ts';
import { LoadBalancerTally } from '../../lambda/access-log/tally/load-balancer-tally.ts';
import { lineWith } from './lines.ts';

/** One request of a log that is made by hand; what is not said is a request that was answered at once. */
export interface Logged {
  /** When it was sent to its target, seconds from the begin of the log. */
  readonly sent: number;
  /** How long the target had it, seconds. */
  readonly took?: number;
  /** How it failed: cut off by the target, refused (-1 in all times), or answered in a way that cannot be passed on. */
  readonly failed?: 'cut' | 'refused' | 'badly';
  /** The load balancer gave up on it after so many seconds, with 504. */
  readonly gaveUpAfter?: number;
  /** null: the line names none. */
  readonly target?: number | null;
  /** Port of the target. */
  readonly port?: number;
  readonly group?: string;
  readonly node?: number;
  readonly client?: number;
  readonly method?: string;
  readonly path?: string;
  /** What its target answered, where it did. */
  readonly status?: number;
  /** Bytes that the client sent. */
  readonly received?: number;
  /** Why its Lambda function failed. */
  readonly lambdaReason?: string;
}

export const BEGIN_SECONDS = Date.parse('2026-10-05T06:00:00.000Z') / 1000;
export const groupArnOf = (name: string): string =>
  `arn:aws:elasticloadbalancing:eu-north-1:210987654321:targetgroup/${name}/00aa11bb22cc33dd`;
export const addressOf = (target: number, port = 9000): string =>
  `10.20.${target >> 8}.${target & 255}:${port}`;
const nodeAddressOf = (node: number): string => `192.0.2.${node + 1}`;

const isoOf = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, -1)}000Z`;

/** To the microsecond, as lines have it. */
function isoMicro(seconds: number): string {
  const micro = Math.round((seconds - Math.floor(seconds)) * 1e6);
  const whole = Math.floor(seconds) + Math.floor(micro / 1e6);
  return `${isoOf(whole).slice(0, 20)}${String(micro % 1e6).padStart(6, '0')}Z`;
}

function lineOf({
  sent,
  took = 0.004,
  failed,
  gaveUpAfter,
  target = 1,
  port,
  group = 'storefront',
  node = 0,
  client = 1,
  method = 'GET',
  path = '/',
  status = 200,
  received = 180,
  lambdaReason = '-',
}: Logged): { readonly end: number; readonly text: string } {
  const times =
    failed === 'refused'
      ? ['-1', '-1', '-1']
      : gaveUpAfter !== undefined
        ? ['0.000', '-1', '-1']
        : ['0.000', took.toFixed(3), failed === undefined ? '0.000' : '-1'];
  const lasted = gaveUpAfter ?? (failed === 'refused' ? 0 : Number(took.toFixed(3)));
  const end = BEGIN_SECONDS + sent + lasted;
  const [requestTime = '', targetTime = '', responseTime = ''] = times;
  const text = lineWith(
    {
      2: isoMicro(end),
      3: 'app/boutique/99ffee88dd77cc66',
      4: `203.0.113.${client % 250}:${40_000 + (client % 9000)}`,
      5: target === null ? '-' : addressOf(target, port),
      6: requestTime,
      7: targetTime,
      8: responseTime,
      9: gaveUpAfter !== undefined ? '504' : failed === undefined ? String(status) : '502',
      10: gaveUpAfter === undefined && (failed === undefined || failed === 'badly') ? String(status) : '-',
      11: String(received),
      13: `"${method} https://boutique.example:443${path} HTTP/2.0"`,
      17: groupArnOf(group),
      22: isoMicro(BEGIN_SECONDS + sent),
      25: `"${lambdaReason}"`,
      34: nodeAddressOf(node),
    },
    34,
  );
  return { end, text };
}

/** Lines in the order in which they are written: by their end, node after node. */
export function linesOf(requests: readonly Logged[]): readonly string[] {
  return requests
    .map((request) => ({ node: request.node ?? 0, ...lineOf(request) }))
    .sort((one, other) => one.node - other.node || one.end - other.end)
    .map(({ text }) => text);
}

const utf8 = new TextEncoder();

/** The one load balancer of a log. */
export function summaryOfRequests(requests: readonly Logged[]) {
  const analysis = new LogAnalysis();
  analysis.startFile('-');
  analysis.feed(utf8.encode(`${linesOf(requests).join('\n')}\n`));
  analysis.endFile();
  const reading = analysis.reading();
  const [summary] = reading.loadBalancers;
  if (summary === undefined || reading.linesRejected > 0) throw new Error('a line was not read');
  return summary;
}

/** What `alb502 logs` says of a log. */
export function resultOf(requests: readonly Logged[], idleTimeoutSeconds: number | null = 60) {
  const summary = summaryOfRequests(requests);
  const { diagnosis, actions } = verdictOf(summary, idleTimeoutSeconds);
  return { summary, diagnosis, actions, explanations: diagnosis.explanations };
}

/** The view that explanations look at; groups, targets and nodes have the numbers they have in the requests. */
export function viewOf(requests: readonly Logged[], historyEntries = 1_000_000): LogView {
  const groups: string[] = [];
  const ports = new Map<number, number | undefined>();
  const tally = new LoadBalancerTally('app/boutique/99ffee88dd77cc66', tallyBudget(historyEntries));
  const ordered = requests.map((request) => ({ request, ...lineOf(request) }));
  ordered.sort((one, other) => (one.request.node ?? 0) - (other.request.node ?? 0) || one.end - other.end);
  for (const { request, text } of ordered) {
    const line = emptyLine();
    const bytes = utf8.encode(text);
    const reason = parseLine(line, bytes, 0, bytes.length);
    if (reason !== null) throw new Error(reason);
    const { group = 'storefront', target = 1, node = 0 } = request;
    if (!groups.includes(group)) groups.push(group);
    if (target !== null) ports.set(target, request.port);
    tally.add(line, groups.indexOf(group), target ?? -1, node);
  }
  return logView(
    tally,
    (group) => groupArnOf(groups[group] ?? ''),
    (target) => addressOf(target, ports.get(target)),
  );
}
