import * as z from 'zod';
import type { Gap } from '../model/evidence.ts';
import { DeniedError, RemoteError } from '../model/failure.ts';

/** What went wrong with a call, independent of the service and of how its SDK names the error. */
export type FailureKind =
  | 'denied'
  | 'throttled'
  | 'not-found'
  | 'failed'
  | 'no-credentials'
  | 'expired-credentials'
  | 'rejected-credentials'
  | 'unreachable'
  | 'unknown-host';

/** One call as its failure is reported. */
export interface RemoteCall {
  /** What is being read, in plain words: `target health`. */
  readonly what: string;
  /** The IAM action, `elasticloadbalancing:DescribeTargetHealth`. */
  readonly action: string;
  readonly resource: string | null;
  readonly region: string;
}

/** A call whose failure leaves a gap. */
export interface ReadCall extends RemoteCall {
  readonly subject: Gap['subject'];
}

/** The outcome of a read: what AWS said, or why nobody knows. A failed read is never an empty one. */
export type Reading<T> =
  | { readonly state: 'known'; readonly value: T }
  | { readonly state: 'unknown'; readonly gap: Gap };

// Names as the services send them and as the SDK spells them; the suffixes Exception, Error and Fault are cut
// before the look-up.
const NAMES: ReadonlyMap<string, FailureKind> = new Map<string, FailureKind>([
  ['AccessDenied', 'denied'],
  ['UnauthorizedOperation', 'denied'],
  ['UnauthorizedAccess', 'denied'],
  ['NotAuthorized', 'denied'],
  ['Authorization', 'denied'],
  ['CloudTrailAccessNotEnabled', 'denied'],
  ['Throttling', 'throttled'],
  ['Throttled', 'throttled'],
  ['RequestThrottled', 'throttled'],
  ['RequestLimitExceeded', 'throttled'],
  ['LimitExceeded', 'throttled'],
  ['TooManyRequests', 'throttled'],
  ['ProvisionedThroughputExceeded', 'throttled'],
  ['SlowDown', 'throttled'],
  ['CredentialsProvider', 'no-credentials'],
  ['TokenProvider', 'no-credentials'],
  ['ExpiredToken', 'expired-credentials'],
  ['TokenRefreshRequired', 'expired-credentials'],
  ['RequestExpired', 'expired-credentials'],
  ['InvalidClientTokenId', 'rejected-credentials'],
  ['UnrecognizedClient', 'rejected-credentials'],
  ['SignatureDoesNotMatch', 'rejected-credentials'],
  ['InvalidSignature', 'rejected-credentials'],
  ['IncompleteSignature', 'rejected-credentials'],
  ['MissingAuthenticationToken', 'rejected-credentials'],
  ['AuthFailure', 'rejected-credentials'],
  ['OptInRequired', 'rejected-credentials'],
  ['Timeout', 'unreachable'],
]);

const SOCKET_CODES: ReadonlyMap<string, FailureKind> = new Map<string, FailureKind>([
  ['ECONNREFUSED', 'unreachable'],
  ['ECONNRESET', 'unreachable'],
  ['ECONNABORTED', 'unreachable'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ETIMEDOUT', 'unreachable'],
  ['EPIPE', 'unreachable'],
  ['EAI_AGAIN', 'unreachable'],
  ['ENOTFOUND', 'unknown-host'],
]);

const addressSchema = z.object({
  address: z.string().optional().catch(undefined),
  port: z.number().optional().catch(undefined),
});

const errorSchema = addressSchema.extend({
  name: z.string().catch(''),
  message: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  hostname: z.string().optional().catch(undefined),
  /** One for each address of a host that has several, as localhost. */
  errors: z.array(addressSchema).optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});
type ErrorFacts = z.infer<typeof errorSchema>;

const factsOf = (error: unknown): ErrorFacts => {
  const parsed = errorSchema.safeParse(error);
  return parsed.success ? parsed.data : { name: '', message: String(error) };
};

function kindOf(facts: ErrorFacts): FailureKind {
  const name = facts.name.replace(/(Exception|Error|Fault)+$/, '');
  // A sign-in session that ran out is reported by the credential providers, with no code of its own.
  if (NAMES.get(name) === 'no-credentials' && /expired/i.test(facts.message)) return 'expired-credentials';
  const byCode = SOCKET_CODES.get(facts.code ?? '') ?? SOCKET_CODES.get(facts.name);
  const known = NAMES.get(name) ?? byCode;
  if (known) return known;
  if (/^Region (is missing|not accepted)/.test(facts.message)) return 'unknown-host';
  if (/NotFound$/.test(name) || name === 'NoSuchBucket') return 'not-found';
  const status = facts.$metadata?.httpStatusCode;
  if (status === 429) return 'throttled';
  if (status === 403) return 'denied';
  return 'failed';
}

/** The one line of an error's message, short enough for an alert. */
function lineOf(facts: ErrorFacts): string {
  // Not AWS's words: a gateway's or proxy's own page, or a service that broke while answering.
  if (/Deserialization error/.test(facts.message))
    return `the answer is not in AWS's format (HTTP status ${facts.$metadata?.httpStatusCode ?? 'unknown'})`;
  const line = facts.message.split('\n', 1)[0]?.trim() ?? '';
  const text = line || facts.name || 'no message';
  return text.length > 240 ? `${text.slice(0, 239)}…` : text;
}

const addressOf = (facts: ErrorFacts): string | null => {
  if (facts.hostname) return facts.hostname;
  const { address, port } = facts.address ? facts : (facts.errors?.[0] ?? {});
  if (!address) return null;
  const host = address.includes(':') ? `[${address}]` : address;
  return port === undefined ? host : `${host}:${port}`;
};

function unreachableReason(facts: ErrorFacts, call: RemoteCall): string {
  const where = addressOf(facts) ?? `the endpoint of ${call.action.split(':', 1)[0]} in ${call.region}`;
  return `cannot reach ${where} (${facts.code ?? facts.name})`;
}

/** Says what kind of failure an error of the SDK is. */
export const failureKindOf = (error: unknown): FailureKind => kindOf(factsOf(error));

/**
 * The part of an answer that AWS always sends, empty lists included. A page of something else that answers in
 * AWS's place (a sign-in page, a proxy) parses as an answer without it.
 *
 * @throws Error where it is missing
 */
export function answered<T>(part: T | undefined): T {
  if (part === undefined)
    throw new Error("the answer is not in AWS's format; does something answer in its place?");
  return part;
}

/** Whether AWS says that a thing of one kind does not exist; `what` is as in the error's name, `TargetGroup`. */
export const isMissing = (error: unknown, what: 'LoadBalancer' | 'TargetGroup'): boolean =>
  failureKindOf(error) === 'not-found' && factsOf(error).name.startsWith(what);

/**
 * Turns an error of the SDK into the one line a user needs: what happened, for which call, and what to do.
 *
 * @returns the error to throw; never throws itself
 */
export function remoteErrorFrom(error: unknown, call: RemoteCall): RemoteError {
  if (error instanceof RemoteError) return error;
  const facts = factsOf(error);
  const about = `${call.action} in ${call.region}`;
  const lines: Readonly<Record<FailureKind, string>> = {
    denied: `these credentials may not call ${about}; allow ${call.action} (${lineOf(facts)})`,
    throttled: `AWS throttled ${about}; wait a minute and run it again, or slow down other callers`,
    'not-found': `${call.resource ?? call.what} does not exist in ${call.region} (${lineOf(facts)})`,
    failed: `${about} failed: ${lineOf(facts)}`,
    'no-credentials': `no AWS credentials found; set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run aws sso login (${lineOf(facts)})`,
    'expired-credentials': 'the AWS credentials have expired; get new ones, for instance with aws sso login',
    'rejected-credentials': `AWS does not accept these credentials in ${call.region}; check the key, the clock of this machine, and that the region is enabled for the account (${lineOf(facts)})`,
    unreachable: `${unreachableReason(facts, call)} for ${about}; check the network, and --endpoint-url or AWS_ENDPOINT_URL if one is set`,
    'unknown-host': facts.hostname
      ? `host ${facts.hostname} not found for ${about}; check the region name, and --endpoint-url or AWS_ENDPOINT_URL if one is set`
      : `"${call.region}" is not a region: ${lineOf(facts)}; give one such as eu-central-1`,
  };
  const kind = kindOf(facts);
  return kind === 'denied'
    ? new DeniedError(lines[kind], { cause: error })
    : new RemoteError(lines[kind], { cause: error });
}

const GAP_KIND: Readonly<Record<FailureKind, Gap['kind'] | null>> = {
  denied: 'denied',
  throttled: 'throttled',
  'not-found': 'not-found',
  failed: 'failed',
  unreachable: 'failed',
  'unknown-host': 'failed',
  // Nothing else will succeed either: a bundle of gaps would hide the reason.
  'no-credentials': null,
  'expired-credentials': null,
  'rejected-credentials': null,
};

/**
 * Turns the failure of one read into a gap, so that the rest of the evidence can still be gathered.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export function gapFrom(error: unknown, call: ReadCall): Gap {
  const facts = factsOf(error);
  const failure = kindOf(facts);
  const kind = GAP_KIND[failure];
  if (kind === null) throw remoteErrorFrom(error, call);
  const reasons: Readonly<Record<Gap['kind'], string>> = {
    denied: `not allowed to call ${call.action}: ${lineOf(facts)}`,
    throttled: `AWS throttled ${call.action} and kept doing so`,
    'not-found': `AWS does not know it: ${lineOf(facts)}`,
    failed: addressOf(facts) ? unreachableReason(facts, call) : `${call.action} failed: ${lineOf(facts)}`,
    'switched-off': 'switched off',
  };
  const { subject, what, action, resource } = call;
  return { subject, what, metrics: [], action, resource, kind, reason: reasons[kind] };
}

/**
 * Runs one read whose failure the rest can do without.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export async function attempt<T>(call: ReadCall, read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { state: 'known', value: await read() };
  } catch (error) {
    return { state: 'unknown', gap: gapFrom(error, call) };
  }
}

/**
 * Runs one read without which nothing makes sense.
 *
 * @throws RemoteError saying what failed and what to do
 */
export async function orThrow<T>(call: RemoteCall, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw remoteErrorFrom(error, call);
  }
}
