import { textOf } from '../alert/render/text.ts';
import type { Notification } from '../model/alert.ts';
import type { Channels } from './outbox.ts';

/**
 * Prints notifications as the mail would show them.
 *
 * @param write - takes the finished text, for instance `process.stdout.write`
 */
export function consoleChannels(write: (text: string, notification: Notification) => void): Channels {
  return {
    topic: async (notification) => write(textOf(notification), notification),
    bus: async () => {},
  };
}
