import * as z from 'zod';
import { isAtLeast } from '../../../lambda/advice/default-keep-alive.ts';
import { versionIn } from '../../../lambda/advice/workload-server/image.ts';
import type { FilesBeside } from '../../model.ts';
import { imageOf } from './docker-image.ts';
import { nearest } from './program-folder.ts';

const names = z.record(z.string(), z.unknown()).catch({});

const packageSchema = z.object({
  dependencies: names.optional(),
  devDependencies: names.optional(),
  engines: names.optional(),
  scripts: names.optional(),
});

/** What package.json says of what a program runs on. */
export interface PackageJson {
  readonly path: string;
  readonly text: string;
  /** Names with the version as it is written: `^4.18.2`. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly engines: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const stringsOf = (record: Readonly<Record<string, unknown>> | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );

/** Reads a package.json; null where it is none. */
export function packageJson(path: string, text: string): PackageJson | null {
  if (text.length > 1_000_000) return null;
  try {
    const { data } = packageSchema.safeParse(JSON.parse(text.replace(/^\uFEFF/, '')));
    return data
      ? {
          path,
          text,
          dependencies: { ...stringsOf(data.devDependencies), ...stringsOf(data.dependencies) },
          engines: stringsOf(data.engines),
          scripts: stringsOf(data.scripts),
        }
      : null;
  } catch {
    return null;
  }
}

/** The package.json nearest to a folder, at or above it. */
export function nearestPackage(folder: string, beside: FilesBeside): PackageJson | null {
  const found = nearest(folder, ['package.json'], beside);
  return found && packageJson(found.path, found.text);
}

/** `4.18.2` of `^4.18.2`, `~4.18.2`, `4.18.2`, `4.x`; null for ranges with no upper end, which tell no version. */
export function pinnedVersion(range: string): string | null {
  const match =
    /^\s*(?:[~^=]?\s*v?|npm:[\w@/.-]+@[~^]?)(\d{1,5}(?:\.\d{1,5}){0,2})(?:\.[x*])*(?:-[\w.]+)?\s*$/.exec(
      range,
    );
  return match?.[1] ?? null;
}

/** `20` of `>=20`, and the version of a range that has both ends: it is that or newer. */
const lowestVersion = (range: string): string | null =>
  pinnedVersion(range) ?? /^\s*>=\s*v?(\d{1,5}(?:\.\d{1,5}){0,2})/.exec(range)?.[1] ?? null;

/** The version of Node.js that a program runs on, as far as its files tell. */
export interface NodeVersion {
  /** null where they leave it open. */
  readonly version: string | null;
  /** What it is at least. */
  readonly atLeast: string | null;
}

const plain = (text: string | undefined): string | null =>
  /^\s*v?(\d{1,3}(?:\.\d+){0,2})\s*$/.exec(text ?? '')?.[1] ?? null;

/** By the Dockerfile's base image, .nvmrc, .node-version and `engines`, in this order. */
export function nodeVersion(folder: string, beside: FilesBeside): NodeVersion {
  const docker = nearest(folder, ['Dockerfile'], beside);
  const image = docker && imageOf(docker);
  const engines = nearestPackage(folder, beside)?.engines['node'] ?? '';
  const version =
    (image && versionIn('node', image.from, image.environment)) ??
    plain(nearest(folder, ['.nvmrc', '.node-version'], beside)?.text) ??
    pinnedVersion(engines);
  return { version, atLeast: version ?? lowestVersion(engines) };
}

/** Whether the version of Node.js is certainly one or newer; null where that cannot be told. */
export function isNodeAtLeast({ version, atLeast }: NodeVersion, since: string): boolean | null {
  if (atLeast !== null && isAtLeast(atLeast, since)) return true;
  return version === null ? null : isAtLeast(version, since);
}

/** `puma (6.4.2)` of Gemfile.lock. */
function gemVersion(name: string, folder: string, beside: FilesBeside): string | null {
  const lock = nearest(folder, ['Gemfile.lock'], beside)?.text.slice(0, 500_000) ?? '';
  const line = lock.split('\n').find((text) => text.startsWith(`    ${name} (`));
  return /\((\d{1,5}(?:\.\d{1,5}){0,3})/.exec(line ?? '')?.[1] ?? null;
}

/** `uvicorn==0.30.1` of requirements.txt, `uvicorn = "^0.30"` of poetry is no version that is sure. */
function pythonVersion(name: string, folder: string, beside: FilesBeside): string | null {
  const text = nearest(folder, ['requirements.txt'], beside)?.text.slice(0, 200_000) ?? '';
  const line = text.split('\n').find(
    (one) =>
      one
        .trim()
        .toLowerCase()
        .split(/[[=<>~! ;]/)[0] === name,
  );
  return /==\s*(\d{1,5}(?:\.\d{1,5}){0,3})/.exec(line ?? '')?.[1] ?? null;
}

const PACKAGES: Readonly<Record<string, { readonly from: 'gem' | 'pip'; readonly name: string }>> = {
  puma: { from: 'gem', name: 'puma' },
  uvicorn: { from: 'pip', name: 'uvicorn' },
  hypercorn: { from: 'pip', name: 'hypercorn' },
  sanic: { from: 'pip', name: 'sanic' },
  waitress: { from: 'pip', name: 'waitress' },
  aiohttp: { from: 'pip', name: 'aiohttp' },
  gunicorn: { from: 'pip', name: 'gunicorn' },
  'gunicorn-sync': { from: 'pip', name: 'gunicorn' },
};

/** The version of a server that the lock file or list of packages says; null where it says none. */
export function packagedVersionOf(server: string, folder: string, beside: FilesBeside): string | null {
  const known = Object.hasOwn(PACKAGES, server) ? PACKAGES[server] : undefined;
  if (known) return (known.from === 'gem' ? gemVersion : pythonVersion)(known.name, folder, beside);
  if (server !== 'fastify') return null;
  return pinnedVersion(nearestPackage(folder, beside)?.dependencies['fastify'] ?? '');
}
