import { CHANNELS, type MonitorStore } from '../store/monitor-store.ts';
import { type Check, ok, problem } from './check.ts';

/** Younger ones are on their way. */
const SETTLED_MS = 300_000;
const LIMIT = 100;

/** No notification waits for its delivery. */
export const outboxCheck: Check = {
  id: 'outbox',
  title: 'notifications that wait for delivery',
  run: async ({ store, now }) => [
    ...(await asideOf(store)),
    ...(await Promise.all(
      CHANNELS.map(async (channel) => {
        const { entries: waiting } = await store.outbox({ channel, limit: LIMIT });
        const old = waiting.filter(
          ({ notification }) => now.getTime() - Date.parse(notification.at) > SETTLED_MS,
        );
        const [oldest] = old;
        if (oldest === undefined) return ok(`nothing waits for the ${channel}`);
        return problem(
          `waiting for the ${channel}: ${old.length}${waiting.length === LIMIT ? ' or more' : ''}, the oldest since ${oldest.notification.at}`,
          channel === 'topic'
            ? "the log of the screen function says why; check the topic's key and policy"
            : 'the log of the screen function says why; check that the event bus takes events',
        );
      }),
    )),
  ],
};

/** What no channel takes, or this version cannot read: it is kept for two weeks and holds up nothing. */
async function asideOf(store: Pick<MonitorStore, 'aside'>) {
  const [oldest, ...others] = await store.aside();
  if (oldest === undefined) return [];
  return [
    problem(
      `${others.length + 1} notifications lie aside, ${oldest.because} by the ${oldest.channel}, the oldest of ${oldest.at}`,
      'the log of the screen function says why; what another version wrote comes back once that version runs',
    ),
  ];
}
