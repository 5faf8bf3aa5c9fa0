import { plainName } from '../alert/fingerprint.ts';
import { openText } from '../alert/render/cause-text.ts';
import { cut, percent, share } from '../alert/render/text-format.ts';
import type { FleetEntry } from '../model/alert.ts';
import { CAUSES, type Cause } from '../model/cause.ts';
import { thousands } from '../model/thousands.ts';
import { button } from './action.ts';
import type { FleetTable } from './fleet-content.ts';
import { type Html, html } from './html.ts';
import { silenceBadge } from './silences.ts';
import { sparkline } from './sparkline.ts';
import { rangeText, timeText } from './time.ts';
import { timeoutsPicture } from './timeouts-picture.ts';
import type { WidgetFrame } from './widget-event.ts';

const NAME_LENGTH = 64;
const LONG_WORD = /[^\s-]{21}/;

/** Columns side by side. */
export function wideRow(entry: FleetEntry, table: FleetTable): Html {
  return html`<tr><td>${badges(entry, table)}</td><td>${nameCell(entry, table)}</td><td>${causeCell(entry, table)}</td>
    <td class="r">${failuresCell(entry, table)}</td><td>${timeoutsCell(entry)}</td><td>${driftCell(entry)}</td></tr>`;
}

/** Columns that share a cell. */
export function narrowRow(entry: FleetEntry, table: FleetTable): Html {
  return html`<tr><td>${badges(entry, table)}<br>${nameCell(entry, table)}</td><td>${causeCell(entry, table)}${driftCell(entry)}</td>
    <td class="r">${failuresCell(entry, table)}</td><td>${timeoutsCell(entry)}</td></tr>`;
}

/** One below the other, for a phone. */
export function stackedRow(entry: FleetEntry, table: FleetTable): Html {
  return html`<tr><td><p class="h">${badges(entry, table)} ${nameCell(entry, table)}</p>${causeCell(entry, table)}${driftCell(entry)}
    <div class="h">502s: ${failuresCell(entry, table)}</div>${timeoutsCell(entry)}</td></tr>`;
}

/** A failure that ended has no severity any more: its record is what is left of it. */
export const isOver = ({ severity, ended, phase }: FleetEntry): boolean =>
  severity === 'none' && ended !== undefined && phase === 'inactive';

/** `none` with something to show is an alert that is about to end, or a drift that does no harm. */
export function severityBadge(entry: FleetEntry): Html {
  if (isOver(entry)) return html`<span class="s over">resolved</span>`;
  const { severity, countKnown } = entry;
  if (severity === 'none' && countKnown === false) return html`<span class="s quiet">not known</span>`;
  return html`<span class="s ${severity}">${severity === 'none' ? 'noted' : severity}</span>`;
}

function badges(entry: FleetEntry, { silences, frame }: FleetTable): Html {
  const silence = silenceBadge(entry, silences, frame);
  const severity = html`${entry.severity === 'none' && isQuiet(entry) ? null : severityBadge(entry)}`;
  return silence === null ? severity : html`${severity} ${silence}`;
}

const isQuiet = ({ phase, driftCount, count, countKnown, ended }: FleetEntry): boolean =>
  countKnown !== false && phase === 'inactive' && driftCount === 0 && count === 0 && ended === undefined;

function nameCell({ loadBalancerArn, region, owner }: FleetEntry, { endpoint }: FleetTable): Html {
  const name = cut(plainName(loadBalancerArn), NAME_LENGTH);
  // Only a word that no column has room for may be broken.
  const open = button(name, LONG_WORD.test(name) ? 'n l' : 'n', endpoint, {
    request: { view: 'load-balancer', loadBalancerArn },
    display: 'popup',
    confirmation: null,
  });
  return html`${open}<small>${region}${owner === null ? null : html` · ${cut(owner, NAME_LENGTH)}`}</small>`;
}

/** A cause by its id; where none can be named, the two that lead. Older rows have no leaders. */
function causeText(verdict: Cause, entry: FleetEntry): string {
  if (verdict !== 'undetermined') return verdict;
  const { long } = openText(entry.leaders ?? []);
  return isOver(entry) ? long.replace(/ yet$/, '') : long;
}

function causeCell(entry: FleetEntry, { frame }: FleetTable): Html {
  const { probability, mismatch, phase, since, ended, countKnown } = entry;
  const over = isOver(entry);
  const verdict = over ? (ended?.verdict ?? entry.verdict) : entry.verdict;
  const state = over
    ? `resolved ${timeText(ended?.at ?? since, frame)}`
    : `${phase === 'inactive' ? 'since' : `${phase} since`} ${timeText(since, frame)}`;
  const none = countKnown === false ? '502s not known' : mismatch === null ? 'no 502' : 'no 502 yet';
  const sure = verdict === 'undetermined' || over ? null : html` <b class="nw">${percent(probability)}</b>`;
  const cause =
    verdict === null
      ? none
      : html`<span title="${CAUSES[verdict]}">${causeText(verdict, entry)}</span>${sure}`;
  return html`${cause}<small>${state}</small>`;
}

const NOT_KNOWN = html`not known<small>the 502s cannot be read</small>`;

function failuresCell(entry: FleetEntry, { failures, frame }: FleetTable): Html {
  const { loadBalancerArn, count, requests, countKnown } = entry;
  const ratio = requests > 0 && count > 0 && !isOver(entry) ? share(count / requests) : null;
  const lately = ratio === null ? null : html`<small>${ratio} lately</small>`;
  const counts = failures?.get(loadBalancerArn);
  if (counts === undefined)
    return countKnown === false
      ? NOT_KNOWN
      : html`${thousands(count)} <small>in the last look</small>${lately}`;
  const total = counts.reduce((sum, one) => sum + one, 0);
  if (total === 0 && countKnown === false) return NOT_KNOWN;
  return total === 0
    ? html`0${lately}`
    : html`${thousands(total)}${sparkline(counts, `${thousands(total)} 502s, ${rangeText(frame)}`)}<small>${scaleText(counts, frame)}</small>${lately}`;
}

/** What the highest bar stands for: `at most 12 in 5 min`. */
function scaleText(counts: readonly number[], { range }: WidgetFrame): string {
  const minutes = Math.max(1, Math.round((range.end - range.start) / counts.length / 60_000));
  const step = minutes < 60 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  return `at most ${thousands(Math.max(...counts))} in ${step}`;
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
