import { Presets, SingleBar } from 'cli-progress';

/** A progress bar on stderr, or nothing where stderr is no terminal. Data never goes through it. */
export interface Progress {
  start(total: number, label: string): void;
  update(done: number, label?: string): void;
  stop(): void;
}

const SILENT: Progress = { start: () => {}, update: () => {}, stop: () => {} };

/**
 * @param quiet - true keeps it silent on a terminal too
 * @param format - cli-progress format; `{bar} {value} {total} {label} {eta_formatted}` are filled in
 */
export function progressOnStderr(quiet = false, format = '{label} {bar} {value}/{total}'): Progress {
  if (quiet || !process.stderr.isTTY) return SILENT;
  const bar = new SingleBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: true, barsize: 24 },
    Presets.shades_classic,
  );
  return {
    start: (total, label) => bar.start(total, 0, { label }),
    update: (done, label) => (label === undefined ? bar.update(done) : bar.update(done, { label })),
    stop: () => bar.stop(),
  };
}

/** Columns to wrap prose at: the terminal's own, between 40 and 100; 80 where stdout is no terminal. */
export function proseColumns(): number {
  return Math.min(100, Math.max(40, process.stdout.columns ?? 80));
}

/** Writes one JSON document, the only thing on stdout under `--json`. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
