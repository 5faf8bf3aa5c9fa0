import type { Failure } from '../tally/failure.ts';

/** What requests may have in common: what is asked for, or who asks. Failures and answers are told apart alike. */
export interface RequestKey {
  readonly ofFailure: (failure: Failure) => number;
  readonly ofAnswer: (packedPath: number, client: number) => number;
}

export const ROUTE: RequestKey = {
  ofFailure: ({ packedPath }) => packedPath >>> 16,
  ofAnswer: (packedPath) => packedPath >>> 16,
};

export const CLIENT: RequestKey = { ofFailure: ({ client }) => client, ofAnswer: (_, client) => client };
