/**
 * The measurements by name; each prints its table and one summary line, and says whether its goals were met. What
 * follows the name narrows a measurement that can be narrowed.
 */
const BENCHES: Readonly<
  Record<string, () => Promise<{ readonly run: (narrowed: readonly string[]) => Promise<boolean> }>>
> = {
  'cold-start': () => import('./cold-start.ts'),
  diagnosis: () => import('./diagnosis.ts'),
  estimate: () => import('./estimate.ts'),
  fleet: () => import('./fleet.ts'),
  faults: () => import('./faults.ts'),
  hostile: () => import('./hostile.ts'),
  logs: () => import('./logs.ts'),
  outside: () => import('./outside.ts'),
  probe: () => import('./probe.ts'),
  weights: () => import('./weights.ts'),
};

const name = process.argv[2] ?? '';
const load = BENCHES[name];
if (load) {
  const { run } = await load();
  process.exitCode = (await run(process.argv.slice(3))) ? 0 : 1;
} else {
  process.stderr.write(
    `bench: ${JSON.stringify(name)} is none of ${Object.keys(BENCHES).join(', ')}; npm run bench -- NAME\n`,
  );
  process.exitCode = 2;
}
