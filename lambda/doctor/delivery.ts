import { TEST_KINDS, testNotifications } from '../alert/test-notification.ts';
import { sendAll } from '../deliver/test-alert.ts';
import { readSubscriptions } from '../observe/subscription.reader.ts';
import {
  type Check,
  type CheckResult,
  type Deployment,
  ok,
  outputOf,
  problem,
  skipped,
  unknown,
} from './check.ts';
import { receiversOf } from './test-delivery.ts';

/** Only asked to send: a test notification and its resolve go to topic and bus. */
export const deliveryCheck = (by: string | null): Check => ({
  id: 'delivery',
  title: 'a test notification',
  run: async (examined) => {
    if (by === null) return [skipped('nothing was sent; --send sends a test notification and its resolve')];
    const topicArn = outputOf(examined, 'AlertTopicArn');
    const notifications = testNotifications({ ...placeOf(examined), kinds: TEST_KINDS.slice(0, 1), by });
    const { region, options } = examined;
    const sent = await sendAll(notifications, topicArn, region, options);
    const failures = sent.filter(({ failure }) => failure !== null);
    if (failures.length > 0)
      return failures.map(({ channel, failure }) => problem(`the ${channel}: ${failure}`, 'see there'));
    const receivers = receiversOf(await readSubscriptions(topicArn, region, options), notifications);
    return [
      ok('topic and bus took a test notification and its resolve'),
      ...receivers.map(({ receiver, gets, because }): CheckResult => {
        if (gets.length > 0) return ok(`${receiver} should have got it: look there`);
        return unknown(`${receiver} does not get it: ${because}`, 'change its filter if it should');
      }),
    ];
  },
});

/** What a test notification needs to know of a deployment. */
export const placeOf = ({ stack, account, region, now }: Deployment) => ({
  account,
  region,
  partition: stack.outputs['AlertTopicArn']?.split(':')[1] ?? 'aws',
  dashboardUrl: stack.outputs['DashboardUrl'] ?? null,
  table: stack.outputs['StateTableName'] ?? null,
  now: now.toISOString(),
});
