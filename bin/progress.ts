import { Presets, SingleBar } from 'cli-progress';
import { visible } from '../lambda/alert/render/text-format.ts';

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
    start: (total, label) => bar.start(total, 0, { label: visible(label) }),
    update: (done, label) =>
      label === undefined ? bar.update(done) : bar.update(done, { label: visible(label) }),
    stop: () => bar.stop(),
  };
}
