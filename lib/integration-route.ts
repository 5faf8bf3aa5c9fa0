import { EventField, type EventPattern, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import type { AlertIntegration } from './subscription.ts';

/** Alerts that go on, and their end. */
const OPENING = ['firing', 'updated', 'drift', 'posture', 'heartbeat-lost'];
const CLOSING = ['resolved'];

/** An alarm about the monitor that rings, also by having no data any more, and its end. */
const RINGING = ['ALARM', 'INSUFFICIENT_DATA'];
const QUIET = ['OK'];

/** One kind of message: which events it is made of, what is sent, and to which address. */
export interface Route {
  readonly id: string;
  readonly pattern: EventPattern;
  /** About an alarm of the monitor itself, on the default bus; else about an alert. */
  readonly isAlarm: boolean;
  readonly input: RuleTargetInput;
  /** Below the endpoint; a `*` is filled with the path parameter. */
  readonly path?: string;
  readonly pathParameter?: string;
  readonly query?: Readonly<Record<string, string>>;
}

const ALARM = {
  arn: EventField.fromPath('$.resources[0]'),
  name: EventField.fromPath('$.detail.alarmName'),
  description: EventField.fromPath('$.detail.configuration.description'),
  reason: EventField.fromPath('$.detail.state.reason'),
  state: EventField.fromPath('$.detail.state.value'),
  id: EventField.fromPath('$.id'),
  time: EventField.fromPath('$.time'),
};

/** What a service is sent: alerts, their ends, and the alarms about the monitor itself. */
export function routesOf(
  { protocol, severities }: Pick<AlertIntegration, 'protocol' | 'severities'>,
  alarmArns: readonly string[],
): readonly Route[] {
  const alerts = (events: readonly string[]): EventPattern => ({
    source: ['alb502'],
    detailType: ['alb502 alert'],
    detail: { event: [...events], ...(severities === undefined ? {} : { severity: severities }) },
  });
  const alarms = (states: readonly string[]): EventPattern => ({
    source: ['aws.cloudwatch'],
    detailType: ['CloudWatch Alarm State Change'],
    resources: [...alarmArns],
    detail: { state: { value: [...states] } },
  });
  switch (protocol) {
    case 'pagerduty': {
      const input = RuleTargetInput.fromEventPath('$.detail.pagerDuty');
      const ofAlarm = (event_action: string) =>
        RuleTargetInput.fromObject({
          event_action,
          dedup_key: ALARM.arn,
          client: 'alb502',
          payload: {
            ...{
              summary: ALARM.description,
              source: ALARM.name,
              severity: 'critical',
              timestamp: ALARM.time,
            },
            custom_details: { reason: ALARM.reason },
          },
        });
      return [
        { isAlarm: false, id: 'Alerts', pattern: alerts([...OPENING, ...CLOSING]), input },
        { isAlarm: true, id: 'MonitorRings', pattern: alarms(RINGING), input: ofAlarm('trigger') },
        { isAlarm: true, id: 'MonitorIsQuiet', pattern: alarms(QUIET), input: ofAlarm('resolve') },
      ];
    }
    case 'opsgenie': {
      const close = { path: '/v2/alerts/*/close', query: { identifierType: 'alias' } };
      const ofAlarm = {
        ...{ message: ALARM.name, alias: ALARM.name, description: ALARM.description },
        ...{ priority: 'P1', source: 'alb502', tags: ['alb502', 'monitor'] },
      };
      return [
        {
          isAlarm: false,
          id: 'Alerts',
          pattern: alerts(OPENING),
          input: RuleTargetInput.fromEventPath('$.detail.opsgenie.create'),
          path: '/v2/alerts',
        },
        {
          isAlarm: false,
          id: 'Ends',
          pattern: alerts(CLOSING),
          input: RuleTargetInput.fromEventPath('$.detail.opsgenie.close'),
          pathParameter: '$.detail.opsgenie.alias',
          ...close,
        },
        {
          isAlarm: true,
          id: 'MonitorRings',
          pattern: alarms(RINGING),
          input: RuleTargetInput.fromObject(ofAlarm),
          path: '/v2/alerts',
        },
        {
          isAlarm: true,
          id: 'MonitorIsQuiet',
          pattern: alarms(QUIET),
          input: RuleTargetInput.fromObject({ source: 'alb502', note: ALARM.reason }),
          pathParameter: '$.detail.alarmName',
          ...close,
        },
      ];
    }
    case 'webhook':
      return [
        {
          isAlarm: false,
          id: 'Alerts',
          pattern: alerts([...OPENING, ...CLOSING]),
          input: RuleTargetInput.fromEventPath('$.detail'),
        },
        {
          isAlarm: true,
          id: 'MonitorAlarms',
          pattern: alarms([...RINGING, ...QUIET]),
          input: RuleTargetInput.fromObject({
            ...{ version: 1, id: ALARM.id, dedupKey: ALARM.arn, event: 'monitor' },
            ...{
              alarm: ALARM.name,
              state: ALARM.state,
              description: ALARM.description,
              reason: ALARM.reason,
            },
          }),
        },
      ];
  }
}
