import { spawn } from 'node:child_process';
import { once } from 'node:events';

const LIMIT_MS = 120_000;

/** What one run of the program left behind. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built `alb502`, in few files, as a user would, with nothing but the given environment and a PATH. */
export async function alb502(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  stdin: string | readonly Uint8Array[] = '',
): Promise<Run> {
  const child = spawn(process.execPath, ['dist/bin/alb502.js', ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
    timeout: LIMIT_MS,
  });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
  if (typeof stdin === 'string') child.stdin.end(stdin);
  else {
    // Each part on its own, as a slow writer would.
    for (const part of stdin) {
      child.stdin.write(part);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.stdin.end();
  }
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, stdout: out.join(''), stderr: err.join('') };
}
