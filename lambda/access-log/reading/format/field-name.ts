import { FIELD_NAMES } from '../line-form.ts';

/** Every record has the same few names. */
const normalNames = new Map<string, string>();
const MOST_NAMES = 1000;

const normalized = (name: string): string =>
  name
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');

/** A name in lower case with underscores, however it is written: `client:port`, `clientPort`, `CLIENT_PORT`. */
export function normalName(name: string): string {
  let normal = normalNames.get(name);
  if (normal === undefined) {
    normal = normalized(name);
    if (normalNames.size < MOST_NAMES) normalNames.set(name, normal);
  }
  return normal;
}

/**
 * Names that tables and deliveries give the fields beside AWS's own: those of vended delivery
 * (`CfnLoadBalancerAlbAccessLogsRecordFields` of the CDK), of Athena's tables (AWS, "Query Application Load Balancer
 * logs"), and the names of parts that are put together.
 */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  time: ['timestamp'],
  elb: ['load_balancer', 'elb_name'],
  request: ['request_line'],
  error_reason: ['lambda_error_reason'],
  ip_address: ['node_address', 'alb_node_ip'],
  target_port_list: ['target_list'],
};

/** Parts of which a field is put together, with what stands between them. */
export const PARTS: Readonly<Record<string, readonly [names: readonly string[], between: string]>> = {
  client_port: [['client_ip', 'client_port'], ':'],
  target_port: [['target_ip', 'target_port'], ':'],
  request: [['request_verb', 'request_url', 'request_proto'], ' '],
};

/**
 * Fields that only the load balancer's other logs have: connection logs (AWS, "Connection log entries") and health check
 * logs ("Health check log entries").
 */
const OF_CONNECTIONS = [
  'listener_port',
  'tls_protocol',
  'tls_cipher',
  'tls_handshake_latency',
  'leaf_client_cert_subject',
  'leaf_client_cert_validity',
  'leaf_client_cert_serial_number',
  'tls_verify_status',
] as const;
const OF_HEALTH_CHECKS = [
  'latency',
  'target_addr',
  'target_group_id',
  'status',
  'status_code',
  'reason_code',
] as const;
const ofConnections = new Set<string>(OF_CONNECTIONS);
const ofHealthChecks = new Set<string>(OF_HEALTH_CHECKS);

/** Whether a name is one of a connection log's own. */
export const isConnectionField = (name: string): boolean => ofConnections.has(normalName(name));

/** Whether a name is one of a health check log's own. */
export const isHealthCheckField = (name: string): boolean =>
  ofHealthChecks.has(normalName(name).replace(/^health_check_/, ''));

const places = new Map<string, number>();
FIELD_NAMES.forEach((name, place) => {
  const normal = normalName(name);
  for (const other of [normal, ...(OTHER_NAMES[normal] ?? [])]) places.set(other, place);
});
const firstParts = new Set(Object.values(PARTS).map(([[first = '']]) => first));
const parts = new Set(Object.values(PARTS).flatMap(([names]) => names));

/** Whether a field is to be put together where this name is among those of a record. */
export const isFirstPart = (name: string): boolean => firstParts.has(normalName(name));

/** The place of a field in a line, by any of its names; undefined where there is none. */
export const placeOf = (name: string): number | undefined => places.get(normalName(name));

/** Whether a name is one of a field's, or of a part of one. */
export const isFieldName = (name: string): boolean =>
  places.has(normalName(name)) || parts.has(normalName(name));

/** Whether a name is a field of any log of a load balancer. */
export const isLogFieldName = (name: string): boolean =>
  isFieldName(name) || isConnectionField(name) || isHealthCheckField(name);
