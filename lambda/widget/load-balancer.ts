import { plainName } from '../alert/fingerprint.ts';
import { requestLine } from '../alert/render/failing-request.ts';
import { reasonsOf } from '../alert/render/reasons.ts';
import { capital } from '../alert/render/sections.ts';
import { cut, explained, percent, sentenceOf, share, thousands } from '../alert/render/words.ts';
import { argument } from '../diagnose/command.ts';
import { briefExplanations, causesLine } from '../diagnose/explanation-words.ts';
import type { FleetEntry, Incident } from '../model/alert.ts';
import type { Action, Diagnosis, Drift } from '../model/diagnosis.ts';
import { button } from './action.ts';
import { type Html, html, verbatim } from './html.ts';
import { timeText } from './time.ts';
import { timeoutsPicture, timeoutsText } from './timeouts-picture.ts';
import type { WidgetFrame } from './widget-event.ts';

const STEPS = 6;
const FACTS = 8;
const NEWEST_ENTRIES = 12;
const NEWEST_REQUESTS = 5;
const LINE = 600;
const COMMAND_LENGTH = 2000;

export interface LoadBalancerRecord {
  readonly entry: FleetEntry;
  /** The record of its open incident; null where there is none. */
  readonly incident: Incident | null;
  readonly frame: WidgetFrame;
  readonly endpoint: string;
  /** Whether the viewer may accept drift and silence alerts from here. */
  readonly actionsAllowed: boolean;
}

/** What is known of one load balancer: what to do, why, what changed, and how it went. */
export function renderLoadBalancer(record: LoadBalancerRecord): Html {
  const { entry, incident, frame } = record;
  const { severity, loadBalancerArn, region, owner } = entry;
  const diagnosis = incident?.diagnosis ?? null;
  return html`<h2><span class="s ${severity}">${severity === 'none' ? 'noted' : severity}</span> ${plainName(loadBalancerArn)}</h2>
    <small>${region}${owner === null ? null : html` · ${cut(owner, 100)}`} · looked at ${timeText(entry.updatedAt, frame)} (${frame.zone.label})</small>
    <p>${headline(entry, diagnosis)}</p>
    ${entry.mismatch === null ? null : html`${timeoutsPicture(entry.mismatch)}<small>${capital(timeoutsText(entry.mismatch))}.</small>`}
    ${record.actionsAllowed ? buttons(record) : null}
    ${diagnosis === null ? noIncident(entry) : diagnosisParts(diagnosis, frame)}
    ${driftPart(diagnosis === null || entry.drift.length > 0 ? entry.drift : diagnosis.drift, frame)}
    ${incident === null ? null : requestsPart(incident)}
    ${incident === null ? null : timelinePart(incident, frame)}`;
}

function headline(
  { verdict, probability, mismatch, driftCount }: FleetEntry,
  diagnosis: Diagnosis | null,
): Html {
  if (verdict !== null) {
    const sentence = diagnosis === null ? sentenceOf(verdict) : explained(verdict, diagnosis);
    const sure = verdict === 'undetermined' ? null : html` (${percent(probability)} sure)`;
    return html`<b>${verdict}</b>${sure}: ${sentence}.`;
  }
  if (mismatch !== null) return html`No 502 yet, but the keep-alive does not outlast the idle timeout.`;
  return driftCount > 0
    ? html`Its configuration differs from the baseline.`
    : html`Nothing found at the last look.`;
}

function buttons({ entry, endpoint }: LoadBalancerRecord): Html {
  const { loadBalancerArn, driftCount } = entry;
  const name = plainName(loadBalancerArn);
  const accept = button('Accept the drift', 'p', endpoint, {
    request: { view: 'accept-drift', loadBalancerArn },
    display: 'popup',
    confirmation: `Take the configuration of ${name} as it is now for its baseline?`,
  });
  const silence = button('Silence for 1 hour', 'p', endpoint, {
    request: { view: 'silence', loadBalancerArn },
    display: 'popup',
    confirmation: `Send no alert about ${name} for one hour?`,
  });
  return html`<p>${driftCount === 0 ? null : accept}${silence}</p>`;
}

function noIncident({ loadBalancerArn, region }: FleetEntry): Html {
  const scan = `alb502 scan --region ${argument('REGION', region)} --load-balancer ${argument('LOAD_BALANCER', plainName(loadBalancerArn))}`;
  return html`<h3>For the full diagnosis</h3>${command(scan)}`;
}

function diagnosisParts(diagnosis: Diagnosis, frame: WidgetFrame): Html {
  const { actions, missingEvidence } = diagnosis;
  const missing = missingEvidence
    .slice(0, STEPS)
    .map(({ what, how }) => html`<li>${cut(what, LINE)}<small>${cut(how, LINE)}</small></li>`);
  const causes = causesLine(diagnosis);
  return html`<p>${symptomText(diagnosis, frame)}${causes === null ? null : html` ${causes}`}</p>
    ${explanationsPart(diagnosis)}
    ${actions.length === 0 ? null : html`<h3>What to do</h3><ol>${actions.slice(0, STEPS).map(step)}</ol>`}
    ${evidencePart(diagnosis)}
    ${missing.length === 0 ? null : html`<h3>Still unknown</h3><ul>${missing}</ul>`}`;
}

function symptomText({ symptom }: Diagnosis, frame: WidgetFrame): Html {
  const { count, requests, ratio, firstSeen, lastSeen } = symptom;
  if (count === 0) return html`No 502 in the window so far.`;
  const when =
    firstSeen === null || lastSeen === null
      ? null
      : html`, from ${timeText(firstSeen, frame)} to ${timeText(lastSeen, frame)}`;
  return html`${thousands(count)} of ${thousands(requests)} requests got 502 (${share(ratio)})${when}.`;
}

function step({ title, why, commands, rollback }: Action): Html {
  const undo =
    rollback.length === 0
      ? null
      : html`<details><summary>How to roll back</summary>${rollback.map(command)}</details>`;
  return html`<li><b>${cut(title, LINE)}</b><br>${cut(capital(why), LINE)}${commands.map(command)}${undo}</li>`;
}

/** Whole or not at all: one that is cut would do something else. */
const command = (line: string): Html =>
  line.length > COMMAND_LENGTH
    ? html`<p>A command of ${thousands(line.length)} characters is in the mail and the record.</p>`
    : html`<pre>${verbatim(line)}</pre>`;

function evidencePart(diagnosis: Diagnosis): Html | null {
  const reasons = reasonsOf(diagnosis, FACTS);
  if (reasons === null) return null;
  const facts = reasons.evidence.map(
    ({ fact, source, weight }) =>
      html`<li>${cut(capital(fact), LINE)} <span class="w">(${source}, ${weight > 0 ? 'for' : 'against'} it: ${Math.abs(weight).toFixed(1)})</span></li>`,
  );
  const sentences = reasons.others.slice(0, FACTS).map((sentence) => html`<li>${cut(sentence, LINE)}</li>`);
  const others = diagnosis.hypotheses
    .filter(({ cause }) => cause !== 'undetermined')
    .filter(({ cause, probability }) => cause !== reasons.cause && probability >= 0.01)
    .slice(0, 3)
    .map(({ cause, probability }) => `${cause} ${percent(probability)}`);
  return html`<h3>Evidence for ${reasons.cause}</h3><ul>${facts}${sentences}</ul>${others.length === 0 ? null : html`<small>Next likely: ${others.join(', ')}</small>`}`;
}

/** What explains how many failures, one line each: the first thing to read. */
function explanationsPart(diagnosis: Diagnosis): Html | null {
  const brief = briefExplanations(diagnosis);
  if (brief.length === 0) return null;
  const lines = brief.map((line) => html`<li>${cut(line, LINE)}</li>`);
  return html`<h3>What explains the failures</h3><ul>${lines}</ul>`;
}

function driftPart(drift: readonly Drift[], frame: WidgetFrame): Html | null {
  if (drift.length === 0) return null;
  const rows = drift.map(({ resourceArn, key, baseline, current, changedAt, changedBy }) => {
    const when = changedAt === null ? 'not known' : timeText(changedAt, frame);
    return html`<tr><td>${plainName(resourceArn)}</td><td>${key}</td><td>${cut(baseline ?? 'none', 100)}</td><td><b>${cut(current ?? 'none', 100)}</b></td>
      <td>${when}</td><td>${changedBy ?? 'not known'}</td></tr>`;
  });
  const head = ['Resource', 'Setting', 'Baseline', 'Now', 'Changed', 'By'].map(
    (title) => html`<th scope="col">${title}</th>`,
  );
  return html`<h3>Changed since the baseline</h3><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table>`;
}

/** The newest: who looks now finds them in the application's own logs by the trace. */
function requestsPart({ failingRequests }: Incident): Html | null {
  if (failingRequests === null) return null;
  const { requests, atLeast } = failingRequests;
  const shown = requests.slice(-NEWEST_REQUESTS);
  const lines = shown.map((request) => html`<li>${cut(requestLine(request), LINE)}</li>`);
  const left = atLeast - shown.length;
  return html`<h3>Failed requests</h3><ul>${lines}</ul>${left > 0 ? html`<small>and at least ${thousands(left)} more</small>` : null}`;
}

function timelinePart({ id, openedAt, timeline }: Incident, frame: WidgetFrame): Html {
  const entries = timeline
    .slice(-NEWEST_ENTRIES)
    .reverse()
    .map(
      ({ at, phase, reason, event }) =>
        html`<li>${timeText(at, frame)} <b>${event ?? phase}</b> ${cut(reason, LINE)}</li>`,
    );
  return html`<h3>Incident since ${timeText(openedAt, frame)}</h3><ul>${entries}</ul><small>${id}</small>`;
}
