import { randomFrom } from '../../../lab/worlds/access-log/random.ts';
import { type Fault, type FaultRule, startFaultProxy } from '../../aws-faults.ts';
import type { Moto } from '../../moto-server.ts';
import type { FaultFleet } from './fleet.ts';
import { createWorld } from './world.ts';

const MINUTE_MS = 60_000;

/** Every read of an investigation. */
const READS = [
  'DescribeLoadBalancers',
  'DescribeLoadBalancerAttributes',
  'DescribeListeners',
  'DescribeTargetGroups',
  'DescribeTags',
  'DescribeTargetGroupAttributes',
  'DescribeTargetHealth',
  'GetMetricData',
] as const;
type Read = (typeof READS)[number];

const emptyAnswer = (action: Read): Fault => ({
  answer: () =>
    action === 'GetMetricData'
      ? { MetricDataResults: [] }
      : `<${action}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><${action}Result/></${action}Response>`,
});

/** How a read goes wrong; `slow` is no answer within the client's time. */
export const FAULT_KINDS = [
  'denied',
  'throttled',
  'internal-error',
  'dropped',
  'slow',
  'empty',
  'malformed',
] as const;
type Kind = (typeof FAULT_KINDS)[number];

function ruleFor(action: Read, kind: Kind): FaultRule {
  if (kind === 'slow') return { action, fault: 'silent' };
  return { action, fault: kind === 'empty' ? emptyAnswer(action) : kind };
}

export interface ReadRow {
  readonly what: string;
  readonly looks: number;
  /** An alert of trouble that goes on was closed. */
  readonly wrongResolves: number;
  /** An alert about a load balancer that is healthy, or one more about the same. */
  readonly wrongAlerts: number;
  /** Failures that are not one line about AWS, for the queue to try again. */
  readonly crashes: number;
  /** Looks of which neither a gap nor an error says that the read was missing. */
  readonly unnamed: number;
}

interface Tally {
  looks: number;
  wrongResolves: number;
  wrongAlerts: number;
  crashes: number;
  unnamed: number;
}

const CLEAN_ERRORS = new Set(['RemoteError', 'InputError', 'ConcurrentUpdateError']);

/** A monitor that told of all there is, then looks three times with some reads failing. */
async function lookThrough(
  moto: Moto,
  fleet: FaultFleet,
  rulesOfLook: (look: number) => readonly FaultRule[],
  looks = 3,
): Promise<Tally> {
  const proxy = await startFaultProxy(moto.endpoint);
  const world = await createWorld(moto);
  const arns = [fleet.failing, fleet.silent, fleet.healthy];
  const tally: Tally = { looks: 0, wrongResolves: 0, wrongAlerts: 0, crashes: 0, unnamed: 0 };
  try {
    for (const arn of arns) await world.investigate(arn, fleet.startMs);
    const known = (await world.received()).length;
    for (let look = 1; look <= looks; look++) {
      const atMs = fleet.startMs + Math.round((look * 280) / looks) * MINUTE_MS;
      for (const arn of arns) {
        const rules = rulesOfLook(look);
        proxy.reset(rules);
        const { outcome, error } = await world.investigate(arn, atMs, { endpoint: proxy.endpoint });
        tally.looks += 1;
        if (error instanceof Error && !CLEAN_ERRORS.has(error.name)) tally.crashes += 1;
        const called = new Set(proxy.calls.map(({ action }) => action));
        const missing = rules.some((rule) => called.has(rule.action) && typeof rule.fault === 'string');
        if (
          error === null &&
          missing &&
          (outcome?.investigation?.bundle.gaps.filter(({ kind }) => kind !== 'switched-off').length ?? 0) ===
            0
        )
          tally.unnamed += 1;
      }
    }
    const since = (await world.received()).slice(known);
    tally.wrongResolves = since.filter(({ event }) => event === 'resolved').length;
    const repeats = (event: string): boolean => event === 'updated';
    tally.wrongAlerts = since.filter(({ event }) => event !== 'resolved' && !repeats(event)).length;
  } finally {
    await proxy.stop();
  }
  return tally;
}

/** One read after the other fails in one way, for each way; then each call at random. */
export async function readTable(
  moto: Moto,
  fleet: FaultFleet,
  options: {
    readonly kinds: readonly Kind[];
    readonly reads?: readonly Read[];
    readonly randomLooks: number;
  },
): Promise<readonly ReadRow[]> {
  const rows: ReadRow[] = [];
  for (const kind of options.kinds) {
    const sum: Tally = { looks: 0, wrongResolves: 0, wrongAlerts: 0, crashes: 0, unnamed: 0 };
    for (const action of options.reads ?? READS) {
      const tally = await lookThrough(moto, fleet, () => [ruleFor(action, kind)], 1);
      sum.looks += tally.looks;
      sum.wrongResolves += tally.wrongResolves;
      sum.wrongAlerts += tally.wrongAlerts;
      sum.crashes += tally.crashes;
      sum.unnamed += tally.unnamed;
    }
    rows.push({ what: `each read ${kind}`, ...sum });
  }
  if (options.randomLooks > 0) {
    const random = randomFrom(502);
    const pick = (): readonly FaultRule[] =>
      READS.flatMap((action) => {
        if (!random.chance(0.3)) return [];
        const kind = random.pick(FAULT_KINDS);
        return [ruleFor(action, kind === 'slow' ? 'dropped' : kind)];
      });
    rows.push({
      what: '30 % of reads at random',
      ...(await lookThrough(moto, fleet, pick, options.randomLooks)),
    });
  }
  return rows;
}
