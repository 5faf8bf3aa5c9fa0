import type { NamedCause } from '../../../lambda/model/cause.ts';

/** Why a request failed, as alb502's vocabulary calls it; `none` is a failure of no cause of the vocabulary. */
export type Truth = NamedCause | 'none';

export interface Client {
  readonly address: string;
  readonly userAgent: string;
}

/** What a client asks, and what it does once it has the answer's status. */
export interface Ask {
  readonly client: Client;
  readonly method: string;
  readonly path: string;
  readonly bodyBytes: number;
  /** What the target usually works on it. */
  readonly workSeconds: number;
  readonly onEnd?: (status: number) => void;
}

/** How a target treats one request: an answer, or an end of the connection after some work. */
export type Treatment =
  | { readonly kind: 'answer'; readonly afterSeconds: number; readonly status: number }
  | {
      readonly kind: 'break';
      readonly afterSeconds: number;
      readonly truth: Truth;
      /** What else happens at that moment, such as the end of the whole process. */
      readonly also?: () => void;
    };
