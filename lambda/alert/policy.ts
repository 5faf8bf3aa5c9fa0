import type { Settings } from '../model/settings.ts';

/** The settings that alert decisions depend on. */
export type AlertPolicy = Pick<
  Settings,
  'pendingMinutes' | 'minimum502Count' | 'resolveAfterMinutes' | 'repeatHours'
>;
