// Asks the registry for advisories about what is shipped. Fails on any that is not explained here; says so where the
// registry has none to give, which some mirrors do not.
import { spawnSync } from 'node:child_process';

/** Advisory by package, and why it does not concern alb502. */
const EXPLAINED = new Map();

const { stdout } = spawnSync('npm', ['audit', '--json', '--omit=dev'], {
  encoding: 'utf8',
  timeout: 120_000,
});
let report;
try {
  report = JSON.parse(stdout);
} catch {
  report = { message: 'npm audit printed no report' };
}
if (report.vulnerabilities === undefined) {
  console.log(`advisories: not known, the registry gives none (${report.message ?? 'no reason'})`);
} else {
  const open = Object.values(report.vulnerabilities).filter(({ name }) => !EXPLAINED.has(name));
  for (const { name, severity, range } of open) console.error(`${severity}: ${name} ${range}`);
  console.log(`advisories: ${open.length} open, ${EXPLAINED.size} explained`);
  process.exitCode = open.length === 0 ? 0 : 1;
}
