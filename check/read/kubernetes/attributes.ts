import type { Place } from '../../model.ts';
import { at, itemsOf, textOf, type Value } from '../value.ts';
import type { KubernetesObject } from './objects.ts';

/** What annotations of the AWS Load Balancer Controller begin with. */
export const PREFIX = 'alb.ingress.kubernetes.io/';

export const IDLE_TIMEOUT = 'idle_timeout.timeout_seconds';
export const DEREGISTRATION_DELAY = 'deregistration_delay.timeout_seconds';

/** One attribute of `k1=v1,k2=v2`, at the place of the annotation. */
export function fromAnnotation(value: Value | undefined, key: string): Value | undefined {
  const text = textOf(value);
  if (value?.kind !== 'scalar' || text === null) return value?.kind === 'unknown' ? value : undefined;
  const pair = text.split(',').find((one) => one.split('=')[0]?.trim() === key);
  if (pair === undefined) return undefined;
  const written = value.written === '' ? pair.trim() : value.written;
  return {
    ...value,
    written,
    value: pair.slice(pair.indexOf('=') + 1).trim(),
    origin: { assuming: null, spelling: `${key}=%s` },
  };
}

/** One attribute of `[{ key, value }]`, as the controller's own objects have them. */
export function fromList(list: Value | undefined, key: string): Value | undefined {
  const value = at(
    itemsOf(list).find((item) => textOf(at(item, 'key')) === key),
    'value',
  );
  return value === undefined ? undefined : { ...value, origin: { assuming: null, spelling: 'value: "%s"' } };
}

/** Where an annotation is or would be written. */
export const annotationPlace = (object: KubernetesObject, name: string): Place =>
  (
    at(object.value, 'metadata', 'annotations', `${PREFIX}${name}`) ??
    at(object.value, 'metadata', 'annotations') ??
    at(object.value, 'metadata') ??
    object.value
  ).place;

const VERSIONS = ['HTTP1', 'HTTP2', 'GRPC'] as const;

/** The version of the protocol to the target, HTTP/1.1 where nothing is said. */
export const protocolVersionOf = (value: Value | undefined): (typeof VERSIONS)[number] =>
  VERSIONS.find((one) => one === textOf(value)?.toUpperCase()) ?? 'HTTP1';

/** How targets are registered: by node port where nothing is said. */
export const targetTypeOf = (value: Value | undefined): 'instance' | 'ip' =>
  textOf(value)?.toLowerCase() === 'ip' ? 'ip' : 'instance';
