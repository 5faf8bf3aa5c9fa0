// Preloaded into a hosted function: makes its clock the simulated one, whose speed changes as the simulation says.
// Timers run on it too, so whatever the function waits for stays in proportion.

import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const RealDate = Date;
const realNow = Date.now;
const realSetTimeout = globalThis.setTimeout;
const realClearTimeout = globalThis.clearTimeout;

let stretch = JSON.parse(process.env.BENCH_CLOCK);
let next = stretch;
let last = 0;

function current() {
  if (realNow() >= next.realFrom) stretch = next;
  return stretch;
}
function now() {
  const { realFrom, realUntil, simulatedFrom, speed } = current();
  // News of a slower speed may come late: time stands still rather than step back.
  last = Math.max(last, Math.round(simulatedFrom + (Math.min(realNow(), realUntil) - realFrom) * speed));
  return last;
}

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(now());
    else super(...parts);
  }
  static now() {
    return now();
  }
};

const running = new Set();

/** A timer of simulated time; armed anew when the speed changes, for then it is due at another real time. */
class SimulatedTimer {
  constructor(call, ms, repeats) {
    this.call = call;
    this.everyMs = repeats ? Math.max(1, ms) : null;
    this.dueAt = now() + ms;
    this.referenced = true;
    running.add(this);
    this.arm();
  }
  arm() {
    realClearTimeout(this.real);
    this.real = realSetTimeout(() => this.fire(), Math.max(0, (this.dueAt - now()) / current().speed));
    if (!this.referenced) this.real.unref();
  }
  fire() {
    if (this.dueAt - now() > 1) {
      // Time may stand still.
      this.real = realSetTimeout(() => this.arm(), 5);
      if (!this.referenced) this.real.unref();
      return;
    }
    if (this.everyMs === null) running.delete(this);
    else {
      this.dueAt += this.everyMs;
      this.arm();
    }
    this.call();
  }
  close() {
    running.delete(this);
    realClearTimeout(this.real);
    return this;
  }
  ref() {
    this.referenced = true;
    this.real.ref();
    return this;
  }
  unref() {
    this.referenced = false;
    this.real.unref();
    return this;
  }
  hasRef() {
    return this.referenced;
  }
}

globalThis.setTimeout = (call, ms, ...rest) =>
  new SimulatedTimer(() => call(...rest), Number(ms) || 0, false);
globalThis.setInterval = (call, ms, ...rest) =>
  new SimulatedTimer(() => call(...rest), Number(ms) || 0, true);
for (const name of ['clearTimeout', 'clearInterval']) {
  const real = globalThis[name];
  globalThis[name] = (timer) => (timer instanceof SimulatedTimer ? void timer.close() : real(timer));
}
timers.setTimeout = (ms, value) =>
  new Promise((resolve) => {
    new SimulatedTimer(() => resolve(value), Number(ms) || 0, false);
  });
syncBuiltinESMExports();

process.on('message', (message) => {
  if (message.stretch === undefined) return;
  // Nobody may have asked for the time since the last one began.
  current();
  const isSameSpeed = message.stretch.speed === next.speed;
  next = message.stretch;
  if (isSameSpeed) return;
  realSetTimeout(
    () => {
      for (const timer of running) timer.arm();
    },
    Math.max(0, next.realFrom - realNow()),
  );
});

// How late the event loop is says whether the clock is too fast for this machine.
let tickedAt = realNow();
function tell() {
  const at = realNow();
  // The simulation may end at any time.
  if (process.connected) process.send({ lateMs: Math.max(0, at - tickedAt - 50) }, () => {});
  tickedAt = at;
  realSetTimeout(tell, 50).unref();
}
realSetTimeout(tell, 50).unref();
