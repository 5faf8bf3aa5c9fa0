import { Duration, SecretValue } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  CfnApiDestination,
  CfnConnection,
  type IRuleTarget,
  Rule,
  type RuleProps,
} from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { type Route, routesOf } from './integration-route.ts';
import type { AlertIntegration } from './subscription.ts';

/** A rule is tried again for a day by default; an alert that old would open what was closed long ago. */
const MAX_EVENT_AGE = Duration.hours(1);

type Bus = RuleProps['eventBus'];

interface IntegrationProps {
  readonly integration: AlertIntegration;
  /** Where the alerts pass by. */
  readonly bus?: Bus | undefined;
  /** Of the alarms about the monitor itself, which pass by on the default bus. */
  readonly alarmArns: readonly string[];
  /** Gets what could not be delivered. */
  readonly deadLetters: Queue;
}

/** Services with an API of their own, and the queue that keeps what they did not take. */
export class Integrations extends Construct {
  /** undefined where there is no such service. */
  readonly deadLetters: Queue | undefined;
  private readonly integrations: readonly AlertIntegration[];

  constructor(scope: Construct, id: string, integrations: readonly AlertIntegration[]) {
    super(scope, id);
    this.integrations = integrations;
    if (integrations.length > 0) this.deadLetters = deadLetterQueue(this, 'DeadLetters');
  }

  /** Sends them alerts and the alarms about the monitor itself. */
  connect(alarms: readonly IAlarm[], bus?: Bus | undefined): void {
    const { deadLetters } = this;
    if (deadLetters === undefined) return;
    const alarmArns = alarms.map(({ alarmArn }) => alarmArn);
    this.integrations.forEach((integration, index) => {
      new Integration(this, `Integration${index}`, { integration, bus, alarmArns, deadLetters });
    });
  }
}

/**
 * Sends alerts to a service that has an API of its own, in the form of that API: an address on the topic would get the
 * chat card, for all https subscribers of a topic share one form.
 */
class Integration extends Construct {
  private readonly endpoint: string;
  private readonly connection: CfnConnection;
  private readonly role: Role;
  private readonly destinations = new Map<string, CfnApiDestination>();
  private readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { integration, bus, alarmArns, deadLetters }: IntegrationProps) {
    super(scope, id);
    this.endpoint = integration.endpoint.replace(/\/+$/, '');
    this.deadLetters = deadLetters;
    this.connection = new CfnConnection(this, 'Connection', {
      authorizationType: 'API_KEY',
      description: `alb502 alerts for ${integration.protocol}`,
      authParameters: authorizationOf(integration),
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('events.amazonaws.com') });
    // Alarms have no severity, so whoever asks for some gets none of them.
    const watchesAlarms = alarmArns.length > 0 && integration.severities === undefined;
    for (const route of routesOf(integration, alarmArns)) {
      if (!route.isAlarm) this.add(route, bus);
      else if (watchesAlarms) this.add(route);
    }
  }

  private add({ id, pattern, input, path = '', pathParameter, query }: Route, bus?: Bus | undefined): void {
    const destination = this.destinationOf(path);
    const target: IRuleTarget = {
      bind: () => ({
        arn: destination.attrArn,
        role: this.role,
        input,
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: MAX_EVENT_AGE.toSeconds(), maximumRetryAttempts: 185 },
        httpParameters: {
          ...(pathParameter === undefined ? {} : { pathParameterValues: [pathParameter] }),
          ...(query === undefined ? {} : { queryStringParameters: { ...query } }),
        },
      }),
    };
    const rule = new Rule(this, id, {
      description: `alb502 alerts for an integration: ${id}`,
      eventPattern: pattern,
      ...(bus === undefined ? {} : { eventBus: bus }),
      targets: [target],
    });
    this.deadLetters.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.deadLetters.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
      }),
    );
  }

  private destinationOf(path: string): CfnApiDestination {
    const known = this.destinations.get(path);
    if (known) return known;
    const made = new CfnApiDestination(this, `Destination${this.destinations.size}`, {
      connectionArn: this.connection.attrArn,
      httpMethod: 'POST',
      invocationEndpoint: `${this.endpoint}${path}`,
    });
    this.destinations.set(path, made);
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['events:InvokeApiDestination'], resources: [made.attrArn] }),
    );
    return made;
  }
}

/** How the service knows who sends; the secret itself stands in no template. */
function authorizationOf({
  protocol,
  secretArn,
  header,
}: AlertIntegration): CfnConnection.AuthParametersProperty {
  const secret = SecretValue.secretsManager(secretArn).unsafeUnwrap();
  if (protocol === 'pagerduty')
    return {
      // PagerDuty looks for its key in the body; a connection wants a header too.
      apiKeyAuthParameters: { apiKeyName: 'X-Client', apiKeyValue: 'alb502' },
      invocationHttpParameters: {
        bodyParameters: [{ key: 'routing_key', value: secret, isValueSecret: true }],
      },
    };
  return protocol === 'opsgenie'
    ? { apiKeyAuthParameters: { apiKeyName: 'Authorization', apiKeyValue: `GenieKey ${secret}` } }
    : { apiKeyAuthParameters: { apiKeyName: header, apiKeyValue: secret } };
}
