import { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import { clientTimeouts } from '../client-timeouts.ts';
import { answered } from './aws-failure.ts';

/**
 * The alias of the account: it has one at most. IAM is one service for a whole partition; the SDK knows its address.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html
 *
 * @returns null where it has none
 * @throws Error of the SDK where AWS would not say
 */
export async function readAccountAlias(region: string): Promise<string | null> {
  const iam = new IAMClient({ region, ...clientTimeouts('own', 1) });
  try {
    const { AccountAliases } = await iam.send(new ListAccountAliasesCommand({}));
    return answered(AccountAliases)[0] ?? null;
  } finally {
    iam.destroy();
  }
}
