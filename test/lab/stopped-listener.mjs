// Listens with the shortest queue of pending connections there is, and stops before it takes one.
import { createServer } from 'node:net';

const server = createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  process.send(server.address().port, () => process.kill(process.pid, 'SIGSTOP'));
});
