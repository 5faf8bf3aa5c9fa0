import { idleCloseScenario } from './idle-close.ts';

/** Node ends an idle connection this much later than it is told to. */
const NODE_BUFFER_SECONDS = 1;

/** Node with its default keep-alive behind the default idle timeout: the classic. */
export const keepAliveMismatch = idleCloseScenario({
  name: 'keepalive-mismatch',
  title: 'a Node server with its default keep-alive of 5 s, behind an idle timeout of 60 s',
  server: `Node ${process.version}`,
  needs: null,
  scale: 5,
  start: (stage, seconds) =>
    stage.startServer('node-http', { idleCloseMs: stage.clock.realMs(seconds + NODE_BUFFER_SECONDS) }),
  setting: { name: 'server.keepAliveTimeout', short: 5, long: 66 },
});
