import { settingsSchema } from '../model/settings.ts';
import type { ProposedEntry } from './proposed-entry.ts';

/** Who gets the alerts, which no account knows. */
export const subscriptionEntry = (): ProposedEntry => ({
  key: 'subscriptions',
  value: [{ protocol: 'email', endpoint: 'oncall@example.com' }],
  items: null,
  on: false,
  reasons: [
    'To do: say who gets the alerts; without it nobody does. Other receivers: docs/integrations.md.',
    'Mail costs next to nothing; text messages cost what the country asks.',
  ],
  usdAMonth: null,
});

const sentence = (text: string): string => `Off: ${text.replaceAll('`', '')}.`;

/** Every setting of the monitor that is a switch and is off by default, with what its description says of it. */
export const switchedOffEntries = (): readonly ProposedEntry[] =>
  Object.entries(settingsSchema.shape).flatMap(([key, schema]) =>
    schema.safeParse(undefined).data === false
      ? [
          {
            key,
            value: true,
            items: null,
            on: false,
            reasons: [sentence(schema.description ?? '')],
            usdAMonth: null,
          },
        ]
      : [],
  );
