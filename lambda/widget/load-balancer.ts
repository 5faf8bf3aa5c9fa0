import { plainName } from '../alert/fingerprint.ts';
import { consoleLink } from '../alert/notification.ts';
import { requestLine } from '../alert/render/failing-request.ts';
import { reasonsOf } from '../alert/render/reasons.ts';
import { capital, countText, noFailuresText } from '../alert/render/sections.ts';
import { cut, explained, percent, sentenceOf, share } from '../alert/render/text-format.ts';
import { causesLine, portionOfCause } from '../diagnose/explanation-text.ts';
import { leadersBeside } from '../diagnose/leaders.ts';
import { argument } from '../diagnose/remedies/command.ts';
import type { FleetEntry, Incident, Proof } from '../model/alert.ts';
import type { Action, Diagnosis } from '../model/diagnosis.ts';
import { likelihoodText } from '../model/likelihood.ts';
import { thousands } from '../model/thousands.ts';
import { button } from './action.ts';
import { driftPart } from './drift.ts';
import { explanationsPart } from './explanations.ts';
import { isOver, severityBadge } from './fleet-row.ts';
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
  /** The record of its open incident, or of the one that ended lately; null where there is none. */
  readonly incident: Incident | null;
  /** What holds announcements back, now or again and again; null: nothing does. */
  readonly silence: Html | null;
  readonly recurring: Html | null;
  readonly frame: WidgetFrame;
  readonly endpoint: string;
  /** Whether the viewer may accept drift and silence alerts from here. */
  readonly actionsAllowed: boolean;
}

/** What is known of one load balancer: what to do, why, what changed, and how it went. */
export function renderLoadBalancer(record: LoadBalancerRecord): Html {
  const { entry, incident, silence, recurring, frame } = record;
  const { loadBalancerArn, region, owner, drift } = entry;
  const diagnosis = incident?.diagnosis ?? null;
  return html`<h2>${severityBadge(entry)} ${plainName(loadBalancerArn)}${silence === null ? null : html` ${silence}`}</h2>
    <small>${region}${owner === null ? null : html` · ${cut(owner, 100)}`} · looked at ${timeText(entry.updatedAt, frame)} (${frame.zone.label})${consolePart(loadBalancerArn)}</small>
    ${recurring}
    <p>${headline(entry, diagnosis, frame)}</p>
    ${entry.mismatch === null ? null : html`${timeoutsPicture(entry.mismatch)}<small>${capital(timeoutsText(entry.mismatch))}.</small>`}
    ${record.actionsAllowed ? buttons(record) : null}
    ${incident?.proof ? proofPart(incident.proof, frame) : null}
    ${diagnosis === null ? null : diagnosisParts(diagnosis, frame, isOver(entry))}
    ${entry.actions === undefined ? null : actionsPart(diagnosis === null ? 'What to do' : 'What to do about the configuration now', entry.actions)}
    ${diagnosis === null ? scanPart(entry) : null}
    ${driftPart(diagnosis === null || drift.length > 0 ? drift : diagnosis.drift, frame)}
    ${incident === null ? null : requestsPart(incident)}
    ${incident === null ? null : timelinePart(incident, frame)}`;
}

function consolePart(loadBalancerArn: string): Html | null {
  const link = consoleLink(loadBalancerArn);
  return link === ''
    ? null
    : html` · <a href="${link}" target="_blank" rel="noreferrer">open in the EC2 console</a>`;
}

function headline(entry: FleetEntry, diagnosis: Diagnosis | null, frame: WidgetFrame): Html {
  const { verdict, probability, mismatch, driftCount, ended, countKnown } = entry;
  if (isOver(entry) && ended !== undefined) {
    const cause = ended.verdict ?? 'undetermined';
    const sentence = diagnosis === null ? sentenceOf(cause) : explained(cause, diagnosis);
    return html`<b class="good">Resolved ${timeText(ended.at, frame)}.</b> It was <b>${cause}</b>: ${sentence}.`;
  }
  if (verdict !== null) {
    const sentence = diagnosis === null ? sentenceOf(verdict) : explained(verdict, diagnosis);
    const sure =
      verdict === 'undetermined'
        ? null
        : html` (${likelihoodText(probability)}, ${percent(probability)}${diagnosis === null ? '' : portionOfCause(verdict, diagnosis)})`;
    return html`<b>${verdict}</b>${sure}: ${sentence}.`;
  }
  const none = countKnown === false ? 'Whether there are 502s is not known' : 'No 502 yet';
  if (mismatch?.assumed)
    return html`${none}; by its server's default the keep-alive would not outlast the idle timeout: check.`;
  if (mismatch !== null) return html`${none}, but the keep-alive does not outlast the idle timeout.`;
  if (driftCount > 0) return html`Its configuration differs from the baseline.`;
  return countKnown === false
    ? html`${none}: they could not be read.`
    : html`Nothing found at the last look.`;
}

/** What shows that it is over: the rate before and after. */
function proofPart({ before, after }: Proof, frame: WidgetFrame): Html {
  const rate = ({ failures, requests }: typeof before): string =>
    `${thousands(failures)} of ${thousands(requests)} requests${failures === 0 ? '' : ` (${share(failures / requests)})`}`;
  return html`<p>Before: ${rate(before)}, ${timeText(before.from, frame)} to ${timeText(before.to, frame)}. Since then: ${rate(after)}.</p>`;
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

/** A fresh look, with all evidence that the reader's own rights can get. */
function scanPart({ loadBalancerArn, region }: FleetEntry): Html {
  const scan = `alb502 scan --region ${argument('REGION', region)} --load-balancer ${argument('LOAD_BALANCER', plainName(loadBalancerArn))}`;
  return html`<h3>For the full diagnosis</h3>${command(scan)}`;
}

const actionsPart = (title: string, actions: readonly Action[]): Html | null =>
  actions.length === 0 ? null : html`<h3>${title}</h3><ol>${actions.slice(0, STEPS).map(step)}</ol>`;

function diagnosisParts(diagnosis: Diagnosis, frame: WidgetFrame, over: boolean): Html {
  const { actions, missingEvidence } = diagnosis;
  const missing = missingEvidence
    .slice(0, STEPS)
    .map(({ what, how }) => html`<li>${cut(what, LINE)}<small>${cut(how, LINE)}</small></li>`);
  const causes = causesLine(diagnosis);
  return html`<p>${symptomText(diagnosis, frame)}${causes === null ? null : html` ${causes}`}</p>
    ${explanationsPart(diagnosis)}
    ${actionsPart(over ? 'What was advised' : 'What to do', actions)}
    ${evidencePart(diagnosis)}
    ${missing.length === 0 ? null : html`<h3>Still unknown</h3><ul>${missing}</ul>`}`;
}

function symptomText(diagnosis: Diagnosis, frame: WidgetFrame): Html {
  const { count, firstSeen, lastSeen } = diagnosis.symptom;
  if (count === 0) return html`${noFailuresText(diagnosis)}`;
  const when =
    firstSeen === null || lastSeen === null
      ? null
      : html`, from ${timeText(firstSeen, frame)} to ${timeText(lastSeen, frame)}`;
  return html`${countText(diagnosis)}${when}.`;
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
  const others = leadersBeside(diagnosis, reasons.cause)
    .slice(0, 3)
    .map(({ cause, probability }) => `${cause} ${percent(probability)}`);
  const beside = reasons.cause === null ? 'Possible' : 'Next likely';
  return html`<h3>${reasons.cause === null ? 'What was seen' : `Evidence for ${reasons.cause}`}</h3><ul>${facts}${sentences}</ul>${others.length === 0 ? null : html`<small>${beside}: ${others.join(', ')}</small>`}`;
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

function timelinePart({ id, openedAt, resolvedAt, timeline }: Incident, frame: WidgetFrame): Html {
  const entries = timeline
    .slice(-NEWEST_ENTRIES)
    .reverse()
    .map(
      ({ at, phase, reason, event }) =>
        html`<li>${timeText(at, frame)} <b>${event ?? phase}</b> ${cut(reason, LINE)}</li>`,
    );
  return html`<h3>Incident ${resolvedAt === null ? 'since' : 'of'} ${timeText(openedAt, frame)}</h3><ul>${entries}</ul><small>${id}</small>`;
}
