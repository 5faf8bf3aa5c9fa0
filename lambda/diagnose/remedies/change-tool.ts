import type { Change } from '../../model/evidence.ts';
import { printable } from './command.ts';

/**
 * How tools name themselves in the user agent of a call, the most specific first: most of them carry the name of an SDK
 * as well. The first group, where there is one, is the version.
 */
const TOOLS: ReadonlyArray<readonly [name: string, pattern: RegExp]> = [
  ['Terraform', /\bTerraform\/(\d[\w.-]*)?/],
  ['Terraform', /\bterraform-provider-aws\b/],
  ['OpenTofu', /\bOpenTofu\/(\d[\w.-]*)?/],
  ['Pulumi', /\bpulumi(?:-aws)?\/(\d[\w.-]*)?/i],
  ['Crossplane', /\b(?:crossplane|upjet)[\w-]*(?:\/(\d[\w.-]*))?/i],
  ['AWS Controllers for Kubernetes', /\baws-controllers-k8s\b/],
  ['AWS Load Balancer Controller', /\belbv2\.k8s\.aws\/v?(\d[\w.-]*)?/],
  ['eksctl', /\beksctl\/v?(\d[\w.-]*)?/],
  ['Ansible', /\bAnsible\/(\d[\w.-]*)?/i],
  ['AWS CDK', /\baws-cdk\/(\d[\w.-]*)?/i],
  ['AWS CLI in CloudShell', /\baws-cli\/(\d[\w.-]*)?.*\bCloudShell\b/],
  ['AWS CLI', /\baws-cli\/(\d[\w.-]*)?/],
  ['AWS Tools for PowerShell', /\bAWSPowerShell(?:\.\w+)*\/(\d[\w.-]*)?/],
  [
    'AWS console',
    /\b(?:console|signin)(?:\.[\w-]+)*\.(?:amazonaws|amazon)\.com\b|^AWS Internal\b|^Mozilla\/|\b\w*Console\//,
  ],
  ['AWS SDK for Python', /\b(?:Boto3|Botocore)\/(\d[\w.-]*)?/i],
  ['AWS SDK for Go', /\baws-sdk-go(?:-v2)?\/(\d[\w.-]*)?/],
  ['AWS SDK for Java', /\baws-sdk-java\/(\d[\w.-]*)?/],
  ['AWS SDK for JavaScript', /\baws-sdk-(?:js|nodejs)\/(\d[\w.-]*)?/],
  ['AWS SDK for .NET', /\baws-sdk-dotnet[\w-]*\/(\d[\w.-]*)?/],
  ['AWS SDK for Ruby', /\baws-sdk-ruby\d?\/(\d[\w.-]*)?/],
  ['AWS SDK for PHP', /\baws-sdk-php\/(\d[\w.-]*)?/],
  ['AWS SDK for Rust', /\baws-sdk-rust\/(\d[\w.-]*)?/],
  ['AWS SDK for C++', /\baws-sdk-cpp\/(\d[\w.-]*)?/],
];

/** The role with which CloudFormation acts for stacks of the CDK (its bootstrap template). */
const CDK_ROLE = /\bcdk-[a-z0-9]+-cfn-exec-role-/;

const serviceWords: Readonly<Record<string, string>> = {
  autoscaling: 'Auto Scaling',
  codedeploy: 'CodeDeploy',
  ecs: 'ECS',
  eks: 'EKS',
  elasticbeanstalk: 'Elastic Beanstalk',
};

/** AWS's own services put their host name in place of a user agent. */
function serviceOf(userAgent: string, principal: string | null): string | null {
  const name = /^([\w-]+)\.amazonaws\.com$/.exec(userAgent)?.[1];
  if (name === undefined) return null;
  if (name !== 'cloudformation') return serviceWords[name] ?? `AWS ${name}`;
  return principal !== null && CDK_ROLE.test(principal) ? 'CloudFormation (AWS CDK)' : 'CloudFormation';
}

/** The tool a change was made with, as far as its user agent tells; null where there is none. */
export function toolOf({ userAgent, principal }: Pick<Change, 'userAgent' | 'principal'>): string | null {
  const agent = printable(userAgent?.slice(0, 500) ?? '');
  if (agent === '') return null;
  const named = TOOLS.flatMap(([name, pattern]) => {
    const match = pattern.exec(userAgent ?? '');
    if (match === null) return [];
    return [match[1] === undefined ? name : `${name} ${match[1]}`];
  })[0];
  const isConsoleHost = /^(?:console|signin)\./.test(agent);
  if (!isConsoleHost) {
    const service = serviceOf(agent, principal);
    if (service !== null) return service;
  }
  return named ?? agent.split(' ')[0]?.slice(0, 60) ?? null;
}
