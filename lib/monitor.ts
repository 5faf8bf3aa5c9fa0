import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IMetric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic, ITopicSubscription } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV, MEMORY_MB, parseSettings, passedSettings, type Settings } from '../lambda/env.ts';
import { AlertTopic } from './alert-topic.ts';
import { ChatHealthRelay } from './chat-health.ts';
import type { ProbeNetwork } from './configuration-types.ts';
import { Dashboard, dashboardAddress } from './dashboard.ts';
import { Integrations } from './integration.ts';
import { consumeMessages, InvestigationQueue } from './investigation-queue.ts';
import { MonitorFunction, type MonitorFunctionProps, type ResourceArns } from './monitor-function.ts';
import { type Alb502MonitorProps, checkMonitorProps } from './monitor-props.ts';
import { metricScreenSuccesses, OwnHealth } from './own-health.ts';
import { ownHealthGraphs } from './own-health-graphs.ts';
import { ProbeFunction } from './probe-function.ts';
import { receiversOf } from './subscription.ts';
import { Triggers } from './triggers.ts';
import { workloadArns } from './workload-permissions.ts';

/** Below the minute of the schedule, so that one run rarely meets the next. */
const SCREEN_TIMEOUT = Duration.seconds(50);
const INVESTIGATE_TIMEOUT = Duration.seconds(120);
const WIDGET_TIMEOUT = Duration.seconds(15);

/**
 * Watches the Application Load Balancers of an account, finds out why they answer 502 and alerts with the setting to
 * change. Needs no bundler: the functions come built with the package.
 *
 * @throws InputError where properties are not valid, naming each key
 */
export class Alb502Monitor extends Construct {
  /** Where alerts and the alarms about the monitor itself are published. */
  readonly alertTopic: ITopic;
  /** State, baselines, incidents and the outbox of alerts. */
  readonly stateTable: Table;
  /** One message per load balancer that deserves a look. */
  readonly investigationQueue: IQueue;
  /** Messages whose investigation failed five times. */
  readonly deadLetterQueue: IQueue;
  readonly screenFunction: IFunction;
  readonly investigateFunction: IFunction;
  /** Draws the dashboard's table. */
  readonly widgetFunction: IFunction;
  /** Measures keep-alives; undefined unless `probe` is given. */
  readonly probeFunction: IFunction | undefined;
  readonly dashboardName: string;
  /** Empty in a partition whose console has no known address. */
  readonly dashboardUrl: string;
  /** The address of the dashboard, or its name where it has no known address. */
  readonly dashboardHint: string;

  constructor(scope: Construct, id: string, props: Alb502MonitorProps = {}) {
    super(scope, id);
    checkMonitorProps(props, id);
    const settings = parseSettings(props.settings ?? {}, 'the property settings of Alb502Monitor');
    const alerts = new AlertTopic(this, 'Alerts', { key: props.alertTopicKey });
    const receivers = receiversOf(props.subscriptions ?? []);
    receivers.topic.forEach((subscription, index) => {
      alerts.subscribe(subscription, index);
    });
    const integrations = new Integrations(this, 'Integrations', receivers.integrations);
    const queues = new InvestigationQueue(this, 'Investigations', { consumerTimeout: INVESTIGATE_TIMEOUT });
    this.alertTopic = alerts.topic;
    this.investigationQueue = queues.queue;
    this.deadLetterQueue = queues.deadLetterQueue;
    this.stateTable = this.createTable(
      // Kept whatever happens, but for a first deployment that is rolled back: it would leave an empty orphan.
      props.stateRemovalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    );
    const dashboard = dashboardAddress(this);
    this.dashboardName = dashboard.name;
    this.dashboardUrl = dashboard.url;
    this.dashboardHint = dashboard.hint;

    const passed = passedSettings(settings);
    const common = {
      logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
      resourceArns: this.resourceArns(alerts.key, props, settings),
      environment: {
        [ENV.tableName]: this.stateTable.tableName,
        [ENV.topicArn]: this.alertTopic.topicArn,
        [ENV.queueUrl]: this.investigationQueue.queueUrl,
        [ENV.dashboardUrl]: this.dashboardUrl,
        [ENV.settings]: passed.environment,
        // The metrics that the functions write themselves cost money.
        ...(props.selfMonitoring === false ? { POWERTOOLS_METRICS_DISABLED: 'true' } : {}),
      },
    };
    this.screenFunction = new MonitorFunction(this, 'Screen', {
      ...common,
      name: 'screen',
      description: 'alb502: finds the load balancers that deserve a look',
      memorySizeMb: MEMORY_MB.screen,
      timeout: SCREEN_TIMEOUT,
      reservedConcurrentExecutions: props.screenReservedConcurrency,
    }).function;
    this.investigateFunction = new MonitorFunction(this, 'Investigate', {
      ...common,
      name: 'investigate',
      description: 'alb502: finds out why a load balancer answers 502, and alerts',
      memorySizeMb: MEMORY_MB.investigate,
      timeout: INVESTIGATE_TIMEOUT,
      settingsFile: passed.file,
    }).function;
    this.widgetFunction = new MonitorFunction(this, 'Widget', {
      ...common,
      name: 'widget',
      description: 'alb502: draws the table of load balancers on the dashboard',
      memorySizeMb: MEMORY_MB.widget,
      timeout: WIDGET_TIMEOUT,
      environment: {
        [ENV.tableName]: this.stateTable.tableName,
        [ENV.queueUrl]: this.investigationQueue.queueUrl,
        [ENV.settings]: passed.environment,
      },
    }).function;

    this.probeFunction = props.probe && this.createProbe(props.probe, common, settings);

    if (props.watchesChat) new ChatHealthRelay(this, 'ChatHealth', { alerts });
    new Triggers(this, 'Triggers', { screen: this.screenFunction });
    consumeMessages(this, this.investigateFunction, this.investigationQueue.queueArn);
    const watched = {
      screen: this.screenFunction,
      investigate: this.investigateFunction,
      widget: this.widgetFunction,
      probe: this.probeFunction,
      stateTableName: this.stateTable.tableName,
      queue: this.investigationQueue,
      deadLetterQueue: this.deadLetterQueue,
      alertTopic: this.alertTopic,
      integrationDeadLetters: integrations.deadLetters,
    };
    const alarms = props.selfMonitoring === false ? [] : new OwnHealth(this, 'OwnHealth', watched).alarms;
    integrations.connect(alarms);
    new Dashboard(this, 'Dashboard', {
      name: dashboard.name,
      widget: this.widgetFunction,
      // Which regions are enabled is only known when it runs; the table shows them all.
      regions: settings.regions === 'all' ? [] : settings.regions,
      ownHealth: ownHealthGraphs(watched),
      alarms,
    });
  }

  /** Subscribes a receiver that is a construct, such as a queue or a function. */
  addSubscription(subscription: ITopicSubscription): void {
    this.alertTopic.addSubscription(subscription);
  }

  /** Runs of the screening that succeeded, per minute; below 1 nobody looks. */
  metricScreenSuccesses(): IMetric {
    return metricScreenSuccesses(this.screenFunction);
  }

  /** Investigations that failed as a whole. */
  metricInvestigationErrors(options?: MetricOptions): IMetric {
    return this.investigateFunction.metricErrors(options);
  }

  /** Age in seconds of the oldest load balancer that waits for its investigation. */
  metricInvestigationAge(options?: MetricOptions): IMetric {
    return this.investigationQueue.metricApproximateAgeOfOldestMessage(options);
  }

  /** Investigations that were given up. */
  metricDeadLetters(options?: MetricOptions): IMetric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible(options);
  }

  /** Lets someone read state, baselines and incidents, as `alb502 baseline show` and `alb502 incident` do. */
  grantReadState(grantee: IGrantable): Grant {
    return this.stateTable.grant(grantee, 'dynamodb:GetItem', 'dynamodb:Query');
  }

  /** Lets someone see the dashboard's table: CloudWatch calls the widget function in the name of the viewer. */
  grantViewWidget(grantee: IGrantable): Grant {
    return this.widgetFunction.grantInvoke(grantee);
  }

  private createTable(removalPolicy: RemovalPolicy): Table {
    return new Table(this, 'State', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.AWS_MANAGED,
      removalPolicy,
    });
  }

  private createProbe(
    network: ProbeNetwork,
    common: Pick<MonitorFunctionProps, 'logRetention' | 'resourceArns'>,
    settings: Settings,
  ): IFunction {
    return new ProbeFunction(this, 'KeepAliveProbe', {
      ...common,
      environment: {
        [ENV.tableName]: this.stateTable.tableName,
        [ENV.settings]: passedSettings(settings).environment,
      },
      network,
    }).function;
  }

  private resourceArns(topicKey: IKey, props: Alb502MonitorProps, settings: Settings): ResourceArns {
    const bucketArns = props.accessLogBucketArns ?? [];
    return {
      'state-table': [this.stateTable.tableArn],
      'investigation-queue': [this.investigationQueue.queueArn],
      'alert-topic': [this.alertTopic.topicArn],
      'alert-topic-key': [topicKey.keyArn],
      'default-event-bus': [
        Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' }),
      ],
      'enabled-regions': settings.regions === 'all' ? ['*'] : [],
      'access-log-buckets': bucketArns,
      'access-log-objects': bucketArns.map((arn) => `${arn}/*`),
      'access-log-groups': eventsOf(props.accessLogGroupArns),
      'backend-log-groups': eventsOf(props.backendLogGroupArns),
      'hub-dead-letters': [],
      ...workloadArns(Stack.of(this), settings),
      'state-table-of-widget-actions': settings.widgetActions ? [this.stateTable.tableArn] : [],
      'queue-of-widget-actions': settings.widgetActions ? [this.investigationQueue.queueArn] : [],
    };
  }
}

/** Actions on a log group want its ARN with this ending, however it was written. */
const eventsOf = (groupArns: readonly string[] = []): readonly string[] =>
  groupArns.map((arn) => `${arn.replace(/:\*$/, '')}:*`);
