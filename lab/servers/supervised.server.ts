import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { settingsOf } from './child.ts';

/** Runs a program that is no part of the lab, so that it ends when the lab does. */
const supervisedSettings = z.object({
  program: z.string(),
  arguments: z.array(z.string()),
  /** Where the program will listen, on 127.0.0.1. */
  port: z.number().int().positive(),
});

/** Below the parent's own limit, so that the reason is told. */
const START_TIMEOUT_MS = 75_000;

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** The program and all that it started. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

if (process.send) {
  const { program, arguments: programArguments, port } = settingsOf(supervisedSettings);
  const child = spawn(program, programArguments, { detached: true, stdio: ['ignore', 'ignore', 'inherit'] });
  const end = () => {
    killGroup(child);
    process.exit();
  };
  process.on('disconnect', end);
  process.on('SIGTERM', end);
  process.on('SIGINT', () => {});
  child.once('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code) => {
    process.stderr.write(`${program} ended with code ${code}\n`);
    end();
  });
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (Date.now() > giveUpAt) end();
    await sleep(20);
  }
  process.send({ port });
}
