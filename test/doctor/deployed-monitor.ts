import {
  CloudTrailClient,
  CreateTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { ConfigurationInput } from '../../lib/configuration.ts';
import { type FaultProxy, type FaultRule, startFaultProxy } from '../aws-faults.ts';
import { alb502, type Run } from '../bin/cli.ts';
import { type Deployment, deployToMoto } from '../infra/deploy.ts';
import { type Moto, startMoto } from '../moto.ts';
import { dimensionOf } from '../observe/observed-aws.ts';
import { buildLoggedFleet } from '../permissions/logged-fleet.ts';

const TRAIL_BUCKET = 'trails-of-the-account';

const documentSchema = z.object({
  version: z.literal(1),
  checks: z.array(
    z.object({ check: z.string(), outcome: z.string(), what: z.string(), todo: z.string().nullable() }),
  ),
});
export type DoctorDocument = z.infer<typeof documentSchema>;

/** A stack that is deployed into moto, with a fleet and all that a healthy monitor leaves behind. */
export interface DeployedMonitor {
  readonly moto: Moto;
  readonly proxy: FaultProxy;
  readonly deployment: Deployment;
  /** Makes some calls fail; the others are answered as AWS would. */
  make(faults: readonly FaultRule[]): void;
  /** Runs the command line as a user would, with some calls made to fail. */
  run(args: readonly string[], faults?: readonly FaultRule[]): Promise<Run>;
  /** `doctor --json`, parsed. */
  doctor(faults?: readonly FaultRule[]): Promise<DoctorDocument & { readonly code: number | null }>;
  stop(): Promise<void>;
}

const insightsSchema = z.object({
  MetricDataQueries: z.array(z.object({ Expression: z.string().optional() })),
});
const lookSchema = z.looseObject({ MetricDataResults: z.array(z.looseObject({})) });

/** What AWS says and moto does not: changes of the account, a query that is grouped, an event that was taken. */
export const asAws = (dimension: string): readonly FaultRule[] => [
  { action: 'LookupEvents', fault: { answer: () => ({ Events: [] }) } },
  // Moto's rules cannot match every pattern, and fail the call.
  {
    action: 'PutEvents',
    fault: { answer: () => ({ FailedEntryCount: 0, Entries: [{ EventId: 'event' }] }) },
  },
  {
    action: 'GetMetricData',
    fault: {
      rewrite: (output, input) => {
        const [first] = insightsSchema.parse(input).MetricDataQueries;
        if (!first?.Expression?.startsWith('SELECT')) return output;
        const group = { Id: 'failing', Label: dimension, StatusCode: 'Complete' };
        const now = Math.floor(Date.now() / 60_000) * 60;
        return {
          ...lookSchema.parse(output),
          MetricDataResults: [{ ...group, Timestamps: [now - 600], Values: [3] }],
        };
      },
    },
  },
];

/** Starts everything; stop it in `afterAll`. */
export async function deployedMonitor(
  configurationFor: (moto: Moto) => Promise<ConfigurationInput> = async () => ({}),
): Promise<DeployedMonitor> {
  const moto = await startMoto();
  const proxy = await startFaultProxy(moto.endpoint);
  const deployment = await deployToMoto(moto, await configurationFor(moto));
  const { loadBalancerArn } = await buildLoggedFleet(moto);
  await keepTrail(moto);
  await leaveMetrics(moto, deployment);
  const usual = asAws(dimensionOf(loadBalancerArn));
  const make = (faults: readonly FaultRule[]): void => proxy.reset([...faults, ...usual]);
  const run = (args: readonly string[], faults: readonly FaultRule[] = []): Promise<Run> => {
    make(faults);
    return alb502(args, { ...moto.environment, ...proxy.environment });
  };
  return {
    ...{ moto, proxy, deployment, make, run },
    doctor: async (faults) => {
      const { code, stdout, stderr } = await run(['doctor', '--json'], faults);
      if (stdout === '') throw new Error(stderr);
      return { ...documentSchema.parse(JSON.parse(stdout)), code };
    },
    stop: async () => {
      deployment.remove();
      await proxy.stop();
      await moto.stop();
    },
  };
}

async function keepTrail(moto: Moto): Promise<void> {
  await new S3Client({ ...moto.client, forcePathStyle: true }).send(
    new CreateBucketCommand({
      Bucket: TRAIL_BUCKET,
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    }),
  );
  const trails = new CloudTrailClient(moto.client);
  await trails.send(
    new CreateTrailCommand({ Name: 'changes', S3BucketName: TRAIL_BUCKET, IsMultiRegionTrail: true }),
  );
  await trails.send(new StartLoggingCommand({ Name: 'changes' }));
  // What a new trail of AWS has from the start.
  const EventSelectors = [{ ReadWriteType: 'All' as const, IncludeManagementEvents: true }];
  await trails.send(new PutEventSelectorsCommand({ TrailName: 'changes', EventSelectors }));
}

/** What Lambda counts of functions that run and do not fail. */
async function leaveMetrics(moto: Moto, { outputs }: Deployment): Promise<void> {
  const at = new Date(Date.now() - 5 * 60_000);
  const names = [outputs.ScreenFunctionName, outputs.InvestigateFunctionName, outputs.ProbeFunctionName];
  await new CloudWatchClient(moto.client).send(
    new PutMetricDataCommand({
      Namespace: 'AWS/Lambda',
      MetricData: names.flatMap((name) =>
        name === undefined
          ? []
          : [
              {
                MetricName: 'Invocations',
                Dimensions: [{ Name: 'FunctionName', Value: name }],
                Timestamp: at,
                Value: 14,
              },
            ],
      ),
    }),
  );
}
