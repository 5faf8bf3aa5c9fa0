import { setTimeout as sleep } from 'node:timers/promises';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { Change, Gap } from '../model/evidence.ts';
import { answered, attempt } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';
import type { TimeWindow } from './metrics.reader.ts';
import { changesFromTrailEvent } from './trail-event.ts';

/** Changes of all load balancers of a region in a window; the gaps say which kinds could not be read. */
export interface RegionChanges {
  readonly changes: readonly Change[];
  readonly gaps: readonly Gap[];
}

/** The calls that can start or end a 502, the most telling first. */
const EVENT_NAMES = [
  'ModifyLoadBalancerAttributes',
  'ModifyTargetGroupAttributes',
  'DeregisterTargets',
  'RegisterTargets',
  'ModifyTargetGroup',
  'ModifyListener',
  'ModifyRule',
  'SetSecurityGroups',
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
    for (const event of answered(answer.Events))
      changes.push(...changesFromTrailEvent(parsedJson(event.CloudTrailEvent ?? '')));
    token = answer.NextToken;
    await sleep(pauseMs);
    if (!token) return { changes, cut: false };
  }
  return { changes, cut: true };
}

/**
 * Reads who changed load balancers, listeners, rules and target groups of a region: once for all of them, because
 * CloudTrail allows two look-ups a second and its events are found by name reliably, by resource not always.
 * Events arrive in CloudTrail up to 15 minutes late.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export async function readRegionChanges(
  cloudTrail: CloudTrailClient,
  region: string,
  window: TimeWindow,
  pauseMs = PAUSE_MS,
): Promise<RegionChanges> {
  const changes: Change[] = [];
  const gaps: Gap[] = [];
  for (const eventName of EVENT_NAMES) {
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
