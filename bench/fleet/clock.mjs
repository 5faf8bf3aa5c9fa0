// Preloaded into a hosted function: makes its clock run faster, so that minutes of the simulated account pass in
// seconds. Timers shrink by the same factor, so whatever the function waits for stays in proportion.

import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const speed = Number(process.env.BENCH_CLOCK_SPEED);
const startedAt = Number(process.env.BENCH_CLOCK_STARTED_AT);
const origin = Number(process.env.BENCH_CLOCK_ORIGIN);
const RealDate = Date;
const realNow = Date.now;
const now = () => Math.round(origin + (realNow() - startedAt) * speed);

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(now());
    else super(...parts);
  }
  static now() {
    return now();
  }
};

for (const name of ['setTimeout', 'setInterval']) {
  const real = globalThis[name];
  globalThis[name] = Object.assign((call, ms, ...rest) => real(call, (ms ?? 0) / speed, ...rest), real);
}
const realSleep = timers.setTimeout;
timers.setTimeout = (ms, ...rest) => realSleep((ms ?? 0) / speed, ...rest);
syncBuiltinESMExports();
