/** How a simulated fleet looks. */
export interface FleetPlan {
  readonly region: string;
  readonly account: string;
  readonly loadBalancers: number;
  readonly groupsEach: number;
  /** Load balancers with 502s: the first ones. */
  readonly failing: number;
  /** Epoch milliseconds of the first 502. */
  readonly failingFrom: number;
  /** How long after its first point a series is listed, so that Metrics Insights sees it; AWS says up to 15 minutes. */
  readonly listedAfterMs: number;
}

/** Requests a minute of each load balancer, and 502s a minute of one in trouble. */
const REQUESTS = 600;
const FAILURES = 3;
const TARGETS = 2;
const MINUTE_MS = 60_000;
/** How long after its end a minute's point can be read. */
const POINT_DELAY_MS = 30_000;

export interface SimulatedGroup {
  readonly arn: string;
  readonly name: string;
  readonly dimension: string;
  readonly loadBalancer: SimulatedLoadBalancer;
}

export interface SimulatedLoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dimension: string;
  readonly listenerArn: string;
  readonly failing: boolean;
  readonly groups: readonly SimulatedGroup[];
}

const hex = (index: number): string => (0xa0000000 + index).toString(16).padStart(16, '0');

/** Load balancers with target groups, and the metrics that they publish; everything is computed, nothing is kept. */
export class SimulatedFleet {
  readonly loadBalancers: readonly SimulatedLoadBalancer[];
  readonly groups: readonly SimulatedGroup[];
  readonly plan: FleetPlan;
  private readonly byDimension: ReadonlyMap<string, SimulatedLoadBalancer>;
  private readonly byArn: ReadonlyMap<string, SimulatedLoadBalancer>;

  constructor(plan: FleetPlan) {
    this.plan = plan;
    this.loadBalancers = Array.from({ length: plan.loadBalancers }, (_, index) =>
      loadBalancerOf(plan, index),
    );
    this.groups = this.loadBalancers.flatMap(({ groups }) => groups);
    this.byDimension = new Map(this.loadBalancers.map((one) => [one.dimension, one]));
    this.byArn = new Map([
      ...this.loadBalancers.flatMap((one) => [[one.arn, one] as const, [one.listenerArn, one] as const]),
      ...this.groups.map((group) => [group.arn, group.loadBalancer] as const),
    ]);
  }

  /** The load balancer that an ARN of it, of its listener or of one of its groups belongs to. */
  ownerOf(arn: string): SimulatedLoadBalancer | undefined {
    return this.byArn.get(arn);
  }

  /** Those that a Metrics Insights query over 502s finds at a time. */
  listedFailing(now: number): readonly SimulatedLoadBalancer[] {
    const { failingFrom, listedAfterMs } = this.plan;
    return now < failingFrom + listedAfterMs ? [] : this.loadBalancers.filter(({ failing }) => failing);
  }

  /**
   * The points of one series from `start` to before `end`, as far as they can be read at `now`; all epoch milliseconds.
   */
  pointsOf(
    metric: string,
    dimensions: Readonly<Record<string, string>>,
    span: { readonly start: number; readonly end: number; readonly now: number },
  ): readonly (readonly [number, number])[] {
    const value = this.valueOf(metric, dimensions);
    if (value === null) return [];
    const from = metric === 'HTTPCode_ELB_502_Count' ? this.plan.failingFrom : 0;
    const points: [number, number][] = [];
    for (let at = span.start; at < span.end; at += MINUTE_MS)
      if (at >= from && at + MINUTE_MS + POINT_DELAY_MS <= span.now) points.push([at, value]);
    return points;
  }

  private valueOf(metric: string, dimensions: Readonly<Record<string, string>>): number | null {
    const { LoadBalancer, TargetGroup, AvailabilityZone } = dimensions;
    const owner = this.byDimension.get(LoadBalancer ?? '');
    if (!owner) return null;
    const share = TargetGroup === undefined ? 1 : 1 / owner.groups.length;
    if (metric === 'RequestCount') return REQUESTS * share;
    if (metric === 'HTTPCode_ELB_502_Count' && TargetGroup === undefined)
      return owner.failing ? FAILURES / (AvailabilityZone === undefined ? 1 : 3) : null;
    if (TargetGroup === undefined) return null;
    const ofGroup: Readonly<Record<string, number>> = {
      HTTPCode_Target_2XX_Count: REQUESTS * share,
      TargetResponseTime: 0.02,
      HealthyHostCount: TARGETS,
      UnHealthyHostCount: 0,
    };
    return ofGroup[metric] ?? null;
  }
}

function loadBalancerOf(plan: FleetPlan, index: number): SimulatedLoadBalancer {
  const name = `lb-${String(index).padStart(5, '0')}`;
  const prefix = `arn:aws:elasticloadbalancing:${plan.region}:${plan.account}`;
  const dimension = `app/${name}/${hex(index)}`;
  const groups: SimulatedGroup[] = [];
  const loadBalancer = {
    arn: `${prefix}:loadbalancer/${dimension}`,
    name,
    dimension,
    listenerArn: `${prefix}:listener/${dimension}/${hex(index)}`,
    failing: index < plan.failing,
    groups,
  };
  for (let group = 0; group < plan.groupsEach; group++) {
    const own = `targetgroup/${name}-${group}/${hex(index * plan.groupsEach + group)}`;
    groups.push({ arn: `${prefix}:${own}`, name: `${name}-${group}`, dimension: own, loadBalancer });
  }
  return loadBalancer;
}
