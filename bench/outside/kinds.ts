import type { Kind } from './kind.ts';
import { CONNECTION_LIMITS } from './kinds/connection-limits.ts';
import { IDLE_RACES } from './kinds/idle-races.ts';
import { NO_CAUSE } from './kinds/no-cause.ts';
import { PAIRS } from './kinds/pairs.ts';
import { BAD_RESPONSES, BODIES, LAMBDAS, WORKER_TIMEOUTS } from './kinds/requests.ts';
import { RHYTHMS } from './kinds/rhythms.ts';
import { CRASHES, ROLLOUTS } from './kinds/stops.ts';
import { UNREACHABLE } from './kinds/unreachable.ts';

export const KINDS: readonly Kind[] = [
  ...IDLE_RACES,
  ...CONNECTION_LIMITS,
  ...UNREACHABLE,
  ...CRASHES,
  ...ROLLOUTS,
  ...BAD_RESPONSES,
  ...BODIES,
  ...WORKER_TIMEOUTS,
  ...LAMBDAS,
  ...RHYTHMS,
  ...NO_CAUSE,
  ...PAIRS,
];
