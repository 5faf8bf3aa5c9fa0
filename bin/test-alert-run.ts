import { oneLine } from '../lambda/alert/render/text-format.ts';
import { TEST_KINDS, type TestKind, testNotifications } from '../lambda/alert/test-notification.ts';
import { type Sent, sendAll } from '../lambda/deliver/test-alert.ts';
import { placeOf } from '../lambda/doctor/delivery.ts';
import { type Receiver, receiversOf } from '../lambda/doctor/test-delivery.ts';
import type { Notification } from '../lambda/model/alert.ts';
import { readSubscriptions } from '../lambda/observe/subscription.reader.ts';
import { deployed } from './deployed.ts';
import type { DeployedOptions } from './deployed-options.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { printJson, printText } from './terminal.ts';
import { userName } from './user-name.ts';

/** What the command line asks of a test. */
export interface TestAlertOptions extends DeployedOptions {
  readonly event: readonly TestKind[];
  readonly by?: string;
}

/**
 * Sends the test and prints.
 *
 * @throws InputError for a region, endpoint or stack that cannot be used
 * @throws RemoteError where the stack or its subscriptions cannot be read; nothing was sent then
 */
export async function runTestAlert(options: TestAlertOptions): Promise<ExitCode> {
  const examined = await deployed(options);
  const { region } = examined;
  const topicArn = examined.stack.outputs['AlertTopicArn'] ?? '';
  const kinds =
    options.event.length > 0 ? TEST_KINDS.filter((kind) => options.event.includes(kind)) : TEST_KINDS;
  const by = oneLine(options.by ?? userName());
  const notifications = testNotifications({ ...placeOf(examined), kinds, by });
  // Read first: where the subscriptions cannot be seen, nobody is woken for nothing.
  const subscriptions = await readSubscriptions(topicArn, region, examined.options);
  const sent = await sendAll(notifications, topicArn, region, examined.options);
  const receivers = receiversOf(subscriptions, notifications);
  if (options.json) printJson(documentOf(topicArn, notifications, sent, receivers));
  else printText(textOf(notifications, sent, receivers));
  if (sent.some(({ failure }) => failure !== null)) return EXIT.remote;
  return receivers.length === 0 || receivers.some(({ gets }) => gets.length === 0)
    ? EXIT.found
    : EXIT.nothingFound;
}

const documentOf = (
  topicArn: string,
  notifications: readonly Notification[],
  sent: readonly Sent[],
  receivers: readonly Receiver[],
) => ({
  version: 1,
  topicArn,
  notifications: notifications.map(({ alert: { id, event, severity, dedupKey } }) => ({
    ...{ id, event, severity, dedupKey },
    topic: failureOf(sent, id, 'topic'),
    bus: failureOf(sent, id, 'bus'),
  })),
  receivers,
});

/** null: it was taken. */
const failureOf = (sent: readonly Sent[], wanted: string, where: Sent['channel']): string | null =>
  sent.find(({ id, channel }) => id === wanted && channel === where)?.failure ?? null;

function textOf(
  notifications: readonly Notification[],
  sent: readonly Sent[],
  receivers: readonly Receiver[],
): string {
  const lines = notifications.map(({ alert: { id, event, severity } }) => {
    const failures = sent.flatMap((one) =>
      one.id === id && one.failure !== null ? [`not taken by the ${one.channel}: ${one.failure}`] : [],
    );
    const outcome = failures.length === 0 ? 'taken by topic and bus' : failures.join('; ');
    return `${event} (${severity}) ${oneLine(id)}: ${oneLine(outcome)}`;
  });
  const about = receivers.map(({ receiver, gets, mayGet, because }) => {
    const share =
      gets.length === notifications.length
        ? 'should get all of them'
        : gets.length > 0
          ? `should get ${gets.length} of ${notifications.length}`
          : mayGet.length > 0
            ? 'may get some'
            : 'gets none';
    return `${oneLine(receiver)} ${share}${because === null ? '' : `: ${oneLine(because)}`}`;
  });
  const nobody = 'Nobody is subscribed to the topic, so nobody gets them.';
  return `${[...lines, '', ...(about.length === 0 ? [nobody] : about)].join('\n')}\n`;
}
