import type { Deployment } from '../lambda/doctor/check.ts';
import { findDeployment } from '../lambda/doctor/examine.ts';
import { packageVersion } from '../lib/version.ts';
import { scanRegions } from './aws-region.ts';
import type { DeployedOptions } from './deployed-options.ts';
import { endpointOptions } from './endpoint.ts';
import { namingProfile, useProfile } from './profile.ts';

/**
 * Finds the deployment that the options mean.
 *
 * @throws InputError for a region, endpoint or stack that cannot be used
 * @throws RemoteError where AWS does not answer
 */
export async function deployed(options: DeployedOptions): Promise<Deployment> {
  useProfile(options.profile);
  const client = endpointOptions(options.endpointUrl);
  const choice = { region: options.region === undefined ? [] : [options.region] };
  const [region = ''] = await scanRegions(choice, client);
  return namingProfile(() =>
    findDeployment({
      region,
      stackName: options.stack ?? null,
      options: client,
      version: packageVersion(),
      now: new Date(),
    }),
  );
}
