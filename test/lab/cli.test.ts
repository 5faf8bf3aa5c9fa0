import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { until } from './stand-in.ts';

interface Run {
  readonly child: ChildProcess;
  stdout: string;
  stderr: string;
  readonly exit: Promise<number | null>;
}

function lab(...args: string[]): Run {
  const child = spawn(process.execPath, ['dist/bin/alb502.js', 'lab', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const run: Run = {
    child,
    stdout: '',
    stderr: '',
    exit: new Promise((resolve) => child.once('close', (code) => resolve(code))),
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    run.stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    run.stderr += chunk.toString();
  });
  return run;
}

/** The processes that a process started, by its own word to the kernel. */
function childrenOf({ child }: Run): number[] {
  return execFileSync('ps', ['-e', '-o', 'pid=,ppid=,comm='])
    .toString()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, command]) => Number(parent) === child.pid && command?.startsWith('node'))
    .map(([pid]) => Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('the list names every scenario with what it shows', async () => {
  const run = lab('--list');
  expect(await run.exit).toBe(0);
  expect(run.stdout).toMatch(/^keepalive-mismatch +a Node server/m);
  expect(run.stdout).toMatch(/^healthy-keep-alive +control:/m);
});

test('an unknown scenario is one line that lists those there are, and exit code 2', async () => {
  const run = lab('--scenario', 'nonsense');
  expect(await run.exit).toBe(2);
  expect(run.stdout).toBe('');
  expect(run.stderr).toMatch(/^alb502: there is no scenario "nonsense"; there are keepalive-mismatch, .*\n$/);
});

test('with --json, standard output is one document', async () => {
  const run = lab('--scenario', 'tls-failure', '--once', '--json');
  expect(await run.exit).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({
    version: 1,
    scenario: 'tls-failure',
    asTold: true,
    timelines: [{ fault: 'tls-error', times: '-1 -1 -1' }],
  });
});

test('Ctrl-C ends it with 130 and leaves no process behind', async () => {
  const run = lab('--scenario', 'healthy-keep-alive');
  await until(() => run.stdout.includes('TRAFFIC'));
  const servers = childrenOf(run);
  expect(servers.length).toBeGreaterThanOrEqual(2);
  run.child.kill('SIGINT');
  expect(await run.exit).toBe(130);
  expect(servers.filter(isAlive)).toEqual([]);
});

test('servers end with it even where it is killed', async () => {
  const run = lab('--scenario', 'healthy-keep-alive');
  await until(() => run.stdout.includes('TRAFFIC'));
  const servers = childrenOf(run);
  expect(servers.length).toBeGreaterThanOrEqual(2);
  run.child.kill('SIGKILL');
  await until(() => !servers.some(isAlive));
});
