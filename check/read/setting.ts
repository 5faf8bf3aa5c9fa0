import type { Place, Setting } from '../model.ts';
import { numberOf, textOf, type Value } from './value.ts';

/** What holds where a file says nothing. */
export interface Default {
  readonly seconds: number;
  /** Where it would be written. */
  readonly place: Place;
}

/**
 * Idle timeout of an Application Load Balancer that says nothing.
 * Source: `idle_timeout.timeout_seconds`, "The default is 60 seconds":
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
 */
export const DEFAULT_IDLE_TIMEOUT_SECONDS = 60;

/**
 * Deregistration delay of a target group that says nothing.
 * Source: `deregistration_delay.timeout_seconds`, "The default value is 300 seconds":
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
 */
export const DEFAULT_DEREGISTRATION_DELAY_SECONDS = 300;

/**
 * What ECS waits between SIGTERM and SIGKILL where a container says nothing: 30 s, on Fargate as on EC2 unless the
 * agent says otherwise (ECS_CONTAINER_STOP_TIMEOUT).
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export const DEFAULT_STOP_TIMEOUT_SECONDS = 30;

/**
 * `terminationGracePeriodSeconds` of a pod that says nothing.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ ("Defaults to 30 seconds")
 */
export const DEFAULT_TERMINATION_GRACE_SECONDS = 30;

/** A number of seconds as a setting. */
export function secondsSetting(value: Value | undefined, standard: Default): Setting<number> {
  if (value === undefined)
    return { state: 'default', value: standard.seconds, place: standard.place, written: '' };
  const { place, written, origin } = value;
  if (value.kind === 'unknown') return { state: 'unknown', place, why: value.why };
  const seconds = numberOf(value);
  if (seconds !== null) {
    const assuming = origin?.assuming ?? null;
    return { state: 'set', value: seconds, place, written, ...(assuming === null ? {} : { assuming }) };
  }
  const text = textOf(value);
  return {
    state: 'unknown',
    place,
    why: text === null ? 'it is not a number' : `it is no whole number of seconds: ${text.slice(0, 80)}`,
  };
}

/** How a setting is spelled where it has its place: at a parameter's default that is not as beside the resource. */
export const spelledAs = (value: Value | undefined, beside: string): string =>
  value?.origin?.spelling ?? beside;
