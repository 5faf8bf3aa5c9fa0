import type { AccountAliasStore, KnownAlias } from '../store/account-alias.store.ts';

const MINUTE_MS = 60_000;

/** An alias hardly ever changes; one that may not be read is a denial in somebody's log each time. */
const ASKED_AGAIN_MINUTES = 24 * 60;

/** A function that only reads what another remembered looks again after so long. */
const READ_AGAIN_MINUTES = 60;

/** Gives the account's alias at an ISO time, null where it is not known. Never throws: alerts do without it. */
export type AliasAt = (now: string) => Promise<string | null>;

const isOver = (since: string, minutes: number, now: string): boolean =>
  Date.parse(now) - Date.parse(since) >= minutes * MINUTE_MS;

/**
 * Asks AWS once a day, whatever it answers, and remembers the answer in the table; one process reads the table once.
 *
 * @param ask - throws where AWS would not say; what was known before is kept then
 */
export function askedAlias(store: AccountAliasStore, ask: () => Promise<string | null>): AliasAt {
  let known: KnownAlias | null = null;
  return async (now) => {
    try {
      known ??= await store.load();
      if (known !== null && !isOver(known.checkedAt, ASKED_AGAIN_MINUTES, now)) return known.alias;
      const before = known?.alias ?? null;
      known = { checkedAt: now, alias: await ask().catch(() => before) };
      await store.save(known);
    } catch {
      // A table that does not answer is told by what cannot do without it.
    }
    return known?.alias ?? null;
  };
}

/** Reads what was remembered, once an hour. */
export function rememberedAlias({ load }: Pick<AccountAliasStore, 'load'>): AliasAt {
  let read: { readonly at: string; readonly known: KnownAlias } | null = null;
  return async (now) => {
    if (read !== null && !isOver(read.at, READ_AGAIN_MINUTES, now)) return read.known.alias;
    try {
      const known = await load();
      // Nobody asked yet: the next minute's screening will.
      if (known !== null) read = { at: now, known };
    } catch {
      // The look itself reads the same table, and fails by itself.
    }
    return read?.known.alias ?? null;
  };
}
