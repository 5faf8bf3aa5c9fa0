import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const LIMIT_MS = 150_000;

const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()),
  peerDependencies: z.record(z.string(), z.string()),
  bin: z.record(z.string(), z.string()),
});
const packedSchema = z.array(
  z.object({
    filename: z.string(),
    unpackedSize: z.number(),
    files: z.array(z.object({ path: z.string() })),
  }),
);

/** The package as a user has it: in the node_modules of a folder that holds nothing else of ours. */
export interface Installed {
  readonly folder: string;
  /** Paths inside the package. */
  readonly files: readonly string[];
  readonly unpackedBytes: number;
  readonly manifest: z.infer<typeof manifestSchema>;
  /** Runs a program there, with nothing on the PATH but Node and what it brings. */
  run(program: string, ...args: readonly string[]): Promise<{ readonly stdout: string }>;
  remove(): void;
}

/**
 * Packs the built project and puts it in an empty folder. Only what it declares as dependency or peer is there beside
 * it, linked from this checkout, so that nothing is downloaded and nothing undeclared is found.
 *
 * @param hasPeers - without them, as whoever does not use the CDK has it
 */
export async function installPackage(hasPeers = true): Promise<Installed> {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-package-'));
  const modules = join(folder, 'node_modules');
  const place = join(modules, 'alb502');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  mkdirSync(place);
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
  });
  const [packed] = packedSchema.parse(JSON.parse(stdout));
  if (!packed) throw new Error('npm pack made nothing');
  const archive = join(folder, packed.filename);
  await run('tar', ['-xzf', archive, '-C', place, '--strip-components', '1']);
  rmSync(archive);
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')));
  for (const name of Object.keys({
    ...manifest.dependencies,
    ...(hasPeers ? manifest.peerDependencies : {}),
  })) {
    const link = join(modules, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link);
  }
  for (const [name, file] of Object.entries(manifest.bin)) {
    if (!existsSync(join(place, file))) throw new Error(`the package lacks ${file}`);
    symlinkSync(join('..', 'alb502', file), join(modules, '.bin', name));
  }
  return {
    folder,
    manifest,
    files: packed.files.map(({ path }) => path),
    unpackedBytes: packed.unpackedSize,
    run: (program, ...args) =>
      run(program, args, {
        cwd: folder,
        timeout: LIMIT_MS,
        env: { PATH: dirname(process.execPath), HOME: folder, npm_config_offline: 'true' },
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
