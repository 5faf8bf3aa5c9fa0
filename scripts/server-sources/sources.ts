import type { ServerRow } from '../../lambda/advice/server.ts';
import { APPLICATION } from './application.ts';
import type { Fact, RowFacts } from './fact.ts';
import { FRONT } from './front.ts';
import { MACHINE } from './machine.ts';
import { MEASURED } from './measured.ts';
import { RUNTIME } from './runtime.ts';

/** What is known of each row's values, by its id; apart from the rows, which a Lambda function carries. */
export const SOURCES: Readonly<Record<string, RowFacts>> = {
  ...FRONT,
  ...APPLICATION,
  ...RUNTIME,
  ...MACHINE,
};

/** A value of a row: what it is called in the document, and what is known of it beside measurements. */
export interface SourcedValue {
  readonly value: string;
  readonly fact: Fact | null;
}

const since = (version: string | null, many: boolean): string =>
  version === null ? (many ? ' (before)' : '') : ` (${version} and later)`;

/** Every default of a row with its fact; null where only measurements tell it. */
export function sourcedValues(row: ServerRow): readonly SourcedValue[] {
  const facts = SOURCES[row.id];
  const limits = row.requestsPerConnection.defaults.filter(({ value }) => value !== null);
  return [
    ...row.idleClose.map((entry, index) => ({
      value: `idle close${since(entry.since, row.idleClose.length > 1)}`,
      fact: facts?.idle[index] ?? null,
    })),
    ...limits.map((entry, index) => ({
      value: `limit of ${entry.value} ${entry.value === 1 ? 'request' : 'requests'}${since(entry.since, limits.length > 1)}`,
      fact: facts?.requests?.[index] ?? null,
    })),
  ];
}

const WORDS: Readonly<Record<Fact['by'], string>> = {
  source: 'read in source',
  documented: 'documented',
  unverified: 'unverified',
};

function factWords({ by, version, at, on }: Fact): string {
  return by === 'unverified' ? `*unverified*; likely in ${at}` : `${WORDS[by]} of ${version}, ${on}: ${at}`;
}

/** The lines of the document that say how each value is known and when that was found. */
export function sourceLines(row: ServerRow): readonly string[] {
  const measured = MEASURED[row.id];
  const read = sourcedValues(row).flatMap(({ value, fact }) =>
    fact ? [`${value}: ${factWords(fact)}`] : [],
  );
  return [
    ...(measured ? [`measured here with ${measured.version}, ${measured.on}: ${measured.what}`] : []),
    ...read,
  ];
}
