import type { Program } from '../workload/task.ts';
import { idleCloseScenario } from './idle-close.ts';

/** Node ends an idle connection this much later than it is told to. */
const NODE_BUFFER_SECONDS = 1;
const NODE_DEFAULT_SECONDS = 5;

/** A variable sets it, unless Node's default is left. */
const container = (seconds: number): Program['container'] => ({
  image: 'node:20-slim',
  command: ['node', 'server.js'],
  environment: seconds === NODE_DEFAULT_SECONDS ? {} : { KEEP_ALIVE_TIMEOUT: String(1000 * seconds) },
});

/** Node with its default keep-alive behind the default idle timeout: the classic. */
export const keepAliveMismatch = idleCloseScenario({
  name: 'keepalive-mismatch',
  title: 'a Node server with its default keep-alive of 5 s, behind an idle timeout of 60 s',
  server: `Node ${process.version}`,
  needs: null,
  scale: 5,
  start: (stage, seconds) =>
    stage.startServer('node-http', { idleCloseMs: stage.clock.realMs(seconds + NODE_BUFFER_SECONDS) }),
  container,
  setting: { name: 'server.keepAliveTimeout', short: NODE_DEFAULT_SECONDS, long: 66 },
});

/** The same with Node's defaults as they are, and no faster clock: a lab second is a second. */
export const nodeDefaultUnscaled = idleCloseScenario({
  name: 'node-default-unscaled',
  title: 'the same in real time, with Node’s default untouched',
  server: `Node ${process.version}`,
  needs: null,
  scale: 1,
  start: (stage, seconds) =>
    stage.startServer('node-http', {
      idleCloseMs: seconds === NODE_DEFAULT_SECONDS ? null : 1000 * (seconds + NODE_BUFFER_SECONDS),
    }),
  container,
  setting: { name: 'server.keepAliveTimeout', short: NODE_DEFAULT_SECONDS, long: 66 },
});
