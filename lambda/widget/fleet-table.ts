import type { FleetEntry } from '../model/alert.ts';
import { CAUSES } from '../model/cause.ts';
import { SEVERITIES } from '../model/diagnosis.ts';
import { escapeHtml } from './html.ts';

interface Column {
  readonly title: string;
  readonly numeric?: true;
  /** Plain text; it is escaped where it is written. */
  readonly text: (entry: FleetEntry) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'Severity', text: ({ severity }) => severity },
  { title: 'Load balancer', text: ({ loadBalancerArn }) => loadBalancerName(loadBalancerArn) },
  { title: 'Region', text: ({ region }) => region },
  { title: 'Alert', text: ({ phase }) => phase },
  { title: 'Cause', text: causeText },
  { title: '502s', numeric: true, text: failuresText },
  { title: 'Keep-alive against idle timeout', text: mismatchText },
  { title: 'Drift', numeric: true, text: ({ driftCount }) => (driftCount === 0 ? '' : String(driftCount)) },
  { title: 'Since', text: ({ since }) => minuteText(since) },
  { title: 'Owner', text: ({ owner }) => owner ?? '' },
  { title: 'Looked at', text: ({ updatedAt }) => minuteText(updatedAt) },
];

/**
 * The fleet as an HTML table, worst first. No script, no style of its own: the console's follow its theme.
 *
 * @param fleet - in any order
 */
export function renderFleetTable(fleet: readonly FleetEntry[]): string {
  if (fleet.length === 0)
    return '<p>No load balancer has been looked at yet. Each is within a day; one with a 502 within minutes.</p>';
  const head = COLUMNS.map(({ title, numeric }) => cell('th', title, numeric)).join('');
  const rows = [...fleet].sort(worstFirst).map((entry) => {
    const cells = COLUMNS.map(({ text, numeric }) => cell('td', text(entry), numeric));
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** What stands in the place of the table when it could not be read. */
export function renderLoadError(reason: string): string {
  return `<p><strong>The load balancers could not be read.</strong> ${escapeHtml(reason)}</p>`;
}

const cell = (tag: 'th' | 'td', text: string, numeric: true | undefined): string =>
  `<${tag}${numeric ? ' align="right"' : ''}>${escapeHtml(text)}</${tag}>`;

function worstFirst(one: FleetEntry, other: FleetEntry): number {
  return (
    SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity) ||
    other.count - one.count ||
    one.loadBalancerArn.localeCompare(other.loadBalancerArn)
  );
}

/** `app/shop/50dc6c495c0c9188` → `shop`; anything else is shown as it is. */
const loadBalancerName = (arn: string): string => /loadbalancer\/app\/([^/]+)\//.exec(arn)?.[1] ?? arn;

function causeText({ verdict, probability }: FleetEntry): string {
  return verdict === null ? '' : `${verdict} (${percent(probability)}): ${CAUSES[verdict]}`;
}

function failuresText({ count, requests }: FleetEntry): string {
  if (count === 0) return '0';
  return requests === 0 ? String(count) : `${count} (${percent(count / requests)})`;
}

function mismatchText({ mismatch }: FleetEntry): string {
  if (mismatch === null) return '';
  const { keepAliveSeconds, idleTimeoutSeconds, source } = mismatch;
  return `${keepAliveSeconds} s (${source}) against ${idleTimeoutSeconds} s`;
}

/** A share in per cent, with as many decimals as a small one needs. */
function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.01) return 'under 0.01 %';
  return `${value >= 10 ? value.toFixed(0) : Number(value.toPrecision(2))} %`;
}

/** `2026-11-23T05:50:12.000Z` → `2026-11-23 05:50 UTC`. */
const minuteText = (isoTime: string): string => `${isoTime.slice(0, 16).replace('T', ' ')} UTC`;
