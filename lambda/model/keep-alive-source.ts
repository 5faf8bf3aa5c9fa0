/** Where a target's keep-alive is known from, best first. */
export const KEEP_ALIVE_SOURCES = [
  'probe',
  'access-log',
  /** Read in the workload's own configuration: a flag or variable of the task definition or image. */
  'configuration',
  'tag',
  'header',
  'server-default',
] as const;

export type KeepAliveSource = (typeof KEEP_ALIVE_SOURCES)[number];
