import type { Paragraph } from './tour-text.ts';

/** How a tour is told. */
export interface TourOptions {
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Whether the dashboard's widget is shown on a page of this machine. */
  readonly page: boolean;
  /** Whether what was seen of the first failed request of each kind is drawn. */
  readonly timeline: boolean;
  /** Whether page, traffic and monitor go on after the story, until the signal. */
  readonly stay: boolean;
  /** Whether mails, chat cards and the record of the incident are told whole. */
  readonly full: boolean;
  /** Takes the story, paragraph by paragraph. */
  readonly say: (paragraph: Paragraph) => void;
}
