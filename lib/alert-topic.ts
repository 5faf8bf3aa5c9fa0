import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IRuleTarget, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { TopicSubscription } from './subscription.ts';

export interface AlertTopicProps {
  /** A key of the user's; its policy is the user's too. */
  readonly key?: IKey | undefined;
}

/**
 * The encrypted topic that alerts and the alarms about the monitor itself go to. It has a customer-managed key because
 * CloudWatch alarms cannot publish to a topic under the AWS-managed one:
 * https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
 */
export class AlertTopic extends Construct {
  readonly topic: Topic;
  readonly key: IKey;

  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id);
    this.key = props.key ?? this.createKey();
    this.topic = new Topic(this, 'Topic', {
      displayName: 'alb502',
      masterKey: this.key,
      enforceSSL: true,
    });
    // The policy above replaces the one every topic starts with, under which alarms of the account could publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: onlyAlarmsOfThisAccount(this),
      }),
    );
  }

  private createKey(): Key {
    const key = new Key(this, 'Key', {
      description: 'Encrypts alb502 alerts',
      enableKeyRotation: true,
      // It protects messages in transit only, so nothing is lost with it.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    return key;
  }

  /**
   * A target for rules of the account's event bus. They publish in a role: a statement for `events.amazonaws.com` can
   * name no account, because EventBridge hands neither topic nor key its source, so any account's rules could use it.
   * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
   */
  targetOfRules(message: RuleTargetInput): IRuleTarget {
    const role = new Role(this, 'RulesRole', { assumedBy: new ServicePrincipal('events.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topicArn] }));
    role.addToPolicy(
      new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [this.key.keyArn] }),
    );
    return { bind: () => ({ arn: this.topic.topicArn, input: message, role }) };
  }

  /** Subscribes a receiver that is named by protocol and endpoint rather than by a construct. */
  subscribe(subscription: TopicSubscription, index: number): void {
    const { protocol, endpoint, severities } = subscription;
    new CfnSubscription(this, `Subscription${index}`, {
      topicArn: this.topic.topicArn,
      protocol,
      endpoint,
      ...(severities === undefined ? {} : { filterPolicy: { severity: severities } }),
    });
    if (protocol !== 'lambda') return;
    new CfnPermission(this, `Permission${index}`, {
      action: 'lambda:InvokeFunction',
      functionName: endpoint,
      principal: 'sns.amazonaws.com',
      sourceArn: this.topic.topicArn,
    });
  }
}

function onlyAlarmsOfThisAccount(scope: Construct): Record<string, Record<string, string>> {
  const alarms = Stack.of(scope).formatArn({ service: 'cloudwatch', resource: 'alarm:*' });
  return {
    StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    ArnLike: { 'aws:SourceArn': alarms },
  };
}
