import { STSClient } from '@aws-sdk/client-sts';
import { InputError } from '../lambda/model/failure.ts';
import type { ClientOptions } from '../lambda/observe/clients.ts';
import { readEnabledRegions } from '../lambda/observe/region.reader.ts';

const REGION_NAME = /^[a-z]{2,3}(-[a-z]+)+-\d+$/;

/** Which regions the command line, the environment and the profile name. */
export interface RegionChoice {
  readonly region: readonly string[];
  readonly allRegions?: true;
}

/**
 * The region of the environment or the profile.
 *
 * @throws InputError where none is set
 */
async function configuredRegion(): Promise<string> {
  const named = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  if (named) return named;
  try {
    // The SDK knows how profiles name their region; no call is made.
    return await new STSClient({}).config.region();
  } catch (cause) {
    throw new InputError(
      'no region is set; give --region, for instance --region eu-central-1, or set AWS_REGION',
      { cause },
    );
  }
}

/**
 * The regions to look at, each once.
 *
 * @throws InputError for a word that is no region name, or where none is set
 * @throws RemoteError where all regions were asked for and cannot be listed
 */
export async function scanRegions(choice: RegionChoice, client: ClientOptions): Promise<readonly string[]> {
  if (choice.allRegions && choice.region.length > 0) {
    throw new InputError('--all-regions and --region exclude each other; give one of them');
  }
  const named = choice.region.length > 0 ? [...new Set(choice.region)] : [await configuredRegion()];
  for (const region of named) {
    if (!REGION_NAME.test(region))
      throw new InputError(`"${region}" is not a region name; give one such as eu-central-1`);
  }
  return choice.allRegions ? readEnabledRegions(named[0] ?? '', client) : named;
}
