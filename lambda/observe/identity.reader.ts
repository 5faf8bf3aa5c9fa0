import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { orThrow } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';

/** Who is calling. */
export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
}

/**
 * The account and principal of the credentials in use. Needs no permission.
 *
 * @throws RemoteError where there are no credentials, or they are expired or refused
 */
export function readCallerIdentity(region: string, options: ClientOptions = {}): Promise<CallerIdentity> {
  const call = {
    what: 'the account of the credentials',
    action: 'sts:GetCallerIdentity',
    resource: null,
    region,
  };
  return orThrow(call, async () => {
    const sts = new STSClient(clientConfig(region, options));
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
    if (!Account) throw new Error('the answer names no account');
    return { account: Account, arn: Arn ?? '' };
  });
}
