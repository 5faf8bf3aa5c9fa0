import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  backendLogWindows,
  MOST_MINUTES_READ,
  stretchAround,
} from '../../lambda/diagnose/bundle/backend-log-windows.ts';
import {
  BACKEND_PATTERNS,
  backendFilterPattern,
  backendPatternOf,
} from '../../lambda/diagnose/bundle/backend-patterns.ts';
import { backendLog } from '../../lambda/diagnose/observations/backend-log.ts';
import type { BackendLogMatch } from '../../lambda/model/evidence.ts';
import { at, bundleWith, everyNth, failures, from } from './bundle.ts';

/** Lines as servers write them. */
const LINES: ReadonlyArray<readonly [pattern: string, line: string]> = [
  ['worker timeout', '[2026-11-20 09:41:12 +0000] [7] [CRITICAL] WORKER TIMEOUT (pid:13)'],
  ['worker timeout', '[45] ! Terminating timed out worker (worker failed to check in within 60 seconds): 12'],
  ['worker timeout', 'Fri Nov 20 09:41:12 2026 - *** HARAKIRI ON WORKER 3 (pid: 41, try: 1) ***'],
  [
    'worker timeout',
    '[20-Nov-2026 09:41:12] WARNING: [pool www] child 31, script "/srv/i.php" (request: "GET /i.php") execution timed out (30.21 sec), terminating',
  ],
  ['out of memory', 'Out of memory: Killed process 4242 (java) total-vm:8123456kB'],
  ['out of memory', 'java.lang.OutOfMemoryError: Java heap space'],
  ['out of memory', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
  ['out of memory', '{"reason":"OOMKilled","exitCode":137}'],
  ['out of memory', '[CRITICAL] Worker (pid:13) was sent SIGKILL! Perhaps out of memory?'],
  ['out of memory', 'error: OutOfMemory'],
  ['out of memory', 'Unhandled exception. System.OutOfMemoryException: Insufficient memory'],
  ['out of memory', "shop.service: Failed with result 'oom-kill'."],
  ['out of memory', 'MemoryError'],
  ['out of memory', 'numpy._core._exceptions._ArrayMemoryError: Unable to allocate 7.45 GiB for an array'],
  ['out of memory', 'ERROR:app:Exception on /report [GET]: MemoryError'],
  ['killed', 'worker 3 exited on SIGKILL'],
  ['killed', 'container web exited with exit code 137'],
  ['killed', 'cmd/app: signal: killed'],
  ['killed', 'kernel: Killed process 4242 (node) total-vm:8123456kB, anon-rss:4012345kB, file-rss:0kB'],
  ['killed', '[alert] 7#7: worker process 31 exited on signal 9'],
  ['killed', 'shop.sh: exit status 137'],
  ['crash', 'panic: runtime error: invalid memory address or nil pointer dereference'],
  ['crash', "thread 'main' panicked at src/main.rs:4:5:"],
  ['crash', 'nginx: worker process 31 exited on signal 11 (core dumped)'],
  ['crash', 'app[31]: segfault at 0 ip 00007f error 4 in libc.so.6'],
  [
    'crash',
    '[UnhandledPromiseRejection: This error originated either by throwing inside of an async function',
  ],
  ['crash', 'error: uncaughtException: x is not a function'],
  ['crash', 'Unhandled exception. System.InvalidOperationException: Sequence contains no elements'],
  ['crash', 'error: unhandledRejection: x is not a function'],
  ['crash', '(node:12) Unhandled promise rejection (rejection id: 2)'],
  ['crash', '[core:notice] AH00051: child pid 31 exit signal Segmentation fault (11), possible coredump'],
  ['crash', 'WARNING: [pool www] child 31 exited on signal 11 (SIGSEGV) after 3.1 seconds from start'],
  ['too many open files', 'accept4() failed (24: Too many open files)'],
  ['too many open files', "Error: EMFILE: too many open files, open '/srv/a'"],
  ['too many open files', 'Error: spawn EMFILE'],
  ['too many open files', "Error: ENFILE: file table overflow, open '/srv/a'"],
  ['too many open files', '[alert] 31#31: 1024 worker_connections are not enough'],
  ['accept queue full', 'TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.'],
  ['accept queue full', '*** uWSGI listen queue of socket "127.0.0.1:3031" (fd: 3) full !!! (101/100) ***'],
  ['accept queue full', 'AH00484: server reached MaxRequestWorkers setting, consider raising it'],
  [
    'accept queue full',
    'WARNING: [pool www] server reached pm.max_children setting (5), consider raising it',
  ],
  ['accept queue full', 'accept: the backlog of 511 connections is full'],
  ['accept queue full', 'backlog limit reached'],
  ['accept queue full', 'backlog overflowed, 12 connections dropped'],
  ['accept queue full', 'accept queue is full, consider a larger backlog'],
  ['response header too large', 'upstream sent too big header while reading response header from upstream'],
  ['response header too large', 'org.eclipse.jetty.http.BadMessageException: 500: Response header too large'],
  ['response header too large', 'java.io.IOException: headers too large'],
  ['response header too large', "  code: 'HPE_HEADER_OVERFLOW',"],
  ['response header too large', "  code: 'UND_ERR_HEADERS_OVERFLOW'"],
  ['response header too large', 'org.apache.coyote.http11.HeadersTooLargeException: An attempt was made'],
  ['upstream closed', 'upstream prematurely closed connection while reading response header from upstream'],
  ['upstream closed', '[info] 31#31: *1 client prematurely closed connection while sending to client'],
  ['upstream closed', 'no live upstreams while connecting to upstream'],
  ['upstream closed', 'Error [ERR_STREAM_PREMATURE_CLOSE]: Premature close'],
  ['shutdown', 'Received SIGTERM, draining'],
  ['shutdown', 'INFO: Shutting down'],
  ['shutdown', 'Starting graceful shutdown of HTTP server'],
  ['shutdown', '[notice] 7#7: signal 15 (SIGTERM) received from 1, exiting'],
  ['shutdown', '[notice] 7#7: signal 3 (SIGQUIT) received from 1, gracefully shutting down'],
  ['shutdown', 'gracefully stopping'],
  ['shutdown', 'server stopped gracefully'],
  ['shutdown', 'Shut down gracefully'],
  ['shutdown', 'stopping workers gracefully'],
  ['connection reset', 'recv() failed (104: Connection reset by peer) while reading client request line'],
  ['connection reset', 'Error: write EPIPE'],
  ['connection reset', 'BrokenPipeError: [Errno 32] Broken pipe'],
  ['connection reset', 'java.io.IOException: Broken pipe'],
  ['connection reset', 'Error: read ECONNRESET'],
  ['connection reset', 'ConnectionResetError: Connection lost'],
  ['connection reset', 'hyper::Error(Io, Kind(ConnectionReset))'],
  ['connection reset', 'hyper::Error(BodyWrite, Kind(BrokenPipe))'],
];

const HARMLESS = [
  'GET /products/killed-in-action HTTP/1.1 200',
  'room booked: 12',
  'user opened the control panel',
  'worker started in 30 s',
  'memory usage 80 % of limit',
  'timeout of cache entry: 60 s',
  'query killed by user',
  'the header of the page is large',
  'no MemoryError so far',
  'OutOfMemoryGuard is on',
  'killed process group of the build',
  'exited with status 1370',
  'Unhandled event: resize',
  'audit: backlog limit exceeded',
  '*** uWSGI listen queue of socket "127.0.0.1:3031" (fd: 3) has room ***',
  'your server socket listen backlog is limited to 100 connections',
  'WARNING: The TCP backlog setting of 511 cannot be enforced',
  'the request header_overflows the line',
  'client intended to send too large body: 10485761 bytes',
  'stopping early is not degrading gracefully',
  'degrades gracefully',
];

describe("the patterns of targets' logs", () => {
  test.each(LINES)('find %s in: %s', (name, line) => expect(backendPatternOf(line)?.name).toBe(name));

  test.each(LINES)('are searched for so that CloudWatch gives the line of %s: %s', (_, line) => {
    const terms = BACKEND_PATTERNS.flatMap((pattern) => pattern.terms);
    expect(terms.some((term) => line.includes(term))).toBe(true);
  });

  test.each(HARMLESS)('find nothing in: %s', (line) => expect(backendPatternOf(line)).toBeNull());

  test('fit into one filter of CloudWatch Logs', () => {
    const pattern = backendFilterPattern();
    expect(pattern.length).toBeLessThanOrEqual(1024);
    expect(pattern).toMatch(/^(\?"[^"\\]+"( |$))+$/);
  });

  test('have names of their own', () => {
    expect(new Set(BACKEND_PATTERNS.map(({ name }) => name)).size).toBe(BACKEND_PATTERNS.length);
  });
});

describe("the stretches of a target's log that are read", () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 1, maxLength: 200 });

  test('lie around failing minutes, in order, apart, and few', () => {
    fc.assert(
      fc.property(minutes, fc.infiniteStream(fc.integer({ min: 1, max: 50 })), (list, counts) => {
        const failing = new Map(list.map((minute) => [at(minute), counts.next().value ?? 1] as const));
        const windows = backendLogWindows(failing);
        const total = windows.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
        expect(windows.length).toBeLessThanOrEqual(MOST_MINUTES_READ);
        expect(total).toBeLessThanOrEqual(MOST_MINUTES_READ * 3 * 60_000);
        windows.forEach((window, index) => {
          expect(window.toMs).toBeGreaterThan(window.fromMs);
          const before = windows[index - 1];
          if (before) expect(window.fromMs).toBeGreaterThan(before.toMs);
        });
        const worst = Math.max(...failing.values());
        const [first] = [...failing]
          .filter(([, count]) => count === worst)
          .map(([minute]) => minute)
          .sort()
          .reverse();
        const around = stretchAround(first ?? '');
        expect(windows.some(({ fromMs, toMs }) => fromMs <= around.fromMs && toMs >= around.toMs)).toBe(true);
      }),
    );
  });
});

describe("what the targets' logs say", () => {
  const match = (minute: number, pattern: string, line = pattern): BackendLogMatch => ({
    at: at(minute),
    logGroup: '/app/shop',
    pattern,
    line,
  });
  const found = (minutes: readonly (number | null)[], ...backendLogMatches: readonly BackendLogMatch[]) =>
    backendLog.read({ ...bundleWith(failures(minutes)), backendLogMatches: [...backendLogMatches] });

  test('weighs in full where it is near the failing minutes, and less where most of them have nothing', () => {
    const [near] = found(from(50, [9, 4]), match(50, 'out of memory'));
    const [rare] = found(everyNth(5, 1), match(60, 'out of memory'));
    expect(near).toMatchObject({ id: 'backend-log-crash', strength: 1 });
    expect(rare?.strength).toBeGreaterThan(0.4);
    expect(rare?.strength).toBeLessThan(0.8);
  });

  test('is nothing where no 502 is near', () => {
    expect(found(from(50, [9]), match(90, 'out of memory'))).toEqual([]);
  });

  test('counts lines of one meaning once, and quotes at most three lines', () => {
    const list = found(
      from(50, [9]),
      match(50, 'out of memory', 'OOM one'),
      match(50, 'out of memory', 'OOM two'),
      match(50, 'killed', 'killed three'),
      match(50, 'worker timeout', 'WORKER TIMEOUT'),
      match(50, 'shutdown', 'SIGTERM'),
      match(50, 'connection reset', 'EPIPE'),
    );
    expect(list.map(({ id }) => id)).toEqual([
      'backend-log-crash',
      'backend-log-worker-timeout',
      'backend-log-shutdown',
      'backend-log-reset',
    ]);
    expect(list.filter(({ fact }) => fact.includes('for instance'))).toHaveLength(3);
    expect(list[0]?.fact).toContain('"out of memory" 2 times near the 502s, for instance at');
  });

  test('is read from the words where a bundle from elsewhere names no pattern of ours', () => {
    const [finding] = found(from(50, [9]), match(50, 'custom', 'java.lang.OutOfMemoryError: Metaspace'));
    expect(finding?.id).toBe('backend-log-crash');
  });
});
