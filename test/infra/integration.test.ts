import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { busFormOf } from '../../lambda/alert/render/bus.ts';
import { parseConfiguration } from '../../lib/configuration.ts';
import { Alb502Monitor } from '../../lib/index.ts';
import { opsgenieClose, opsgenieCreate, pagerDutyEvent } from '../alert/integration.schema.ts';
import { notificationAt } from '../store/entries.ts';
import { synthesizeForTest } from './synthesize.ts';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:pager-AbCdEf';
const RECEIVERS = [
  { protocol: 'pagerduty' as const, secretArn: SECRET },
  { protocol: 'opsgenie' as const, secretArn: SECRET, endpoint: 'https://api.eu.opsgenie.com' },
  {
    protocol: 'webhook' as const,
    secretArn: SECRET,
    endpoint: 'https://hooks.example.com/alb502',
    header: 'X-Key',
  },
];

const targetSchema = z.object({
  Arn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({ InputPathsMap: z.record(z.string(), z.string()), InputTemplate: z.string() })
    .optional(),
  HttpParameters: z
    .object({
      PathParameterValues: z.array(z.string()).optional(),
      QueryStringParameters: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});
const ruleSchema = z.object({
  EventPattern: z.object({
    source: z.array(z.string()),
    resources: z.array(z.unknown()).optional(),
    detail: z.object({
      event: z.array(z.string()).optional(),
      severity: z.array(z.string()).optional(),
      state: z.object({ value: z.array(z.string()) }).optional(),
    }),
  }),
  Targets: z.tuple([targetSchema]),
});
const destinationSchema = z.object({ InvocationEndpoint: z.string(), HttpMethod: z.literal('POST') });

/** What a JSON path gives, as far as rules use it: `$.a.b[0]`. */
function at(event: unknown, path: string): unknown {
  return path
    .replace(/^\$\.?/, '')
    .split(/[.[\]]+/)
    .filter((key) => key !== '')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value ? Reflect.get(value, key) : undefined),
      event,
    );
}

/** The requests that EventBridge would make of an event: address and body. */
function requestsFor(template: Template, event: { source: string; detail: Record<string, unknown> }) {
  const destinations = template.findResources('AWS::Events::ApiDestination');
  const requests: { address: string; body: unknown }[] = [];
  for (const { Properties } of Object.values(template.findResources('AWS::Events::Rule'))) {
    const rule = ruleSchema.safeParse(Properties);
    if (!rule.success) continue;
    const { EventPattern: pattern, Targets } = rule.data;
    const [target] = Targets;
    const destination = destinations[target.Arn['Fn::GetAtt'][0]];
    if (!destination || !pattern.source.includes(event.source)) continue;
    const { event: events, severity, state } = pattern.detail;
    if (events && !events.includes(String(event.detail['event']))) continue;
    if (severity && !severity.includes(String(event.detail['severity']))) continue;
    if (state && !state.value.includes(String(at(event.detail, '$.state.value')))) continue;
    const { InvocationEndpoint } = destinationSchema.parse(destination['Properties']);
    const { PathParameterValues = [], QueryStringParameters } = target.HttpParameters ?? {};
    const values = PathParameterValues.map((path) => String(at(event, path)));
    const address = new URL(
      InvocationEndpoint.replaceAll('*', () => encodeURIComponent(values.shift() ?? '')),
    );
    for (const [name, value] of Object.entries(QueryStringParameters ?? {}))
      address.searchParams.set(name, value);
    const { InputTransformer, InputPath } = target;
    const body: unknown = InputTransformer
      ? JSON.parse(
          InputTransformer.InputTemplate.replace(/<([\w-]+)>/g, (_, name) =>
            JSON.stringify(at(event, InputTransformer.InputPathsMap[name] ?? '')),
          ),
        )
      : at(event, InputPath ?? '$');
    requests.push({ address: address.href, body });
  }
  return requests;
}

const eventOf = (event: 'firing' | 'resolved') => {
  const notification = notificationAt(10);
  const detail = busFormOf({ ...notification, alert: { ...notification.alert, event } });
  return { source: 'alb502', detail: z.record(z.string(), z.unknown()).parse(JSON.parse(detail)) };
};

const alarmEvent = (value: string) => ({
  source: 'aws.cloudwatch',
  id: 'event-id',
  time: '2026-11-20T10:00:00Z',
  resources: ['arn:aws:cloudwatch:eu-central-1:123456789012:alarm:Alb502-NotScreening'],
  detail: {
    alarmName: 'Alb502-NotScreening',
    state: { value, reason: 'Threshold "crossed"' },
    configuration: { description: 'alb502 has not looked' },
  },
});

describe('services with an API of their own', () => {
  const templateOf = (protocol: string) =>
    Template.fromStack(
      synthesizeForTest({ subscriptions: RECEIVERS.filter((receiver) => receiver.protocol === protocol) })
        .stack,
    );

  test('PagerDuty is sent what its schema takes, and RESOLVED closes what FIRING opened', () => {
    const template = templateOf('pagerduty');
    const [opens, closes] = (['firing', 'resolved'] as const).map((event) =>
      requestsFor(template, eventOf(event)),
    );
    const keyed = (body: unknown) => pagerDutyEvent.parse({ ...Object(body), routing_key: '0'.repeat(32) });
    expect(opens?.map(({ address }) => address)).toEqual(['https://events.pagerduty.com/v2/enqueue']);
    const [open, close] = [keyed(opens?.[0]?.body), keyed(closes?.[0]?.body)];
    expect([open.event_action, close.event_action]).toEqual(['trigger', 'resolve']);
    expect(close.dedup_key).toBe(open.dedup_key);
    template.hasResourceProperties('AWS::Events::Connection', {
      AuthParameters: {
        InvocationHttpParameters: {
          BodyParameters: [
            {
              Key: 'routing_key',
              Value: `{{resolve:secretsmanager:${SECRET}:SecretString:::}}`,
              IsValueSecret: true,
            },
          ],
        },
      },
    });
  });

  test('PagerDuty hears of the alarms about the monitor itself, and of their end', () => {
    const template = templateOf('pagerduty');
    const bodies = ['ALARM', 'INSUFFICIENT_DATA', 'OK'].map((state) =>
      requestsFor(template, alarmEvent(state)),
    );
    const parsed = bodies.map(([request, ...others]) => {
      expect(others).toEqual([]);
      return pagerDutyEvent.parse({ ...Object(request?.body), routing_key: '0'.repeat(32) });
    });
    expect(parsed.map(({ event_action }) => event_action)).toEqual(['trigger', 'trigger', 'resolve']);
    expect(new Set(parsed.map(({ dedup_key }) => dedup_key)).size).toBe(1);
    expect(parsed[0]?.payload.custom_details).toEqual({ reason: 'Threshold "crossed"' });
  });

  test('Opsgenie is sent a create and a close by alias', () => {
    const template = templateOf('opsgenie');
    const [created, ...more] = requestsFor(template, eventOf('firing'));
    expect(more).toEqual([]);
    expect(created?.address).toBe('https://api.eu.opsgenie.com/v2/alerts');
    const { alias } = opsgenieCreate.parse(created?.body);
    const [closed, ...others] = requestsFor(template, eventOf('resolved'));
    expect(others).toEqual([]);
    expect(closed?.address).toBe(`https://api.eu.opsgenie.com/v2/alerts/${alias}/close?identifierType=alias`);
    opsgenieClose.parse(closed?.body);
    const [ring] = requestsFor(template, alarmEvent('ALARM'));
    const [quiet] = requestsFor(template, alarmEvent('OK'));
    expect(opsgenieCreate.parse(ring?.body).alias).toBe('Alb502-NotScreening');
    expect(quiet?.address).toContain('/v2/alerts/Alb502-NotScreening/close?');
    template.hasResourceProperties('AWS::Events::Connection', {
      AuthParameters: {
        ApiKeyAuthParameters: {
          ApiKeyName: 'Authorization',
          ApiKeyValue: `GenieKey {{resolve:secretsmanager:${SECRET}:SecretString:::}}`,
        },
      },
    });
  });

  test('a webhook is sent the machine form, with its own header', () => {
    const template = templateOf('webhook');
    const [request, ...others] = requestsFor(template, eventOf('resolved'));
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      address: 'https://hooks.example.com/alb502',
      body: { version: 1, event: 'resolved', dedupKey: notificationAt(10).alert.dedupKey },
    });
    expect(requestsFor(template, alarmEvent('ALARM'))).toMatchObject([
      { body: { version: 1, event: 'monitor', state: 'ALARM', alarm: 'Alb502-NotScreening' } },
    ]);
    template.hasResourceProperties('AWS::Events::Connection', {
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'X-Key' } },
    });
  });

  test('who asks for some severities gets only those, and no alarm about the monitor', () => {
    const { stack } = synthesizeForTest({
      subscriptions: [{ protocol: 'pagerduty', secretArn: SECRET, severities: ['critical'] }],
    });
    const template = Template.fromStack(stack);
    expect(requestsFor(template, eventOf('firing'))).toEqual([]);
    expect(requestsFor(template, alarmEvent('ALARM'))).toEqual([]);
  });

  test('what none of them took is kept and raises an alarm at the others', () => {
    const { stack } = synthesizeForTest({ subscriptions: RECEIVERS });
    const template = Template.fromStack(stack);
    const rules = Object.values(template.findResources('AWS::Events::Rule')).filter(({ Properties }) =>
      JSON.stringify(Properties.Targets).includes('Destination'),
    );
    expect(rules).toHaveLength(3 + 4 + 2);
    for (const { Properties } of rules)
      expect(Properties.Targets[0]).toMatchObject({
        DeadLetterConfig: { Arn: expect.anything() },
        RetryPolicy: { MaximumEventAgeInSeconds: 3600 },
      });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('do not reach PagerDuty'),
      AlarmActions: [Match.anyValue()],
    });
    expect(new AwsSolutionsChecks().validateScope(stack).violations).toEqual([]);
    expect(JSON.stringify(template.toJSON())).not.toContain('"Protocol":"pagerduty"');
  });

  test('cost nothing where there are none', () => {
    const template = JSON.stringify(synthesizeForTest().template);
    expect(template).not.toMatch(/ApiDestination|Integrations/);
  });

  test('are connected by the construct too', () => {
    const stack = new Stack(new App(), 'Platform');
    new Alb502Monitor(stack, 'Alb502', { subscriptions: RECEIVERS });
    Template.fromStack(stack).resourceCountIs('AWS::Events::Connection', 3);
  });
});

test.each([
  [{ protocol: 'pagerduty' }, 'secretArn'],
  [{ protocol: 'webhook', secretArn: SECRET }, 'endpoint'],
  [{ protocol: 'email', endpoint: 'a@b.de', secretArn: SECRET }, 'takes no secret'],
  [{ protocol: 'opsgenie', secretArn: SECRET, header: 'X-Key' }, 'only a webhook'],
  [{ protocol: 'pagerduty', secretArn: 'plain-key' }, 'arn:aws:secretsmanager'],
  [
    { protocol: 'https', endpoint: 'https://events.pagerduty.com/integration/x/enqueue' },
    'pagerduty, opsgenie',
  ],
  [
    { protocol: 'https', endpoint: 'https://api.opsgenie.com/v1/json/amazonsns?apiKey=x' },
    'cannot read a chat card',
  ],
  [{ protocol: 'email' }, 'endpoint'],
])('the subscription %j is refused: %s', (subscription, because) => {
  expect(() => parseConfiguration({ subscriptions: [subscription] }, 'test')).toThrow(because);
});
