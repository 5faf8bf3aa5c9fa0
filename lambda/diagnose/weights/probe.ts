import type { Weights } from './row.ts';

/** What a target answers when a path is asked of it directly. A target that does so may have other trouble as well. */
export const PROBE_WEIGHTS = {
  'probe-header-too-large': { 'response-header-too-large': 5, 'malformed-response': -1.5 },
  'probe-malformed-response': { 'malformed-response': 5, 'response-header-too-large': -1.5 },
  // It may take a user's own cookies, or a body that is sent, to get the response that fails.
  'probe-response-fine': { 'malformed-response': -0.7, 'response-header-too-large': -0.5 },
} as const satisfies Readonly<Record<string, Weights>>;
