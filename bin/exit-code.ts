/** What the exit code of every command means (contract). */
export const EXIT = {
  nothingFound: 0,
  found: 1,
  /** Usage error or unreadable input. */
  usage: 2,
  /** AWS or network failure. */
  remote: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
