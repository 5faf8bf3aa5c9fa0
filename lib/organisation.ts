import { Aws, CfnStackSet, Lazy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { watchChat } from './chat-health.ts';
import { parseConfiguration } from './configuration.ts';
import { FromSharedBucket } from './organisation-bucket.ts';
import { BUS_NAME, OrganisationHub } from './organisation-hub.ts';
import { checkOrganisationPlan, type OrganisationPlan } from './organisation-plan.ts';
import { Alb502Stack } from './stack.ts';
import { sendToHub } from './to-hub.ts';

/** The stacks of a roll-out. */
export interface OrganisationStacks {
  /** The topic that all alerts go to; deployed into the account for alerts. */
  readonly hub: OrganisationHub;
  /** The template that StackSets deploys into each account; not deployed itself. */
  readonly member: OrganisationMember;
  /** The StackSet; deployed into the management account. */
  readonly rollout: OrganisationRollout;
}

/**
 * One monitor in every account of an organisation, and one topic for the alerts of all. The hub goes into the account
 * for alerts, the roll-out into the management account; the member is the template that StackSets deploys.
 *
 * @throws InputError where the plan is not valid, naming each key
 */
export function organisation(scope: Construct, plan: OrganisationPlan): OrganisationStacks {
  checkOrganisationPlan(plan);
  const hub = new OrganisationHub(scope, 'Alb502Hub', plan);
  const { hubAccount: account, homeRegion: region, hubChatConfigurations: chatConfigurations = [] } = plan;
  watchChat(scope, { chatConfigurations, regionStacks: 'bootstrap' }, { account, region }, 'Alb502HubChat');
  const member = new OrganisationMember(scope, 'Alb502Member', plan);
  const rollout = new OrganisationRollout(scope, 'Alb502Rollout', { plan, member });
  return { hub, member, rollout };
}

/** The monitor as StackSets deploys it into each account, with its alerts sent on to the hub. */
export class OrganisationMember extends Alb502Stack {
  private readonly bucket: FromSharedBucket;

  constructor(scope: Construct, id: string, plan: OrganisationPlan) {
    // StackSets deploys with its own role, and the bundles lie in one bucket for all accounts.
    const synthesizer = new FromSharedBucket(plan.artifactBucket);
    super(scope, id, {
      configuration: parseConfiguration(plan.configuration ?? {}, 'configuration of the organisation'),
      synthesizer,
    });
    this.bucket = synthesizer;
    const hub = `arn:${Aws.PARTITION}:events:${plan.homeRegion}:${plan.hubAccount}:event-bus/${BUS_NAME}`;
    sendToHub(this, hub);
  }

  /** Key of the template in the bucket, once it was synthesized: a new one for each new content. */
  get templateKey(): string {
    return this.bucket.templateKey;
  }
}

/** The StackSet that keeps the member in every account, those that join later included. */
export class OrganisationRollout extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { plan, member }: { readonly plan: OrganisationPlan; readonly member: OrganisationMember },
  ) {
    super(scope, id, { description: 'Rolls alb502 out over the organisation' });
    new CfnStackSet(this, 'Members', {
      stackSetName: 'alb502',
      description: 'Finds out why Application Load Balancers answer 502',
      permissionModel: 'SERVICE_MANAGED',
      callAs: 'SELF',
      capabilities: ['CAPABILITY_IAM'],
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      managedExecution: { Active: true },
      operationPreferences: { failureTolerancePercentage: 10, maxConcurrentPercentage: 25 },
      stackInstancesGroup: [
        {
          regions: [plan.homeRegion],
          deploymentTargets: { organizationalUnitIds: [...plan.organizationalUnitIds] },
        },
      ],
      // A template under the name of the last one would be no change for CloudFormation, so no account would upgrade.
      templateUrl: Lazy.uncachedString({
        // The CDK asks once before anything is synthesized, only to find references.
        produce: ({ preparing }) =>
          `https://${plan.artifactBucket}.s3.${plan.homeRegion}.${Aws.URL_SUFFIX}/${preparing ? '' : member.templateKey}`,
      }),
    });
  }
}
