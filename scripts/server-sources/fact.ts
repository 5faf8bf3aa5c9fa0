/** How a value of the table is known, beside what is measured. */
export interface Fact {
  /** `source`: read in the server's source; `documented`: its manual says so; `unverified`: neither could be had. */
  readonly by: 'source' | 'documented' | 'unverified';
  /** The version or commit that was read. */
  readonly version: string;
  /** Where, pinned to that version or commit; for what is unverified, where it is likely to be found. */
  readonly at: string;
  /** The day on which it was read, YYYY-MM-DD. */
  readonly on: string;
}

/** Of one row: a fact for each default of `idleClose`, in its order, and for each limit of requests. */
export interface RowFacts {
  readonly idle: readonly Fact[];
  readonly requests?: readonly Fact[];
}

const READ_ON = '2026-11-29';

/** Read in the source of a repository at a tag or commit; the path may end in `#Lnn`. */
export const source = (repository: string, ref: string, path: string): Fact => ({
  by: 'source',
  version: /^[0-9a-f]{40}$/.test(ref) ? ref.slice(0, 10) : ref,
  at: `https://github.com/${repository}/blob/${ref}/${path}`,
  on: READ_ON,
});

/** Read in a manual of a version. */
export const manual = (version: string, at: string): Fact => ({
  by: 'documented',
  version,
  at,
  on: READ_ON,
});

export const unverified = (at: string): Fact => ({ by: 'unverified', version: '', at, on: READ_ON });
