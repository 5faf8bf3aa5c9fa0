import type { Action } from '../../lambda/model/diagnosis.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import type { Case } from '../cases/case.ts';
import { bundleWith } from '../diagnose/bundle.ts';
import { WITNESSES } from '../diagnose/witnesses.ts';
import { type Named, ownedBundles, serverBundles } from './bundles.ts';
import { OWNERS } from './owners.ts';

/** An action that is advised, and the bundle for which it is. */
export interface Advised {
  readonly where: string;
  readonly bundle: EvidenceBundle;
  readonly action: Action;
}

/** Everything that is advised in the walk, and what it went through. */
export interface Walk {
  /** Each action once. */
  readonly advised: readonly Advised[];
  readonly servers: readonly string[];
  readonly causes: readonly string[];
}

async function casesOf(cause: string): Promise<readonly Case[]> {
  const file: { cases: readonly Case[] } = await import(`../cases/${cause}.ts`);
  return file.cases;
}

/** What is advised is loaded here and not before: who measures which of it is reached starts to measure first. */
export async function walk(): Promise<Walk> {
  const { CAUSE_ROWS } = await import('../../lambda/diagnose/causes.ts');
  const { diagnose } = await import('../../lambda/diagnose/diagnose.ts');
  const { SERVERS } = await import('../../lambda/advice/servers.ts');
  const rows = Object.values(CAUSE_ROWS);
  const found = new Map<string, Advised>();
  const take = ({ where, bundle }: Named, actions: readonly Action[]): void => {
    for (const action of actions) {
      const key = JSON.stringify([action.commands, action.rollback, action.title]);
      if (!found.has(key)) found.set(key, { where, bundle, action });
    }
  };
  const all = (named: Named): void => {
    take(named, diagnose(named.bundle).actions);
    for (const row of rows) take({ ...named, where: `${row.id}: ${named.where}` }, row.advise(named.bundle));
  };
  const cases = (await Promise.all(rows.map(({ id }) => casesOf(id)))).flat();
  for (const { name, bundle } of cases) all({ where: name, bundle });
  for (const [name, edit] of Object.entries(WITNESSES)) all({ where: name, bundle: bundleWith(edit) });
  for (const named of ownedBundles()) all(named);
  const servers = SERVERS.map(({ id }) => id);
  for (const owner of Object.keys(OWNERS))
    for (const named of serverBundles(servers, owner)) {
      const { bundle } = named;
      take(named, CAUSE_ROWS['keepalive-mismatch'].advise(bundle));
      take(named, CAUSE_ROWS['requests-per-connection-limit'].advise(bundle));
    }
  return { advised: [...found.values()], servers, causes: rows.map(({ id }) => id) };
}
