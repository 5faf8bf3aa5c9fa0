import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import pLimit from 'p-limit';
import { namingHeader } from '../advice/server-header.ts';
import type { EvidenceBundle, Listener, TargetGroup } from '../model/evidence.ts';
import { redacted } from '../model/redacted-line.ts';

/** A load balancer answers a HEAD in milliseconds or not at all. */
const MOST_MS = 4_000;
const AT_ONCE = 4;
/** More listeners than this have no different servers behind them. */
const MOST_LISTENERS = 10;

/** The names that AWS gives to load balancers, and no other (https://docs.aws.amazon.com/general/latest/gr/elb.html). */
const NAME_OF_AWS = /^[a-z0-9-]+\.(?:[a-z0-9-]+\.elb|elb\.[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/i;

/** What a target group's server said through the load balancer. */
export type ServerHeaders = ReadonlyMap<string, NonNullable<TargetGroup['serverHeader']>>;

export interface AskOptions {
  /** Instead of the resolver of the system. */
  readonly lookup?: LookupFunction;
  readonly maxMs?: number;
}

interface Question {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly targetGroupArn: string;
}

/** A listener whose default action leads to one group: of two, nobody could tell which answered. */
function questionOf(host: string, { port, protocol, targetGroupArns }: Listener): readonly Question[] {
  const [targetGroupArn] = targetGroupArns;
  const isWeb = protocol === 'HTTP' || protocol === 'HTTPS';
  if (port === null || targetGroupArn === undefined || targetGroupArns.length !== 1 || !isWeb) return [];
  return [{ host, port, isTls: protocol === 'HTTPS', targetGroupArn }];
}

/** Only the load balancer's own name, as AWS gives it, and only where it faces the internet. */
function questionsOf({ loadBalancer }: Pick<EvidenceBundle, 'loadBalancer'>): readonly Question[] {
  const { dnsName, scheme, listeners } = loadBalancer;
  if (scheme !== 'internet-facing' || dnsName === undefined || !NAME_OF_AWS.test(dnsName)) return [];
  return listeners.slice(0, MOST_LISTENERS).flatMap((listener) => questionOf(dnsName, listener));
}

const first = (value: string | string[] | undefined): string | null =>
  (Array.isArray(value) ? value[0] : value) ?? null;

/** One HEAD for `/`. A redirect is an answer like any other: it is not followed. */
function headOf(
  { host, port, isTls }: Question,
  { lookup, maxMs = MOST_MS }: AskOptions,
): Promise<IncomingMessage | null> {
  return new Promise((resolve) => {
    const request = (isTls ? requestHttps : requestHttp)({
      ...{ host, port, method: 'HEAD', path: '/', agent: false },
      headers: { 'user-agent': 'alb502', connection: 'close' },
      signal: AbortSignal.timeout(maxMs),
      ...(lookup ? { lookup } : {}),
      // Its certificate is for the names that clients use, not for this one; nothing secret is sent.
      ...(isTls ? { rejectUnauthorized: false } : {}),
    });
    request.on('response', (response) => {
      response.destroy();
      resolve(response);
    });
    // Who does not answer says nothing: that is no fault of the load balancer, nor of this look.
    request.on('error', () => resolve(null));
    // Of a switch to another protocol nothing but the end of the connection is told.
    request.on('close', () => resolve(null));
    request.end();
  });
}

async function ask(question: Question, options: AskOptions): Promise<ServerHeaders> {
  const response = await headOf(question, options);
  const header =
    response &&
    namingHeader({
      server: first(response.headers['server']),
      poweredBy: first(response.headers['x-powered-by']),
    });
  if (!header) return new Map();
  const { host, port, targetGroupArn } = question;
  const value = redacted(header.value);
  const detail = `the header "${header.name}: ${value}" in the answer of ${host}:${port} to a HEAD request`;
  return new Map([[targetGroupArn, { value, detail }]]);
}

/**
 * Sends one HEAD to each listener of an internet-facing load balancer whose default action leads to one target group,
 * and reads which server answered. Nothing is sent to an internal one, and no address but the load balancer's own.
 */
export async function askServers(
  bundle: Pick<EvidenceBundle, 'loadBalancer'>,
  options: AskOptions = {},
): Promise<ServerHeaders> {
  const limit = pLimit(AT_ONCE);
  const answers = await Promise.all(
    questionsOf(bundle).map((question) => limit(() => ask(question, options))),
  );
  return new Map(answers.flatMap((answer) => [...answer]));
}

/** The bundle with what the servers said. */
export const withServerHeaders = (bundle: EvidenceBundle, headers: ServerHeaders): EvidenceBundle =>
  headers.size === 0
    ? bundle
    : {
        ...bundle,
        targetGroups: bundle.targetGroups.map((group) => {
          const serverHeader = headers.get(group.arn);
          return serverHeader === undefined ? group : { ...group, serverHeader };
        }),
      };
