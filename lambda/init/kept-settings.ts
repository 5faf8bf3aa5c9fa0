import type { Proposal } from './proposal.ts';
import type { ProposedEntry, ProposedItem } from './proposed-entry.ts';

const KEPT = 'Kept from the file that was here.';

/**
 * A proposal that loses nothing of a configuration that is there: its other settings are kept, and what its lists have
 * beyond what was found.
 *
 * @param existing - as it was parsed
 */
export function withKeptSettings(proposal: Proposal, existing: Readonly<Record<string, unknown>>): Proposal {
  const proposed = proposal.entries.map((entry) =>
    Object.hasOwn(existing, entry.key) ? kept(entry, existing[entry.key]) : entry,
  );
  const known = new Set(proposal.entries.map(({ key }) => key));
  const others = Object.entries(existing)
    .filter(([key]) => !known.has(key))
    .map(([key, value]) => keptValue(key, value));
  return { ...proposal, entries: [...proposed, ...others] };
}

const keptValue = (key: string, value: unknown): ProposedEntry => ({
  ...{ key, value, items: null, on: true },
  ...{ reasons: [KEPT], usdAMonth: null },
});

function kept(entry: ProposedEntry, value: unknown): ProposedEntry {
  const { items } = entry;
  if (items === null || !Array.isArray(value) || !value.every((one) => typeof one === 'string'))
    return keptValue(entry.key, value);
  const before = new Set<string>(value);
  const found = items.map((item): ProposedItem => ({ ...item, on: item.on || before.has(item.value) }));
  const more = [...before]
    .filter((one) => !items.some((item) => item.value === one))
    .map((one): ProposedItem => ({ value: one, on: true, note: `${KEPT} This look did not find it.` }));
  return { ...entry, items: [...found, ...more], on: entry.on || before.size > 0 };
}
