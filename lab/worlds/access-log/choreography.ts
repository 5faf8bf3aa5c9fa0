import type { Arrival, Plan } from './arrival.ts';
import { clientAddress, partnerAddress } from './client-address.ts';
import type { Outcome } from './outcome.ts';
import type { Random } from './random.ts';
import type { Choreography, Step } from './traffic.ts';

const IDS = 100_000;
/** Requests that are made at once come within this time. */
const AT_ONCE_SECONDS = 0.02;

function arrival(at: number, client: string, plan: Plan, random: Random): Arrival {
  const step = plan.steps[plan.step];
  if (!step) throw new Error('no such step');
  const { method, bodyBytes, workSeconds, workSigma = 0.3, unavailableShare = 0 } = step;
  return {
    at,
    client,
    method,
    path: step.path.replace('{id}', String(plan.id)),
    retry: false,
    plan,
    ...(bodyBytes === undefined ? {} : { bodyBytes: Math.round(bodyBytes * random.between(0.9, 1.1)) }),
    ...(workSeconds === undefined
      ? {}
      : { workSeconds: workSeconds * Math.exp(random.normal(0, workSigma)) }),
    ...(unavailableShare > 0 && random.chance(unavailableShare) ? { status: 503 } : {}),
  };
}

function* startTimes(
  random: Random,
  duration: number,
  { starts, clients }: Choreography,
): Generator<{ readonly at: number; readonly client: number }> {
  if (starts.by === 'chance') {
    for (
      let at = random.exponential(1 / starts.rate);
      at < duration;
      at += random.exponential(1 / starts.rate)
    )
      yield { at, client: random.whole(clients) };
    return;
  }
  const { periodSeconds, jitterSeconds, together } = starts;
  const common = random.next();
  for (let client = 0; client < clients; client++)
    for (let tick = together ? common : random.next(); tick * periodSeconds < duration; tick++) {
      const at = tick * periodSeconds + random.normal(0, jitterSeconds);
      if (at > 0) yield { at, client };
    }
}

/** The requests that begin a choreography. */
export function* startsOf(random: Random, duration: number, choreography: Choreography): Generator<Arrival> {
  const { firstClient, steps } = choreography;
  for (const { at, client } of startTimes(random, duration, choreography)) {
    const beginner = clientAddress(firstClient + client);
    const plan = { steps, step: 0, time: 1, id: 1 + random.whole(IDS), beginner, leads: true };
    for (let copy = steps[0].atOnce ?? 1; copy > 0; copy--)
      yield arrival(
        copy === 1 ? at : at + random.between(0, AT_ONCE_SECONDS),
        beginner,
        { ...plan, leads: copy === 1 },
        random,
      );
  }
}

const isAfter = ({ after }: Step, { elbStatus }: Outcome): boolean =>
  after === undefined ||
  (after === '2xx' ? elbStatus >= 200 && elbStatus < 300 : String(elbStatus) === after);

/** What the application makes of an answer: the next step, or the same once more. */
export function followUps(before: Arrival, outcome: Outcome, random: Random): Arrival[] {
  const { plan } = before;
  if (!plan?.leads) return [];
  const current = plan.steps[plan.step];
  const again = current !== undefined && plan.time < (current.times ?? 1);
  const step = again ? plan.step : plan.step + 1;
  const next = plan.steps[step];
  if (!next || (!again && !isAfter(next, outcome))) return [];
  if (!again && next.chance !== undefined && !random.chance(next.chance)) return [];
  const wait = Math.max(0.001, (next.afterSeconds ?? 0) + random.normal(0, next.jitterSeconds ?? 0));
  const at = (next.from === 'request' ? before.at : outcome.end) + wait;
  const client = next.by === 'partner' ? partnerAddress(plan.id) : plan.beginner;
  const time = again ? plan.time + 1 : 1;
  return Array.from({ length: next.atOnce ?? 1 }, (_, copy) =>
    arrival(
      copy === 0 ? at : at + random.between(0, AT_ONCE_SECONDS),
      client,
      { ...plan, step, time, leads: copy === 0 },
      random,
    ),
  ).filter((follower) => follower.at > before.at);
}
