import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { startMotoPool } from './moto-pool.ts';

declare module 'vitest' {
  interface ProvidedContext {
    motoPool: string;
  }
}

const venv = fileURLToPath(new URL('../.moto', import.meta.url));
const INSTALL = "python3 -m venv .moto && .moto/bin/pip install 'moto[server]'";

/** The moto_server to start: the one on the PATH, else one in a private virtual environment, made here. */
export function motoServer(): string {
  if (spawnSync('moto_server', ['--help']).status === 0) return 'moto_server';
  const own = `${venv}/bin/moto_server`;
  if (existsSync(own)) return own;
  try {
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
    execFileSync(`${venv}/bin/pip`, ['install', '--quiet', 'moto[server]'], { stdio: 'inherit' });
  } catch (error) {
    throw new Error(`moto is needed and could not be installed; run: ${INSTALL}`, { cause: error });
  }
  return own;
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const pool = await startMotoPool(motoServer());
  project.provide('motoPool', pool.url);
  return () => pool.close();
}
