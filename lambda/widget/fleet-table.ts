import { plainName } from '../alert/fingerprint.ts';
import { cut } from '../alert/render/text-format.ts';
import type { FleetEntry } from '../model/alert.ts';
import { SEVERITIES } from '../model/diagnosis.ts';
import { inTextOrder } from '../model/text-order.ts';
import { thousands } from '../model/thousands.ts';
import { button } from './action.ts';
import { filterForm, matching } from './filter.ts';
import type { FleetTable } from './fleet-content.ts';
import { isOver, narrowRow, stackedRow, wideRow } from './fleet-row.ts';
import { type Html, html } from './html.ts';
import { firstDay, lookText } from './proof-of-life.ts';
import type { Shown } from './shown.ts';
import { rangeText } from './time.ts';
import type { WidgetFrame } from './widget-event.ts';

/** Rows at once: what the console shows without stutter, and well under 50 kB. */
export const ROWS_A_PAGE = 25;
/** Below these widths, in pixels, columns share a cell, and stand one below the other. */
export const NARROW = 760;
const PHONE = 560;
const QUIET_NAMES = 400;
const NAME_LENGTH = 64;

/** Whether there is anything to say of a load balancer. */
const isNoticed = ({ severity, phase, driftCount, count, countKnown, ended }: FleetEntry): boolean =>
  severity !== 'none' ||
  phase !== 'inactive' ||
  driftCount > 0 ||
  count > 0 ||
  countKnown === false ||
  ended !== undefined;

const isShown = (entry: FleetEntry, shown: Shown): boolean => {
  if (shown === 'quiet') return !isNoticed(entry);
  return isNoticed(entry) && (shown === 'all' || entry.severity === shown);
};

/** The load balancers that the viewer wants to see, worst first. */
export const listedOf = (
  fleet: readonly FleetEntry[],
  filter: WidgetFrame['filter'],
): readonly FleetEntry[] =>
  matching(fleet, filter)
    .filter((entry) => isShown(entry, filter.shown))
    .sort(worstFirst);

/** The rows of a page; a page beyond the last is the last. */
export function pageOf(
  listed: readonly FleetEntry[],
  page: number,
): { readonly page: number; readonly pages: number; readonly rows: readonly FleetEntry[] } {
  const pages = Math.max(1, Math.ceil(listed.length / ROWS_A_PAGE));
  const shown = Math.min(page, pages - 1);
  return { page: shown, pages, rows: listed.slice(shown * ROWS_A_PAGE, (shown + 1) * ROWS_A_PAGE) };
}

/** The fleet: what was found, worst first, and the quiet ones by name. */
export function renderFleet(table: FleetTable): Html {
  const { fleet, frame, endpoint } = table;
  if (fleet.length === 0) return firstDay(table);
  const listed = listedOf(fleet, frame.filter);
  const quiet = fleet.filter((entry) => !isNoticed(entry));
  const isFiltered = frame.filter.text !== '' || frame.filter.shown !== 'all';
  const none = isFiltered
    ? html`<p>None of ${thousands(fleet.length)} load balancers is like that.</p>`
    : null;
  return html`${summary(table, quiet)}${filterForm(frame.filter, endpoint)}
    ${listed.length === 0 ? none : findings(table, listed)}${isFiltered ? null : quietList(quiet)}`;
}

function worstFirst(one: FleetEntry, other: FleetEntry): number {
  return (
    SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity) ||
    other.count - one.count ||
    inTextOrder(one.loadBalancerArn, other.loadBalancerArn)
  );
}

/** Nothing is known of its 502s, and nothing else is wrong. */
const isUnknown = ({ severity, countKnown }: FleetEntry): boolean =>
  severity === 'none' && countKnown === false;

function summary(table: FleetTable, quiet: readonly FleetEntry[]): Html {
  const { fleet, frame } = table;
  const noticed = fleet.filter(isNoticed);
  const over = noticed.filter(isOver);
  const unknown = noticed.filter(isUnknown);
  const known = noticed.filter((entry) => !isOver(entry) && !isUnknown(entry));
  const badge = (count: number, className: string, word: string): Html[] =>
    count === 0 ? [] : [html`<span class="s ${className}">${thousands(count)} ${word}</span> `];
  const counted = [...SEVERITIES]
    .reverse()
    .flatMap((severity) =>
      badge(
        known.filter((entry) => entry.severity === severity).length,
        severity,
        severity === 'none' ? 'noted' : severity,
      ),
    );
  const fine = noticed.length === 0 ? html`<b class="good">Nothing found.</b> ` : null;
  return html`<p class="sum">${fine}${counted}${badge(over.length, 'over', 'resolved')}${badge(unknown.length, 'quiet', 'not known')}${thousands(quiet.length)} without findings · 502s of ${rangeText(frame)} (${frame.zone.label})<small>${lookText(table)}</small></p>`;
}

function findings(table: FleetTable, listed: readonly FleetEntry[]): Html {
  const { width } = table.frame;
  const { page, pages, rows } = pageOf(listed, table.page);
  const turns = pages === 1 ? null : pager(page, pages, listed.length, table.endpoint);
  if (width < PHONE)
    return html`<table><tbody>${rows.map((entry) => stackedRow(entry, table))}</tbody></table>${turns}`;
  const titles =
    width < NARROW
      ? ['Load balancer', 'Finding', '502s', 'Keep-alive and idle timeout']
      : ['Severity', 'Load balancer', 'Cause', '502s', 'Keep-alive and idle timeout', 'Drift'];
  const head = titles.map(
    (title) => html`<th scope="col"${title === '502s' ? html` class="r"` : null}>${title}</th>`,
  );
  const row = width < NARROW ? narrowRow : wideRow;
  return html`<table${width < NARROW ? html` class="m"` : null}><thead><tr>${head}</tr></thead><tbody>${rows.map((entry) => row(entry, table))}</tbody></table>
    ${turns}`;
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
  return html`<p>${first + 1} to ${last} of ${thousands(total)}. ${turn('Previous ones', page - 1)}${turn('Next ones', page + 1)}</p>`;
}

/** By name; the filter `without findings` opens them. */
function quietList(quiet: readonly FleetEntry[]): Html | null {
  if (quiet.length === 0) return null;
  const names = quiet.map(({ loadBalancerArn }) => cut(plainName(loadBalancerArn), NAME_LENGTH)).sort();
  const rest = names.length > QUIET_NAMES ? html` and ${thousands(names.length - QUIET_NAMES)} more` : null;
  return html`<details><summary>${thousands(quiet.length)} without findings</summary>${names.slice(0, QUIET_NAMES).join(', ')}${rest}
    <small>To open one, filter for those without findings.</small></details>`;
}
