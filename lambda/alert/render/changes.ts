import type { Drift } from '../../model/diagnosis.ts';
import { clock, cut } from './text-format.ts';

/** `user/dana` of an ARN: account and service stand in the record. */
const briefPrincipal = (principal: string): string =>
  cut(principal.startsWith('arn:') ? principal.split(':').slice(5).join(':') : principal, 60);

const valueText = (value: string | null): string => (value === null ? 'none' : cut(value, 40));

/** `idle_timeout.timeout_seconds from 60 to 120 by user/dana`. */
export function briefChange({ key, baseline, current, changedBy }: Drift): string {
  const by = changedBy === null ? '' : ` by ${briefPrincipal(changedBy)}`;
  return `${cut(key, 60)} from ${valueText(baseline)} to ${valueText(current)}${by}`;
}

/** {@link briefChange} with time and tool, or that they are not known; the record has the rest. */
export function changeLine(drift: Drift, day: string): string {
  const { changedAt, changedWith } = drift;
  if (changedAt === null) return `${briefChange(drift)}; by whom and when is not known`;
  const tool = changedWith ? ` with ${cut(changedWith, 40)}` : '';
  return `${briefChange(drift)}${tool} at ${clock(changedAt, day)} UTC`;
}
