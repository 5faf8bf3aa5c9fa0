import type { FleetEntry, Incident } from '../model/alert.ts';
import type { Drift } from '../model/diagnosis.ts';
import type { RecurringlySilenced, ScreenedRegion, Silenced } from '../store/monitor-store.ts';
import type { FailureCounts } from './fleet-content.ts';
import { listedOf, pageOf, renderFleet } from './fleet-table.ts';
import { type Html, html } from './html.ts';
import { renderLoadBalancer } from './load-balancer.ts';
import { renderRegionNotes } from './region-notes.ts';
import { recurringPart, type SilenceShown, silenceBadge, silencesInForce } from './silences.ts';
import { framed } from './style.ts';
import { parseWidgetEvent, type WidgetFrame, type WidgetRequest } from './widget-event.ts';

/** What the widget needs from outside. */
export interface WidgetPorts {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly loadFleet: () => Promise<readonly FleetEntry[]>;
  /** Regions that are or were watched; only what the table should say of them. */
  readonly loadRegions: () => Promise<readonly ScreenedRegion[]>;
  /** What people asked to be silent about; some may be over. */
  readonly loadSilences: () => Promise<readonly Silenced[]>;
  /** The same of those that recur. */
  readonly loadRecurringSilences: () => Promise<readonly RecurringlySilenced[]>;
  /** How often the configuration of every load balancer is looked at. */
  readonly postureHours: () => number;
  readonly loadIncident: (id: string) => Promise<Incident | null>;
  /** 502s of the given load balancers over a range; null where they cannot be read. */
  readonly readFailures: (
    entries: readonly FleetEntry[],
    range: WidgetFrame['range'],
  ) => Promise<FailureCounts>;
  /** ARN of the widget function, which clicks call. */
  readonly endpoint: string;
  /** null: the configuration does not allow a viewer to change anything. */
  readonly actions: () => WidgetActions | null;
  /** The viewer sees a sentence; whoever runs the monitor needs the error. */
  readonly logFailure: (error: unknown) => void;
}

/** What a viewer may change. Each asks for a new look, so that the table follows. */
export interface WidgetActions {
  /** Makes what differs now part of the baseline. */
  readonly acceptDrift: (entry: FleetEntry, drift: readonly Drift[]) => Promise<void>;
  readonly silence: (entry: FleetEntry, untilMs: number) => Promise<void>;
}

const SILENCE_MS = 3_600_000;

const DESCRIPTION = `## alb502: load balancers

Shows what alb502 last found out about each Application Load Balancer, worst first: severity, cause and its
probability, 502s over the dashboard's time range, keep-alive against idle timeout, drift from the baseline, since
when, the owner, and what is silenced or resolved. A filter takes a text and a severity, or those without findings. A
click on a name opens the evidence, what to do, how to roll back, and the history.

It takes no parameters. It follows the dashboard's theme, time range, time zone and size. It reads the monitor's own
table and CloudWatch metrics; it changes nothing unless the stack was deployed with \`widgetActions\`, which adds
buttons to accept a drift and to silence a load balancer for an hour.
`;

/**
 * Answers one call of a CloudWatch custom widget.
 *
 * @param event - `{describe: true}` asks for documentation in Markdown; anything else for HTML
 * @returns Markdown or HTML; what cannot be read becomes an HTML message that says so
 * @throws InputError where the event is none of a custom widget
 */
export async function answerWidget(event: unknown, ports: WidgetPorts): Promise<string> {
  const { request, frame } = parseWidgetEvent(event, ports.now());
  if (request.view === 'describe') return DESCRIPTION;
  return framed(frame.theme, await contentFor(request, frame, ports)).markup;
}

async function contentFor(request: WidgetRequest, frame: WidgetFrame, ports: WidgetPorts): Promise<Html> {
  try {
    const fleet = await ports.loadFleet();
    if (!('loadBalancerArn' in request))
      return await fleetContent(fleet, request.view === 'fleet' ? request.page : 0, frame, ports);
    const entry = fleet.find(({ loadBalancerArn }) => loadBalancerArn === request.loadBalancerArn);
    if (!entry) return html`<p>The load balancer is gone: it was deleted, or is not watched any more.</p>`;
    if (request.view === 'load-balancer') return await loadBalancerContent(entry, frame, ports);
    return await act(request.view, entry, ports);
  } catch (error) {
    ports.logFailure(error);
    const reason = error instanceof Error ? error.message : String(error);
    return html`<p><strong>The load balancers could not be read.</strong> ${reason}</p>`;
  }
}

async function fleetContent(
  fleet: readonly FleetEntry[],
  page: number,
  frame: WidgetFrame,
  ports: WidgetPorts,
): Promise<Html> {
  const { rows } = pageOf(listedOf(fleet, frame.filter), page);
  const [failures, regions, { inForce: silences }] = await Promise.all([
    rows.length === 0 ? null : ports.readFailures(rows, frame.range),
    ports.loadRegions(),
    silencesOf(ports),
  ]);
  const { endpoint } = ports;
  const postureHours = ports.postureHours();
  const table = renderFleet({ fleet, failures, silences, regions, postureHours, frame, page, endpoint });
  return html`${renderRegionNotes(regions)}${table}`;
}

async function loadBalancerContent(entry: FleetEntry, frame: WidgetFrame, ports: WidgetPorts): Promise<Html> {
  const id = entry.incidentId ?? entry.ended?.id ?? null;
  const incident = id === null ? null : await ports.loadIncident(id);
  const actionsAllowed = ports.actions() !== null;
  const { inForce, recurring: all, now } = await silencesOf(ports);
  const silence = silenceBadge(entry, inForce, frame);
  const own = all.filter(({ loadBalancerArn }) => loadBalancerArn === entry.loadBalancerArn);
  const recurring = recurringPart(
    own.map((each) => each.silence),
    frame,
    now,
  );
  const { endpoint } = ports;
  return renderLoadBalancer({ entry, incident, silence, recurring, frame, endpoint, actionsAllowed });
}

interface Silences {
  readonly inForce: ReadonlyMap<string, SilenceShown>;
  readonly recurring: readonly RecurringlySilenced[];
  readonly now: string;
}

async function silencesOf(ports: WidgetPorts): Promise<Silences> {
  const now = new Date(ports.now()).toISOString();
  const [asked, recurring] = await Promise.all([ports.loadSilences(), ports.loadRecurringSilences()]);
  return { inForce: await silencesInForce(asked, recurring, now), recurring, now };
}

async function act(view: 'accept-drift' | 'silence', entry: FleetEntry, ports: WidgetPorts): Promise<Html> {
  const actions = ports.actions();
  if (actions === null)
    return html`<p><strong>Not allowed.</strong> The stack was deployed without <b>widgetActions</b>.</p>`;
  if (view === 'silence') {
    await actions.silence(entry, ports.now() + SILENCE_MS);
    return html`<p>Silenced for one hour. The failure is still watched, and shown here.</p>`;
  }
  await actions.acceptDrift(entry, entry.drift);
  return html`<p>Accepted: ${changes(entry.drift.length)} part of the baseline now. The table follows within a minute or two.</p>`;
}

const changes = (count: number): string => (count === 1 ? '1 change is' : `${count} changes are`);
