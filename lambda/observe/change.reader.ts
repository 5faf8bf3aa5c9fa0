import { setTimeout as sleep } from 'node:timers/promises';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { Change, Gap } from '../model/evidence.ts';
import { answered, attempt } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';
import type { TimeWindow } from './metrics.reader.ts';
import { NETWORK_EVENT_NAMES, networkChangesFromTrailEvent } from './network-event.ts';
import { changesFromTrailEvent } from './trail-event.ts';

/** Changes of all load balancers of a region in a window; the gaps say which kinds could not be read. */
export interface RegionChanges {
  readonly changes: readonly Change[];
  readonly gaps: readonly Gap[];
}

/** The calls that can start or end a 502, the most specific first. */
const EVENT_NAMES = [
  'ModifyLoadBalancerAttributes',
  'ModifyTargetGroupAttributes',
  'DeregisterTargets',
  'RegisterTargets',
  'ModifyTargetGroup',
  'ModifyListener',
  'ModifyRule',
  'CreateRule',
  'CreateTargetGroup',
  'SetSecurityGroups',
  'SetSubnets',
] as const;

// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html: two a second for an
// account and region, 50 events a page.
const PAUSE_MS = 500;
const PAGES_PER_NAME = 4;

/** The CloudTrail client of a region. */
export const cloudTrailClient = (region: string, options: ClientOptions = {}): CloudTrailClient =>
  new CloudTrailClient(clientConfig(region, { maxAttempts: 3, ...options }));

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

interface NamedEvents {
  readonly changes: readonly Change[];
  /** Older events were left unread. */
  readonly cut: boolean;
}

async function lookUp(
  cloudTrail: CloudTrailClient,
  eventName: string,
  window: TimeWindow,
  pauseMs: number,
): Promise<NamedEvents> {
  const changes: Change[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES_PER_NAME; page++) {
    const answer = await cloudTrail.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: eventName }],
        StartTime: new Date(window.start),
        EndTime: new Date(window.end),
        NextToken: token,
      }),
    );
    for (const { CloudTrailEvent = '' } of answered(answer.Events)) {
      const event = parsedJson(CloudTrailEvent);
      changes.push(...changesFromTrailEvent(event), ...networkChangesFromTrailEvent(event));
    }
    token = answer.NextToken;
    await sleep(pauseMs);
    if (!token) return { changes, cut: false };
  }
  return { changes, cut: true };
}

/** How long to pause between two look-ups: one process of several takes its part of the two a second. */
interface Pace {
  readonly pauseMs?: number;
}

/**
 * Reads who changed load balancers, listeners, rules and target groups of a region: once for all of them, because
 * CloudTrail allows two look-ups a second and its events are found by name reliably, by resource not always.
 * Events arrive in CloudTrail up to 15 minutes late.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export const readRegionChanges = (
  cloudTrail: CloudTrailClient,
  region: string,
  window: TimeWindow,
  pace: Pace = {},
): Promise<RegionChanges> => readEvents(EVENT_NAMES, { cloudTrail, region, window, ...pace });

/**
 * Reads who changed security groups and network ACLs of a region: as many look-ups again, so it is for those whose
 * connections to targets fail or whose requests time out.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export const readNetworkChanges = (
  cloudTrail: CloudTrailClient,
  region: string,
  window: TimeWindow,
  pace: Pace = {},
): Promise<RegionChanges> => readEvents(NETWORK_EVENT_NAMES, { cloudTrail, region, window, ...pace });

interface Reading extends Pace {
  readonly cloudTrail: CloudTrailClient;
  readonly region: string;
  readonly window: TimeWindow;
}

async function readEvents(
  names: readonly string[],
  { cloudTrail, region, window, pauseMs = PAUSE_MS }: Reading,
): Promise<RegionChanges> {
  const changes: Change[] = [];
  const gaps: Gap[] = [];
  for (const eventName of names) {
    const call = {
      subject: 'changes' as const,
      what: 'recent changes of configuration',
      action: 'cloudtrail:LookupEvents',
      resource: null,
      region,
    };
    const reading = await attempt(call, () => lookUp(cloudTrail, eventName, window, pauseMs));
    // What fails for one name fails for the next; asking on would only use up the two calls a second.
    if (reading.state === 'unknown') return { changes, gaps: [...gaps, reading.gap] };
    changes.push(...reading.value.changes);
    if (reading.value.cut) gaps.push(tooMany(eventName));
  }
  return { changes, gaps };
}

const tooMany = (eventName: string): Gap => ({
  subject: 'changes',
  what: `the older ${eventName} events`,
  metrics: [],
  action: 'cloudtrail:LookupEvents',
  resource: null,
  kind: 'failed',
  reason: `more than ${PAGES_PER_NAME * 50} ${eventName} events in the window; the oldest were left out`,
});
