import { expect, test } from 'vitest';
import { lookFrom } from '../../lambda/alert/investigation-look.ts';
import { silenceInForce } from '../../lambda/alert/silence.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { settingsSchema } from '../../lambda/env.ts';
import type { InvestigationMessage } from '../../lambda/investigate/investigation-message.ts';
import { memoryStore } from '../../lambda/store/memory.store.ts';
import { widgetActions } from '../../lambda/widget/widget-actions.ts';
import { shopBundle } from '../alert/shop.ts';
import { arnOf, entry, NOW, NOW_MS } from './sample-fleet.ts';

const SHOP = arnOf('shop');
const KEY = 'idle_timeout.timeout_seconds';

const drift = (key: string, baseline: string | null, current: string | null) => ({
  resourceArn: SHOP,
  key,
  baseline,
  current,
  changedAt: null,
  changedBy: null,
});

function actionsOnMemory() {
  const store = memoryStore();
  const asked: InvestigationMessage[] = [];
  const enqueue = async (messages: readonly InvestigationMessage[]) => {
    asked.push(...messages);
  };
  return { store, asked, actions: widgetActions({ store, enqueue, now: () => NOW_MS }) };
}

test('accepting a drift changes those settings of the baseline and no others, and asks for a new look', async () => {
  const { store, asked, actions } = actionsOnMemory();
  const resources = { [SHOP]: { [KEY]: '60', gone: 'x', kept: 'y' } };
  await store.acceptBaseline(SHOP, { acceptedAt: NOW, origin: 'learned', resources });
  await actions.acceptDrift(entry('shop'), [
    drift(KEY, '60', '300'),
    drift('gone', 'x', null),
    drift('new', null, 'z'),
    { ...drift(KEY, '1', '2'), resourceArn: arnOf('unknown') },
  ]);
  expect((await store.load(SHOP)).baseline).toEqual({
    acceptedAt: NOW,
    origin: 'accepted',
    resources: { [SHOP]: { [KEY]: '300', new: 'z', kept: 'y' } },
  });
  expect(asked).toMatchObject([{ loadBalancerArn: SHOP, reason: 'posture', requestedAt: NOW }]);
});

test('without a baseline or a drift there is nothing to accept', async () => {
  const { store, asked, actions } = actionsOnMemory();
  await actions.acceptDrift(entry('shop'), [drift(KEY, '60', '300')]);
  expect((await store.load(SHOP)).baseline).toBeNull();
  expect(asked).toEqual([]);
});

test('a silence is kept until its end, and no alert is sent within it', async () => {
  const { store, actions } = actionsOnMemory();
  const bundle = shopBundle({ at: 180, failing: [170, 175] });
  const untilMs = Date.parse(bundle.window.end) + 60_000;
  const until = new Date(untilMs).toISOString();
  await actions.silence(entry('shop'), untilMs);
  const { silence } = await store.load(SHOP);
  expect(silence).toMatchObject({ until, at: NOW, reason: null });
  const lookAt = (now: string) =>
    lookFrom({
      ...{ bundle, diagnosis: diagnose(bundle, settingsSchema.parse({})), now },
      silence: silenceInForce(bundle, silence, now),
    });
  expect(lookAt(bundle.window.end).silence).toBe(`silenced by a viewer of the dashboard until ${until}`);
  expect(lookAt(until).silence).toBeNull();
});
