/**
 * Where each partition's regions begin: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html and
 * the endpoints that the SDKs ship with. All others are of `aws`.
 */
const PREFIXES: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'aws-cn'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^eusc-/, 'aws-eusc'],
  [/^us-iso-/, 'aws-iso'],
  [/^us-isob-/, 'aws-iso-b'],
  [/^eu-isoe-/, 'aws-iso-e'],
  [/^(us|eu)-isof-/, 'aws-iso-f'],
];

/** The partition of a region's ARNs, by the region's name. */
export const partitionOf = (region: string): string =>
  PREFIXES.find(([prefix]) => prefix.test(region))?.[1] ?? 'aws';

/**
 * The console's host in each partition whose addresses AWS documents; in another one there is no link.
 * https://docs.aws.amazon.com/general/latest/gr/mgmt-console.html
 */
export const CONSOLE_HOSTS = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
} as const;
