import type { Mismatch } from '../model/diagnosis.ts';
import { requiredKeepAliveSeconds } from '../model/required-keep-alive.ts';
import { type Html, html } from './html.ts';

const WIDTH = 120;
const LEAST = 2;

/** `0.5 s`, `75 s`, `1 h 5 min` would lie about precision: seconds, with one decimal below ten. */
const seconds = (value: number): string => `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} s`;

/** The sentence of the picture. */
export function timeoutsText({ keepAliveSeconds, idleTimeoutSeconds, source }: Mismatch): string {
  const required = requiredKeepAliveSeconds(idleTimeoutSeconds);
  return `keep-alive ${seconds(keepAliveSeconds)} (${source}) with an idle timeout of ${seconds(idleTimeoutSeconds)}; it takes at least ${seconds(required)}`;
}

/**
 * Two bars on one scale: how long the target keeps an idle connection, and how long the load balancer reuses it. The
 * dashed rest of the upper bar is what is missing to the required keep-alive.
 */
export function timeoutsPicture(mismatch: Mismatch): Html {
  const { keepAliveSeconds, idleTimeoutSeconds } = mismatch;
  const required = requiredKeepAliveSeconds(idleTimeoutSeconds);
  const scale = WIDTH / Math.max(required, keepAliveSeconds);
  const width = (value: number) => Math.max(LEAST, Math.round(value * scale));
  const kept = width(keepAliveSeconds);
  const missing = Math.max(LEAST, width(required) - kept - 1);
  return html`<div class="t">
    <svg width="${WIDTH}" height="20" role="img" aria-label="${timeoutsText(mismatch)}">
    <rect class="k" width="${kept}" height="8"/><rect class="g" x="${kept + 0.5}" y="0.5" width="${missing}" height="7"/>
    <rect class="i" y="11" width="${width(idleTimeoutSeconds)}" height="8"/></svg>
    <small><b class="kt">${seconds(keepAliveSeconds)}</b> keep-alive<br><b class="it">${seconds(idleTimeoutSeconds)}</b> idle timeout</small></div>`;
}
