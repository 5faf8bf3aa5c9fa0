/** What the viewer can ask to see, in the order of the list. */
export const SHOWN = ['all', 'critical', 'warning', 'info', 'quiet'] as const;
export type Shown = (typeof SHOWN)[number];
