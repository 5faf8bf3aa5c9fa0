// Asks the registry for advisories about what is shipped. Fails on any that is not explained here; says so where the
// registry has none to give, which some mirrors do not.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { shippedPackages } from '../lib/documents/dependencies-document.ts';
import { thirdPartyNotices } from '../lib/documents/third-party-notices.ts';

/** Advisory by package, and why it does not concern alb502. */
const EXPLAINED: ReadonlyMap<string, string> = new Map();

const reportSchema = z.object({
  message: z.string().default('no reason'),
  vulnerabilities: z
    .record(z.string(), z.object({ name: z.string(), severity: z.string(), range: z.string() }))
    .optional(),
});

/** What `npm audit` prints; of development too, for the build bundles much of it. */
function audit(): z.infer<typeof reportSchema> {
  const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', timeout: 120_000 });
  try {
    return reportSchema.parse(JSON.parse(stdout));
  } catch {
    return { message: 'npm audit printed no report' };
  }
}

const { message, vulnerabilities } = audit();
if (vulnerabilities === undefined) {
  console.log(`advisories: not known, the registry gives none (${message})`);
} else {
  const lock: unknown = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const shipped = new Set(shippedPackages(lock, thirdPartyNotices()).map(({ name }) => name));
  const open = Object.values(vulnerabilities).filter(({ name }) => shipped.has(name) && !EXPLAINED.has(name));
  for (const { name, severity, range } of open) console.error(`${severity}: ${name} ${range}`);
  console.log(`advisories: ${open.length} open, ${EXPLAINED.size} explained`);
  process.exitCode = open.length === 0 ? 0 : 1;
}
