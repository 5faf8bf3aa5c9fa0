import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** What one run of a command took. */
export interface Measured {
  readonly seconds: number;
  /** Processor time of all its threads, user and system, as last read while it ran. */
  readonly cpuSeconds: number;
  readonly residentMegabytes: number;
}

/** Fields 14 and 15 of /proc/PID/stat; the name in field 2 may have spaces. */
function cpuSecondsOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

/** Runs a command to its end, its output thrown away; the largest resident size is read while it runs. */
export async function measure(
  command: readonly [string, ...string[]],
  expected: readonly number[] = [0],
): Promise<Measured> {
  const sink = openSync('/dev/null', 'w');
  const begin = performance.now();
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', sink, 'pipe'] });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-500);
  });
  let residentMegabytes = 0;
  let cpuSeconds = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      residentMegabytes = Math.max(
        residentMegabytes,
        Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024,
      );
      cpuSeconds = cpuSecondsOf(child.pid);
    } catch {}
  }, 20);
  const [code] = await once(child, 'exit');
  clearInterval(timer);
  closeSync(sink);
  if (!expected.includes(Number(code)))
    throw new Error(`${command.join(' ')} ended with ${code}: ${complaint}`);
  return { seconds: (performance.now() - begin) / 1000, cpuSeconds, residentMegabytes };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** The medians, and the largest size. */
export const middleOf = (all: readonly Measured[]): Measured => ({
  seconds: median(all.map(({ seconds }) => seconds)),
  cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
  residentMegabytes: Math.max(...all.map(({ residentMegabytes }) => residentMegabytes)),
});
