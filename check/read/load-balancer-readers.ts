import type { FileReader } from '../model.ts';

/** Readers of what defines load balancers, target groups and workloads. */
export const LOAD_BALANCER_READERS: readonly FileReader[] = [];
