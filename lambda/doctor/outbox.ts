import { CHANNELS } from '../store/monitor-store.ts';
import { type Check, ok, problem } from './check.ts';

/** Younger ones are on their way. */
const SETTLED_MS = 300_000;
const LIMIT = 100;

/** No notification waits for its delivery. */
export const outboxCheck: Check = {
  id: 'outbox',
  title: 'notifications that wait for delivery',
  run: async ({ store, now }) =>
    Promise.all(
      CHANNELS.map(async (channel) => {
        const waiting = await store.outbox({ channel, limit: LIMIT });
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
    ),
};
