import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type EvidenceBundle, evidenceBundleSchema } from '../../lambda/model/evidence.ts';
import { type ClientOptions, clientsByRegion, type ObserveClients } from '../../lambda/observe/clients.ts';
import { type ObserveRequest, observe } from '../../lambda/observe/observe.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';
import { type MotoFleet, motoFleet } from './moto-fleet.ts';

export const region = 'eu-central-1';
/** The first minute of the window that {@link requestFor} asks about. */
export const start = new Date('2026-11-20T10:00:00Z');

/** A moto server with a fleet, behind a proxy that records and breaks calls; filled before the first test. */
export interface ObservedAws {
  readonly fleet: MotoFleet;
  readonly moto: Moto;
  readonly proxy: FaultProxy;
  clients(options?: ClientOptions): ObserveClients;
  /** The bundle of a load balancer that is there, checked against the schema. */
  bundleOf(request: ObserveRequest): Promise<EvidenceBundle>;
}

/** Starts the servers for one test file and stops them after it; the proxy forgets its rules before each test. */
export function observedAws(): () => ObservedAws {
  let moto: Moto;
  let proxy: FaultProxy;
  let aws: ObservedAws;
  beforeAll(async () => {
    moto = await startMoto(region);
    proxy = await startFaultProxy(moto.endpoint);
    const clients = (options: ClientOptions = {}): ObserveClients =>
      clientsByRegion({ ...proxy.client, maxAttempts: 2, ...options })(region);
    aws = {
      fleet: await motoFleet(moto),
      moto,
      proxy,
      clients,
      bundleOf: async (request) => {
        const observation = await observe(request, clients());
        if (observation.state === 'gone') throw new Error('gone');
        return evidenceBundleSchema.parse(observation.bundle);
      },
    };
  });
  beforeEach(() => proxy.reset());
  afterAll(async () => {
    await proxy?.stop();
    await moto?.stop();
  });
  return () => aws;
}

export const requestFor = (
  loadBalancer: ObserveRequest['loadBalancer'],
  over: Partial<ObserveRequest> = {},
): ObserveRequest => ({
  region,
  account: '123456789012',
  loadBalancer,
  window: { start: '2026-11-20T10:00:00Z', end: '2026-11-20T10:30:00Z' },
  baseline: null,
  declaredKeepAlives: [],
  storedKeepAliveFacts: [],
  changes: { changes: [], gaps: [] },
  workloads: async () => ({ workloads: new Map(), gaps: [] }),
  ...over,
});

/** The CloudWatch dimension `LoadBalancer` of an ARN. */
export const dimensionOf = (arn: string): string => arn.slice(arn.indexOf('/') + 1);

/** The CloudWatch dimension `TargetGroup` of an ARN. */
export const groupDimensionOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);
