import type { Action } from '../../lambda/model/diagnosis.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import type { Case } from '../cases/case.ts';
import { bundleWith } from '../diagnose/bundle.ts';
import { WITNESSES } from '../diagnose/witnesses.ts';
import { type Named, ownedBundles, serverBundle, TARGETS } from './bundles.ts';
import { OWNERS, startedWith } from './owners.ts';

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
}

async function casesOf(cause: string): Promise<readonly Case[]> {
  const file: { cases: readonly Case[] } = await import(`../cases/${cause}.ts`);
  return file.cases;
}

/** Causes whose advice is that of the server. */
const ABOUT_SERVERS = ['keepalive-mismatch', 'requests-per-connection-limit'] as const;

/** A product that nobody knows, and one that runs on servers of several kinds. */
const NO_SERVERS = ['acme-httpd/1', 'rails', 'flask'];

/** Commands of containers: with the flag in both its forms, without it, and such as are not written anew. */
const COMMANDS: readonly (readonly string[])[] = [
  ['gunicorn', 'shop:app', '--keep-alive', '5'],
  ['gunicorn', '--keep-alive=5', 'shop:app'],
  ['gunicorn', 'shop:app'],
  ['/bin/sh', '-c', 'exec gunicorn shop:app'],
  ['gunicorn shop:app'],
  ['python', 'main.py'],
];

/** Commands of other servers: whose flag comes before the application, and which takes no value that long. */
const STARTED: readonly (readonly [server: string, command: readonly string[]])[] = [
  ['waitress', ['waitress-serve', '--port=8080', 'shop:app']],
  ['granian', ['granian', 'shop:app']],
];

/** How long ago a log may end that is read alone. */
const HOURS_AGO = [30, 5 * 24, 30 * 24];

const isLogAlone = ({ bundle: { gaps } }: Named): boolean =>
  gaps.some(({ subject, kind }) => subject === 'load-balancer' && kind === 'switched-off');

/** What is advised is loaded here and not before: who measures which of it is reached starts to measure first. */
export async function walk(): Promise<Walk> {
  const { CAUSE_ROWS } = await import('../../lambda/diagnose/causes.ts');
  const { DEFAULT_POLICY, diagnose } = await import('../../lambda/diagnose/diagnose.ts');
  const { SERVERS, serverAdvice } = await import('../../lambda/advice/servers.ts');
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
  for (const named of ownedBundles().filter(isLogAlone))
    for (const hours of HOURS_AGO) {
      const now = new Date(Date.parse(named.bundle.window.end) + hours * 3_600_000).toISOString();
      take(named, diagnose(named.bundle, { ...DEFAULT_POLICY, now }).actions);
    }
  const servers = SERVERS.map(({ id }) => id);
  const aboutServer = (named: Named): void => {
    for (const cause of ABOUT_SERVERS) take(named, CAUSE_ROWS[cause].advise(named.bundle));
  };
  for (const id of [...servers, 'acme-httpd/1'])
    for (const idleTimeoutSeconds of [60, 1_800])
      aboutServer(serverBundle(id, 'unknown', idleTimeoutSeconds));
  for (const id of servers) aboutServer(serverBundle(id, 'unknown', 60, TARGETS['HTTP/2 targets']));
  for (const owner of Object.keys(OWNERS))
    for (const id of servers.filter((_, place) => place % 9 === 0)) aboutServer(serverBundle(id, owner, 60));
  for (const command of COMMANDS) aboutServer(serverBundle('gunicorn', 'unknown', 60, startedWith(command)));
  for (const [id, command] of STARTED) aboutServer(serverBundle(id, 'unknown', 60, startedWith(command)));
  // What a probe advises, which knows no bundle.
  const any = bundleWith();
  for (const id of [...servers, ...NO_SERVERS, null])
    for (const [seconds, before] of [
      [20, null],
      [66, 5],
    ] as const) {
      const { title, why, lines, rollback } = serverAdvice(id, seconds, before);
      take({ where: `a probe of ${id}`, bundle: any }, [
        { title, why, commands: [...lines], rollback: [...rollback] },
      ]);
    }
  return { advised: [...found.values()], servers };
}
