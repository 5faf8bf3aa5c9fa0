import type { FileReader } from '../model.ts';
import { LOAD_BALANCER_READERS } from './load-balancer-readers.ts';
import { SERVER_READERS } from './server-readers.ts';

/** Everything that `check` can read. */
export const READERS: readonly FileReader[] = [...LOAD_BALANCER_READERS, ...SERVER_READERS];
