import { caution, remark, type ServerAdvice } from './advice-lines.ts';
import type { ServerRow } from './server.ts';

/** What ends connections or streams on any server of HTTP/2; the load balancer's part is from its user guide. */
const EVERYWHERE = [
  'A close without GOAWAY, or one that does not wait for the streams begun before it, fails each of them',
  'Keep-alive pings of the server: the load balancer does not support PING, and an unanswered one can end the connection; turn them off to try',
  'A limit of streams on one connection makes further requests wait or fail with RST_STREAM',
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
    'Its connection age (often "max connection age"), idle time, drain or grace time, and the number of concurrent streams',
  ];
  return {
    title: `${name}: let HTTP/2 connections end with GOAWAY and time for their streams, and none before ${Math.ceil(seconds)} s idle`,
    why: `The target group speaks HTTP/2 to its targets: a connection that ends takes all of its requests with it, and its keep-alive of HTTP/1 need not count.${row === null ? '' : caution(row)}`,
    lines: [
      remark(row?.comment ?? '#', row?.where ?? 'where the HTTP/2 or gRPC server is made'),
      ...(lines.length > 0
        ? lines
        : [
            remark(
              row?.comment ?? '#',
              `an idle time of HTTP/2 of ${Math.ceil(seconds)} s or more, or none; no age, or one with a grace period`,
            ),
          ]),
      ...(row?.reload ? [row.reload] : []),
    ],
    sideEffects: row?.sideEffects ?? ['idle connections stay open for longer'],
    alsoCheck: [...settings, ...EVERYWHERE],
    rollback: [
      remark(row?.comment ?? '#', 'set the values of before, or remove the lines'),
      ...(row?.reload ? [row.reload] : []),
    ],
    // The probe speaks HTTP/1 only.
    verify: [
      `# under traffic with pauses of ${Math.ceil(seconds)} s: HTTPCode_ELB_502_Count stays 0, GrpcRequestCount or RequestCount goes on`,
    ],
  };
}
