import type { Moto } from './moto-server.ts';
import { forwardTo, type MotoFleet, motoFleet } from './observe/moto-fleet.ts';

/** What one load balancer of the fleet is meant to show. */
export interface Specimen {
  readonly name: string;
  readonly arn: string;
}

const MINUTES = 40;
const TARGETS = ['10.0.0.11', '10.0.0.12'];

/** Counts by minute: `count` in every `every`th minute, nothing published in between. */
export const scattered = (count: number, every: number): (number | null)[] =>
  Array.from({ length: MINUTES }, (_, minute) => (minute % every === 0 ? count : null));

const steady = (count: number): number[] => Array.from({ length: MINUTES }, () => count);

const tail = (arn: string): string =>
  arn
    .split(':')
    .at(-1)
    ?.replace(/^loadbalancer\//, '') ?? '';

/** A load balancer with its traffic; the first target group has two targets. */
export interface Plan {
  readonly name: string;
  readonly idleTimeoutSeconds?: number;
  readonly protocol?: 'HTTP' | 'HTTPS';
  readonly lambda?: true;
  readonly tags?: Readonly<Record<string, string>>;
  /** Tags of a second group that only a rule forwards to. */
  readonly second?: Readonly<Record<string, string>>;
  /** Each minute; 500 where it is left out. */
  readonly requests?: number;
  readonly failures?: readonly (number | null)[];
  /** A metric of the target group that counts in the minutes of the failures. */
  readonly errors?: 'TargetConnectionErrorCount' | 'TargetTLSNegotiationErrorCount' | 'LambdaUserError';
}

const SECONDS = 'alb502:keep-alive-seconds';

/** One load balancer for each answer the monitor must be able to give. */
const PLANS: readonly Plan[] = [
  {
    name: 'mismatch',
    idleTimeoutSeconds: 120,
    tags: { [SECONDS]: '75', 'alb502:server': 'nginx', 'alb502:owner': 'team shop' },
    failures: scattered(2, 5),
  },
  {
    name: 'refused',
    tags: { [SECONDS]: '75' },
    failures: scattered(6, 3),
    errors: 'TargetConnectionErrorCount',
  },
  { name: 'tls', protocol: 'HTTPS', failures: scattered(6, 3), errors: 'TargetTLSNegotiationErrorCount' },
  { name: 'lambda', lambda: true, failures: scattered(4, 4), errors: 'LambdaUserError' },
  { name: 'silent', idleTimeoutSeconds: 60, tags: { [SECONDS]: '5' } },
  { name: 'equal', idleTimeoutSeconds: 60, tags: { [SECONDS]: '60' }, failures: scattered(1, 7) },
  { name: 'healthy', idleTimeoutSeconds: 60, tags: { [SECONDS]: '75' }, second: { [SECONDS]: '90' } },
  { name: 'unclear', failures: scattered(3, 6) },
];

async function build(fleet: MotoFleet, plan: Plan, start: Date): Promise<Specimen> {
  const { name, failures, errors } = plan;
  const arn = await fleet.loadBalancer({
    name,
    ...(plan.idleTimeoutSeconds === undefined ? {} : { idleTimeoutSeconds: plan.idleTimeoutSeconds }),
  });
  const group = plan.lambda
    ? await fleet.lambdaTargetGroup(`${name}-group`)
    : await fleet.targetGroup({
        name: `${name}-group`,
        protocol: plan.protocol ?? 'HTTP',
        targets: TARGETS,
        tags: plan.tags ?? {},
      });
  const listener = await fleet.listener(arn, 80, forwardTo(group));
  if (plan.second) {
    const second = await fleet.targetGroup({ name: `${name}-second`, targets: TARGETS, tags: plan.second });
    await fleet.rule(listener, 10, forwardTo(second));
  }
  const balancer = { LoadBalancer: tail(arn) };
  const both = { ...balancer, TargetGroup: tail(group) };
  const requests = steady(plan.requests ?? 500);
  await fleet.metric('RequestCount', balancer, start, requests);
  await fleet.metric('RequestCount', both, start, requests);
  if (failures) await fleet.metric('HTTPCode_ELB_502_Count', balancer, start, failures);
  if (errors) await fleet.metric(errors, both, start, failures ?? []);
  return { name, arn };
}

/** Builds a fleet, a network load balancer beside it, with traffic up to a few minutes ago. */
export async function buildFleet(
  moto: Pick<Moto, 'client'>,
  plans: readonly Plan[] = PLANS,
): Promise<ReadonlyMap<string, Specimen>> {
  const fleet = await motoFleet(moto);
  const minute = 60_000;
  const start = new Date(Math.floor(Date.now() / minute) * minute - (MINUTES + 3) * minute);
  await fleet.loadBalancer({ name: 'network', type: 'network' });
  const specimens: Specimen[] = [];
  for (const plan of plans) specimens.push(await build(fleet, plan, start));
  return new Map(specimens.map((specimen) => [specimen.name, specimen]));
}
