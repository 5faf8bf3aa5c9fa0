import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { settingsSchema } from '../lambda/env.ts';
import type { Configuration } from './configuration.ts';
import { Alb502Monitor } from './monitor.ts';
import { packageVersion } from './version.ts';

/** Properties of the stack. */
export interface Alb502StackProps extends StackProps {
  /** What `parseConfiguration` or `readConfiguration` gives: every default is filled in. */
  readonly configuration: Configuration;
}

/** The monitor as `npx cdk deploy` deploys it, with the outputs that tools and people look for. */
export class Alb502Stack extends Stack {
  readonly monitor: Alb502Monitor;

  constructor(scope: Construct, id: string, props: Alb502StackProps) {
    super(scope, id, { description: 'Finds out why Application Load Balancers answer 502', ...props });
    const { configuration } = props;
    const keyArn = configuration.alertTopicKmsKeyArn;
    this.monitor = new Alb502Monitor(this, 'Monitor', {
      settings: settingsSchema.strip().parse(configuration),
      subscriptions: configuration.subscriptions,
      ...(keyArn === undefined ? {} : { alertTopicKey: Key.fromKeyArn(this, 'AlertTopicKey', keyArn) }),
      logRetention: configuration.logRetentionDays,
      stateRemovalPolicy: configuration.keepStateOnDelete
        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY,
      accessLogBucketArns: configuration.accessLogBuckets,
      accessLogGroupArns: configuration.accessLogGroups,
      backendLogGroupArns: configuration.backendLogGroups,
      selfMonitoring: configuration.selfMonitoring,
      watchesChat: configuration.chatConfigurations.length > 0,
      ...(configuration.probe === undefined ? {} : { probe: configuration.probe }),
    });
    this.output('AlertTopicArn', this.monitor.alertTopic.topicArn, 'Subscribe here to receive alerts');
    this.output(
      'InvestigationQueueUrl',
      this.monitor.investigationQueue.queueUrl,
      'Load balancers to look at',
    );
    this.output('StateTableName', this.monitor.stateTable.tableName, 'Baselines, incidents and state');
    this.output('DashboardUrl', this.monitor.dashboardHint, 'Load balancers at a glance');
    this.output('ScreenFunctionName', this.monitor.screenFunction.functionName, 'Runs every minute');
    this.output(
      'InvestigateFunctionName',
      this.monitor.investigateFunction.functionName,
      'Diagnoses and alerts',
    );
    this.output(
      'WidgetFunctionName',
      this.monitor.widgetFunction.functionName,
      "Draws the dashboard's table",
    );
    this.output('Version', packageVersion(), 'The version of alb502 that is deployed');
    if (this.monitor.probeFunction)
      this.output('ProbeFunctionName', this.monitor.probeFunction.functionName, 'Measures keep-alives');
  }

  /** At the level of the stack, so that the logical id is exactly the name. */
  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
