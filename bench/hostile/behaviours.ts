import type { Socket } from 'node:net';

/** What a hostile server does with a connection: at once, or when a request has come. */
export interface HostileServer {
  readonly name: string;
  /** It speaks TLS, with a certificate that nobody vouches for. */
  readonly tls?: true;
  /** Whether the client asks over TLS. */
  readonly askedOverTls?: true;
  readonly accept?: (socket: Socket) => void;
  readonly answer?: (socket: Socket) => void;
  /** What the probe may say of it: failure codes, or `measured`. */
  readonly probe: readonly string[];
  /** Statuses that `verify` may count; anything else it counts is made up. */
  readonly statuses?: readonly string[];
  /** Seconds that the probe has: few where it can only wait, many where the answer comes at once. */
  readonly seconds: number;
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const HEAD = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
const DRIP_MS = 50;
/** Comes at once; a busy machine may still take a while. */
const PROMPT_SECONDS = 15;
/** Never ends: the probe takes all the time it has. */
const ENDLESS_SECONDS = 3;

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Writes one thing after another for as long as somebody listens. */
function endless(socket: Socket, first: string, chunk: string): void {
  const again = bytes(chunk.length < 4_096 ? chunk.repeat(Math.ceil(16_384 / chunk.length)) : chunk);
  const go = () => {
    while (!socket.destroyed && socket.write(again));
  };
  socket.on('drain', go);
  socket.write(bytes(first));
  go();
}

/** Writes a little every now and then, so that no pause is ever long. */
function drip(socket: Socket, first: string, part: string): void {
  socket.write(bytes(first));
  const timer = setInterval(() => socket.write(bytes(part)), DRIP_MS);
  socket.once('close', () => clearInterval(timer));
}

const says =
  (text: string) =>
  (socket: Socket): void =>
    void socket.write(bytes(text));
const floods =
  (first: string, chunk: string) =>
  (socket: Socket): void =>
    endless(socket, first, chunk);
const drips =
  (first: string, part: string) =>
  (socket: Socket): void =>
    drip(socket, first, part);
const resetsAfter =
  (text: string) =>
  (socket: Socket): void =>
    void socket.write(bytes(text), () => setTimeout(() => socket.resetAndDestroy(), DRIP_MS));
const endsAfter =
  (text: string) =>
  (socket: Socket): void =>
    void socket.end(bytes(text));

type Answer = (socket: Socket) => void;
const prompt = (name: string, answer: Answer, ...probe: readonly string[]): HostileServer => ({
  ...{ name, answer, probe, seconds: PROMPT_SECONDS },
});
const slow = (name: string, answer: Answer, ...probe: readonly string[]): HostileServer => ({
  ...{ name, answer, probe, seconds: ENDLESS_SECONDS },
});

/** Breaks a rule of RFC 9112. Node's parser, which `verify` reads with, forgives some of it. */
const malformed = (name: string, response: string, ...statuses: readonly string[]): HostileServer => ({
  ...prompt(name, says(response), 'malformed-response'),
  statuses,
});

/** Servers that wait, drip, flood, break off, break rules and speak something else. */
export const HOSTILE_SERVERS: readonly HostileServer[] = [
  slow('says nothing', () => {}, 'timeout'),
  { name: 'closes at once', accept: (socket) => socket.end(), probe: ['closed'], seconds: PROMPT_SECONDS },
  {
    name: 'resets at once',
    accept: (socket) => socket.resetAndDestroy(),
    probe: ['closed'],
    seconds: PROMPT_SECONDS,
  },
  prompt('closes without an answer', (socket) => socket.end(), 'closed'),
  prompt('resets without an answer', (socket) => socket.resetAndDestroy(), 'closed'),
  prompt('resets within the head', resetsAfter(`${HEAD}Conte`), 'closed'),
  prompt('resets within the body', resetsAfter(`${HEAD}Content-Length: 9\r\n\r\nhal`), 'closed'),
  prompt('closes within the body', endsAfter(`${HEAD}Content-Length: 9\r\n\r\nhal`), 'closed'),
  prompt('closes within a chunk', endsAfter(`${CHUNKED}9\r\nhal`), 'closed'),

  slow('drips its status line', drips('HTTP/1.1 200 ', 'a'), 'not-read-to-the-end'),
  slow('drips one header line', drips(`${HEAD}X: `, 'a'), 'not-read-to-the-end'),
  slow('drips header lines', drips(HEAD, 'X: y\r\n'), 'not-read-to-the-end'),
  slow('drips its body', drips(`${HEAD}Content-Length: 90000\r\n\r\n`, 'a'), 'not-read-to-the-end'),
  slow('drips chunks', drips(CHUNKED, '1\r\na\r\n'), 'not-read-to-the-end'),
  slow('drips interim responses', drips('', 'HTTP/1.1 103 Hints\r\n\r\n'), 'not-read-to-the-end'),
  slow('begins and falls silent', says(`${HEAD}Content-Length: 9\r\n\r\nhal`), 'not-read-to-the-end'),

  prompt('floods headers', floods(HEAD, 'X: y\r\n'), 'response-header-too-large'),
  prompt('floods one header', floods(`${HEAD}X: `, 'a'), 'response-header-too-large'),
  prompt('floods its status line', floods('HTTP/1.1 200 ', 'a'), 'response-header-too-large'),
  prompt('floods a header with spaces', floods(`${HEAD}X: a`, ' '), 'response-header-too-large'),
  slow('floods interim responses', floods('', 'HTTP/1.1 103 Hints\r\n\r\n'), 'not-read-to-the-end'),
  slow('floods a chunk extension', floods(`${CHUNKED}1;a=`, 'a'), 'not-read-to-the-end'),
  slow('floods trailers', floods(`${CHUNKED}0\r\n`, 'A: b\r\n'), 'not-read-to-the-end'),
  slow('floods small chunks', floods(CHUNKED, '1\r\na\r\n'), 'not-read-to-the-end'),
  slow('floods a body without length', floods(`${HEAD}\r\n`, 'a'), 'not-read-to-the-end'),
  slow(
    'floods a body of a length beyond counting',
    floods(`${HEAD}Content-Length: ${'9'.repeat(18)}\r\n\r\n`, 'a'),
    'not-read-to-the-end',
  ),
  prompt('floods NULs', floods('', '\x00'), 'not-http'),
  prompt('floods line feeds', floods('', '\n'), 'not-http'),

  malformed('sends NUL in a header', `${HEAD}X: a\x00b\r\nContent-Length: 2\r\n\r\nok`),
  malformed('sends length and chunks', `${HEAD}Content-Length: 2\r\n${CHUNKED.slice(HEAD.length)}0\r\n\r\n`),
  malformed('sends two lengths', `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok`),
  malformed('folds a header', `${HEAD}X: a\r\n b\r\nContent-Length: 2\r\n\r\nok`),
  malformed('sends a negative length', `${HEAD}Content-Length: -1\r\n\r\n`),
  malformed('sends a chunk size that is none', `${CHUNKED}zz\r\n`, '200'),
  malformed('sends status 999', `HTTP/1.1 999 X\r\nContent-Length: 2\r\n\r\nok`, '999'),
  malformed('sends a body after a 204', 'HTTP/1.1 204 No Content\r\n\r\nok', '204'),
  malformed('switches protocols unasked', 'HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nok'),
  slow('sends a chunk beyond counting', says(`${CHUNKED}${'f'.repeat(16)}\r\n`), 'not-read-to-the-end'),

  prompt('speaks SSH', says('SSH-2.0-OpenSSH_9.2\r\n'), 'not-http'),
  prompt('speaks HTTP/2', says('\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05\x00\x10\x00\x00'), 'not-http'),
  prompt('answers with a TLS alert', says('\x15\x03\x01\x00\x02\x02\x28'), 'not-http'),
  { name: 'speaks TLS only', tls: true, answer: says(OK), probe: ['speaks-tls'], seconds: PROMPT_SECONDS },
  {
    name: 'floods garbage into a TLS handshake',
    askedOverTls: true,
    accept: floods('', '\x16\x03\x01\xff'),
    probe: ['tls'],
    seconds: PROMPT_SECONDS,
  },
  {
    name: 'never ends a TLS handshake',
    askedOverTls: true,
    accept: () => {},
    probe: ['tls', 'timeout'],
    seconds: ENDLESS_SECONDS,
  },
  {
    ...slow('answers, then floods what nobody asked for', floods(OK, 'x'), 'measured', 'not-http'),
    statuses: ['200'],
  },
  { ...prompt('answers byte by byte', (socket) => bytewise(socket, OK), 'measured'), statuses: ['200'] },
];

function bytewise(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at < text.length && !socket.destroyed) socket.write(bytes(text[at++] ?? ''));
    else clearInterval(timer);
  }, 2);
}
