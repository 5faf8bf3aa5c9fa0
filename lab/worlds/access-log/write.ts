import { ACCOUNT, BEGIN_SECONDS, LineWriter, LOAD_BALANCER, REGION } from './line.ts';
import type { Exchange, Scenario } from './scenario.ts';

/** One file of a log, as the load balancer would deliver it. */
export interface LogFile {
  readonly name: string;
  readonly text: string;
}

/** What there is to write: all that was simulated, or a part of it. */
export interface Written {
  readonly scenario: Scenario;
  /** In order of time. */
  readonly exchanges: readonly Exchange[];
}

const nodeAddress = (node: number): string => `203.0.113.${20 + node}`;

/** All lines in order of time, as one file of unknown name holds them. */
export function* linesOf({ scenario, exchanges }: Written): Generator<string> {
  const writer = new LineWriter(scenario);
  for (let at = 0; at < exchanges.length; at += 500)
    yield `${exchanges
      .slice(at, at + 500)
      .map((exchange) => writer.lineOf(exchange))
      .join('\n')}\n`;
}

function fileName(node: number, windowEnd: number): string {
  const end = new Date((BEGIN_SECONDS + windowEnd) * 1000).toISOString();
  const day = end.slice(0, 10).replaceAll('-', '/');
  const stamp = `${end.slice(0, 10).replaceAll('-', '')}T${end.slice(11, 13)}${end.slice(14, 16)}Z`;
  const name = `${ACCOUNT}_elasticloadbalancing_${REGION}_${LOAD_BALANCER.replaceAll('/', '.')}_${stamp}_${nodeAddress(node)}_4a2b9c1d.log.gz`;
  return `AWSLogs/${ACCOUNT}/elasticloadbalancing/${REGION}/${day}/${name}`;
}

/** The files that the nodes would deliver: one a node and five minutes. Their text is not compressed here. */
export function filesOf({ scenario, exchanges }: Written): LogFile[] {
  const writer = new LineWriter(scenario);
  const files = new Map<string, { readonly name: string; readonly lines: string[] }>();
  for (const exchange of exchanges) {
    const windowEnd = Math.ceil((exchange.end + 0.001) / 300) * 300;
    const key = `${exchange.node} ${windowEnd}`;
    const file = files.get(key);
    if (file) file.lines.push(writer.lineOf(exchange));
    else files.set(key, { name: fileName(exchange.node, windowEnd), lines: [writer.lineOf(exchange)] });
  }
  return [...files.values()].map(({ name, lines }) => ({ name, text: `${lines.join('\n')}\n` }));
}
