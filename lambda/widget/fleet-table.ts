import { plainName } from '../alert/fingerprint.ts';
import { cut, percent, share, thousands } from '../alert/render/words.ts';
import type { FleetEntry } from '../model/alert.ts';
import { CAUSES } from '../model/cause.ts';
import { SEVERITIES } from '../model/diagnosis.ts';
import { button } from './action.ts';
import { type Html, html } from './html.ts';
import { sparkline } from './sparkline.ts';
import { rangeText, timeText } from './time.ts';
import { timeoutsPicture } from './timeouts-picture.ts';
import type { WidgetFrame } from './widget-event.ts';

/** Rows at once: what the console shows without stutter, and well under 50 kB. */
export const ROWS_A_PAGE = 30;
/** Below this width, in pixels, columns share a cell. */
const NARROW = 760;
const QUIET_NAMES = 400;
const NAME_LENGTH = 64;

/** 502s of each load balancer over the dashboard's range, oldest first; null where they could not be read. */
export type FailureCounts = ReadonlyMap<string, readonly number[]> | null;

export interface FleetTable {
  /** In any order. */
  readonly fleet: readonly FleetEntry[];
  readonly failures: FailureCounts;
  readonly frame: WidgetFrame;
  readonly page: number;
  /** ARN of the widget function, which clicks call. */
  readonly endpoint: string;
}

/** Whether there is anything to say of a load balancer. */
const isNoticed = ({ severity, phase, driftCount, count }: FleetEntry): boolean =>
  severity !== 'none' || phase !== 'inactive' || driftCount > 0 || count > 0;

/** The load balancers with findings, worst first. */
export const noticedOf = (fleet: readonly FleetEntry[]): readonly FleetEntry[] =>
  fleet.filter(isNoticed).sort(worstFirst);

/** The rows of a page; a page beyond the last is the last. */
export function pageOf(
  noticed: readonly FleetEntry[],
  page: number,
): { readonly page: number; readonly pages: number; readonly rows: readonly FleetEntry[] } {
  const pages = Math.max(1, Math.ceil(noticed.length / ROWS_A_PAGE));
  const shown = Math.min(page, pages - 1);
  return { page: shown, pages, rows: noticed.slice(shown * ROWS_A_PAGE, (shown + 1) * ROWS_A_PAGE) };
}

/** The fleet: what was found, worst first, and the quiet ones by name. */
export function renderFleet(table: FleetTable): Html {
  const { fleet } = table;
  if (fleet.length === 0)
    return html`<p>No load balancer has been looked at yet. The first 600 are within half an hour of the deployment, 1,200 an hour; one with a 502 within minutes.</p>`;
  const noticed = noticedOf(fleet);
  const quiet = fleet.filter((entry) => !isNoticed(entry));
  return html`${summary(table, noticed, quiet)}${noticed.length === 0 ? null : findings(table, noticed)}${quietList(quiet)}`;
}

function worstFirst(one: FleetEntry, other: FleetEntry): number {
  return (
    SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity) ||
    other.count - one.count ||
    one.loadBalancerArn.localeCompare(other.loadBalancerArn)
  );
}

function summary(
  { fleet, frame }: FleetTable,
  noticed: readonly FleetEntry[],
  quiet: readonly FleetEntry[],
): Html {
  const counted = [...SEVERITIES].reverse().flatMap((severity) => {
    const count = noticed.filter((entry) => entry.severity === severity).length;
    return count === 0 ? [] : [html`<span class="s ${severity}">${count} ${severityWord(severity)}</span> `];
  });
  const newest =
    fleet
      .map(({ updatedAt }) => updatedAt)
      .sort()
      .at(-1) ?? '';
  const fine = noticed.length === 0 ? html`<b class="good">Nothing found.</b> ` : null;
  return html`<p class="sum">${fine}${counted}${thousands(quiet.length)} without findings · 502s of ${rangeText(frame)} · last look ${timeText(newest, frame)} (${frame.zone.label})</p>`;
}

/** `none` with something to show is an alert that is about to end, or a drift that does no harm. */
const severityWord = (severity: FleetEntry['severity']): string => (severity === 'none' ? 'noted' : severity);

function findings(table: FleetTable, noticed: readonly FleetEntry[]): Html {
  const narrow = table.frame.width < NARROW;
  const { page, pages, rows } = pageOf(noticed, table.page);
  const titles = narrow
    ? ['Load balancer', 'Finding', '502s', 'Keep-alive and idle timeout']
    : ['Severity', 'Load balancer', 'Cause', '502s', 'Keep-alive and idle timeout', 'Drift'];
  const head = titles.map(
    (title) => html`<th scope="col"${title === '502s' ? html` class="r"` : null}>${title}</th>`,
  );
  const row = narrow ? narrowRow : wideRow;
  return html`<table><thead><tr>${head}</tr></thead><tbody>${rows.map((entry) => row(entry, table))}</tbody></table>
    ${pages === 1 ? null : pager(page, pages, noticed.length, table.endpoint)}`;
}

function pager(page: number, pages: number, total: number, endpoint: string): Html {
  const turn = (label: string, to: number): Html | null =>
    to < 0 || to >= pages
      ? null
      : button(label, 'p', endpoint, {
          request: { view: 'fleet', page: to },
          display: 'widget',
          confirmation: null,
        });
  const first = page * ROWS_A_PAGE;
  const last = Math.min(total, first + ROWS_A_PAGE);
  return html`<p>${first + 1} to ${last} of ${thousands(total)} with findings. ${turn('Worse ones', page - 1)}${turn('Next ones', page + 1)}</p>`;
}

function wideRow(entry: FleetEntry, table: FleetTable): Html {
  return html`<tr><td>${badge(entry)}</td><td>${nameCell(entry, table)}</td><td>${causeCell(entry, table)}</td>
    <td class="r">${failuresCell(entry, table)}</td><td>${timeoutsCell(entry)}</td><td>${driftCell(entry)}</td></tr>`;
}

function narrowRow(entry: FleetEntry, table: FleetTable): Html {
  return html`<tr><td>${badge(entry)}<br>${nameCell(entry, table)}</td><td>${causeCell(entry, table)}${driftCell(entry)}</td>
    <td class="r">${failuresCell(entry, table)}</td><td>${timeoutsCell(entry)}</td></tr>`;
}

const badge = ({ severity }: FleetEntry): Html =>
  html`<span class="s ${severity}">${severityWord(severity)}</span>`;

function nameCell({ loadBalancerArn, region, owner }: FleetEntry, { endpoint }: FleetTable): Html {
  const name = cut(plainName(loadBalancerArn), NAME_LENGTH);
  const open = button(name, 'n', endpoint, {
    request: { view: 'load-balancer', loadBalancerArn },
    display: 'popup',
    confirmation: null,
  });
  return html`${open}<small>${region}${owner === null ? null : html` · ${cut(owner, NAME_LENGTH)}`}</small>`;
}

function causeCell(
  { verdict, probability, mismatch, phase, since }: FleetEntry,
  { frame }: FleetTable,
): Html {
  const state = phase === 'inactive' ? 'since' : `${phase} since`;
  const cause =
    verdict !== null
      ? html`<span title="${CAUSES[verdict]}">${verdict}</span>${verdict === 'undetermined' ? null : html` <b class="nw">${percent(probability)}</b>`}`
      : mismatch !== null
        ? 'no 502 yet'
        : 'no 502';
  return html`${cause}<small>${state} ${timeText(since, frame)}</small>`;
}

function failuresCell(
  { loadBalancerArn, count, requests }: FleetEntry,
  { failures, frame }: FleetTable,
): Html {
  const ratio = requests > 0 && count > 0 ? share(count / requests) : null;
  const lately = ratio === null ? null : html`<small>${ratio} lately</small>`;
  const counts = failures?.get(loadBalancerArn);
  if (counts === undefined) return html`${thousands(count)}<small>in the last look</small>${lately}`;
  const total = counts.reduce((sum, one) => sum + one, 0);
  const picture = total === 0 ? null : sparkline(counts, `${thousands(total)} 502s, ${rangeText(frame)}`);
  return html`${thousands(total)}${picture}${lately}`;
}

const timeoutsCell = ({ mismatch }: FleetEntry): Html | null =>
  mismatch === null ? null : timeoutsPicture(mismatch);

function driftCell({ drift, driftCount }: FleetEntry): Html | null {
  const [first] = drift;
  if (driftCount === 0) return null;
  if (!first) return html`<small>${driftCount} changed</small>`;
  const key = cut(first.key.replace(/\.timeout_seconds$/, ''), 40);
  const others = driftCount === 1 ? null : html` and ${driftCount - 1} more`;
  return html`<small>${key}: ${valueText(first.baseline)} → <b>${valueText(first.current)}</b>${others}</small>`;
}

const valueText = (value: string | null): string => (value === null ? 'none' : cut(value, 24));

function quietList(quiet: readonly FleetEntry[]): Html | null {
  if (quiet.length === 0) return null;
  const names = quiet.map(({ loadBalancerArn }) => cut(plainName(loadBalancerArn), NAME_LENGTH)).sort();
  const rest = names.length > QUIET_NAMES ? html` and ${thousands(names.length - QUIET_NAMES)} more` : null;
  return html`<details><summary>${thousands(quiet.length)} without findings</summary>${names.slice(0, QUIET_NAMES).join(', ')}${rest}</details>`;
}
