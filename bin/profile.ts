import { RemoteError } from '../lambda/model/failure.ts';
import { printError } from './terminal.ts';

const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;

/**
 * Makes the AWS SDK take its credentials from a profile. It takes that of `AWS_PROFILE` before keys in the environment
 * and warns of both at length; the keys are taken away, so that one line is enough.
 *
 * @param profile - as the command line names it; undefined: the environment decides
 */
export function useProfile(profile: string | undefined): void {
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile;
  const named = process.env['AWS_PROFILE'];
  if (!named || !process.env['AWS_ACCESS_KEY_ID']) return;
  if (profile === undefined)
    printError(`AWS_PROFILE and AWS_ACCESS_KEY_ID are both set; the profile "${named}" is used`);
  for (const key of KEYS) delete process.env[key];
}

/**
 * Runs a call; where it has no credentials, the error names the profile that was meant to give them.
 *
 * @throws RemoteError
 */
export async function namingProfile<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const profile = process.env['AWS_PROFILE'];
    if (!(error instanceof RemoteError) || !profile) throw error;
    const message = /no AWS credentials found|Could not load credentials/.test(error.message)
      ? `profile "${profile}" gives no credentials; is its name in the list of aws configure list-profiles? If it signs in with SSO: aws sso login --profile ${profile}`
      : `profile "${profile}": ${error.message}`;
    throw new RemoteError(message, { cause: error });
  }
}
