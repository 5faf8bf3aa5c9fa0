import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import { answered, orThrow } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';

/** A trail that covers a region. */
export interface Trail {
  readonly arn: string;
  readonly logging: boolean;
  /** Whether it records changes made by API calls (management events that write); null: it cannot be seen. */
  readonly recordsChanges: boolean | null;
}

/**
 * The trails that cover a region, those of other regions and of the organisation included. Events of API calls reach
 * EventBridge only where such a trail logs:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 *
 * @throws RemoteError where they cannot be read
 */
export async function readTrails(region: string, options: ClientOptions): Promise<readonly Trail[]> {
  const client = new CloudTrailClient(clientConfig(region, options));
  const call = (name: string, resource: string | null) => ({
    what: 'the trails of the region',
    action: `cloudtrail:${name}`,
    resource,
    region,
  });
  const trails = await orThrow(call('DescribeTrails', null), async () => {
    const { trailList } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
    return answered(trailList).flatMap(({ TrailARN }) => TrailARN ?? []);
  });
  return Promise.all(
    trails.map(async (arn) => {
      const logging = await orThrow(call('GetTrailStatus', arn), async () => {
        const { IsLogging } = await client.send(new GetTrailStatusCommand({ Name: arn }));
        return IsLogging === true;
      });
      return { arn, logging, recordsChanges: await recordsChanges(client, arn) };
    }),
  );
}

/** A trail of the organisation shows its selectors to the management account only. */
async function recordsChanges(client: CloudTrailClient, arn: string): Promise<boolean | null> {
  try {
    const answer = await client.send(new GetEventSelectorsCommand({ TrailName: arn }));
    const basic = answer.EventSelectors ?? [];
    const advanced = answer.AdvancedEventSelectors ?? [];
    return (
      basic.some(
        ({ IncludeManagementEvents, ReadWriteType }) =>
          IncludeManagementEvents !== false && ReadWriteType !== 'ReadOnly',
      ) ||
      advanced.some(({ FieldSelectors = [] }) => {
        const values = (field: string) =>
          FieldSelectors.find(({ Field }) => Field === field)?.Equals ?? undefined;
        const readOnly = values('readOnly');
        return values('eventCategory')?.includes('Management') && (!readOnly || readOnly.includes('false'));
      })
    );
  } catch {
    return null;
  }
}
