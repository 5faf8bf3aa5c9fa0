import { chatOf } from '../../lambda/alert/render/chat.ts';
import { machineOf } from '../../lambda/alert/render/machine.ts';
import { smsOf, snsMessageOf, subjectOf } from '../../lambda/alert/render/sns.ts';
import { textOf } from '../../lambda/alert/render/text.ts';
import type { Notification } from '../../lambda/model/alert.ts';
import { monitorUnderTest, renamed } from '../flow/monitor-under-test.ts';
import { arnOf } from '../store/entries.ts';
import { FAILING, shopBundle } from './shop.ts';

const PLACE = 'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1';

/** As a monitor of an account with an alias sends it. */
const sent = (notification: Notification): Notification => ({
  ...notification,
  monitor: { table: 'Alb502-StateTable', region: 'eu-central-1', accountAlias: 'prod', widgetActions: true },
  alert: {
    ...notification.alert,
    links: { ...notification.alert.links, dashboard: `${PLACE}#dashboards/dashboard/alb502` },
  },
});

/** The alerts that docs/alerts.md shows. */
export async function documentedNotifications() {
  const monitor = monitorUnderTest();
  for (let at = 176; at < 230; at += 4) await monitor.investigateAt(at, shopBundle({ at, failing: FAILING }));
  const [firing, resolved] = monitor.delivered.map(sent);
  const quiet = monitorUnderTest();
  await quiet.investigateAt(180, shopBundle({ at: 180 }));
  const [posture] = quiet.delivered.map(sent);
  const drifted = monitorUnderTest();
  await drifted.investigateAt(90, shopBundle({ at: 90, idleTimeoutSeconds: 60, keepAliveSeconds: 900 }));
  await drifted.investigateAt(180, shopBundle({ at: 180, keepAliveSeconds: 900 }));
  const [drift] = drifted.delivered.map(sent);
  const many = monitorUnderTest();
  for (let index = 0; index < 40; index++) {
    const name = `shop-${index + 1}`;
    await many.investigateAt(180, renamed(shopBundle({ at: 180, failing: FAILING }), name), arnOf(name));
  }
  for (const at of [183, 186]) await many.screenAt(at);
  const summary = many.delivered.map(sent).find(({ group }) => group !== null);
  if (!firing || !resolved || !posture || !drift || !summary) throw new Error('an example is missing');
  return { firing, resolved, posture, drift, summary };
}

/** The blocks of docs/alerts.md, each as a command of this code produced it. */
export async function documentedExamples(): Promise<Readonly<Record<string, string>>> {
  const { firing, resolved, posture, drift, summary } = await documentedNotifications();
  const head = (notification: Notification, lines: number): string =>
    textOf(notification).split('\n').slice(0, lines).join('\n');
  return {
    firing: textOf(firing).trimEnd(),
    subject: subjectOf(firing),
    sms: smsOf(firing),
    chat: JSON.stringify(chatOf(firing), null, 2),
    attributes: JSON.stringify(snsMessageOf(firing).attributes, null, 2),
    machine: `${JSON.stringify({ ...machineOf(firing), diagnosis: '...' }, null, 2)}`,
    resolved: textOf(resolved).trimEnd(),
    posture: head(posture, 5),
    drift: textOf(drift).trimEnd(),
    summary: head(summary, 8),
  };
}
