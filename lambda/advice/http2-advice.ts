import { caution, remark, type ServerAdvice } from './advice-lines.ts';
import type { ServerRow } from './server.ts';

/** What ends connections or streams on any server of HTTP/2; the load balancer's part is from its user guide. */
const EVERYWHERE = [
  'A close without GOAWAY, or one that does not wait for open streams, fails all of them',
  'Keep-alive pings from the server: the load balancer does not support PING, and an unanswered one can end the connection; try turning them off',
  'A limit on streams per connection makes further requests wait or fail with RST_STREAM',
];

/**
 * Advice for a target group whose protocol version is HTTP/2 or gRPC: one connection carries many requests there, so what
 * ends it (idle time, age, GOAWAY) and what limits its streams matter, and a keep-alive of HTTP/1 may not be in force.
 *
 * @param row The server, where it is known.
 * @param seconds What its idle time must at least be.
 */
export function adviceForHttp2(row: ServerRow | null, seconds: number): ServerAdvice {
  const name = row?.name ?? 'the server';
  const lines = row?.http2?.change(seconds) ?? [];
  const settings = row?.http2?.notes ?? [
    'Its connection age (often "max connection age"), idle timeout, drain or grace time, and number of concurrent streams',
  ];
  return {
    title: `${name}: end HTTP/2 connections with GOAWAY and time for their streams, and none before ${Math.ceil(seconds)} s idle`,
    why: `The target group speaks HTTP/2 to its targets: a connection that ends takes all of its requests with it, and the HTTP/1 keep-alive may not apply.${row === null ? '' : caution(row)}`,
    lines: [
      remark(row?.comment ?? '#', row?.where ?? 'where the HTTP/2 or gRPC server is created'),
      ...(lines.length > 0
        ? lines
        : [
            remark(
              row?.comment ?? '#',
              `an HTTP/2 idle timeout of ${Math.ceil(seconds)} s or more, or none; no connection age, or one with a grace period`,
            ),
          ]),
      ...(row?.reload ? [row.reload] : []),
    ],
    sideEffects: row?.sideEffects ?? ['idle connections stay open for longer'],
    alsoCheck: [...settings, ...EVERYWHERE],
    rollback: [
      remark(row?.comment ?? '#', 'restore the previous values, or remove the lines'),
      ...(row?.reload ? [row.reload] : []),
    ],
    // The probe speaks HTTP/1 only.
    verify: [
      `# under traffic with pauses of ${Math.ceil(seconds)} s: HTTPCode_ELB_502_Count stays 0, GrpcRequestCount or RequestCount goes on`,
    ],
  };
}
