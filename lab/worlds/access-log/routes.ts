import type { Random } from './random.ts';

/** What clients ask for. */
export interface Route {
  readonly method: string;
  /** `{id}` stands for one of `ids`. */
  readonly path: string;
  readonly ids?: number;
  readonly weight: number;
  /** Median of the size of the body, and the deviation of its logarithm. */
  readonly bodyBytes?: number;
  readonly bodySigma?: number;
  /** Work as a multiple of what the group's requests take on average. */
  readonly work?: number;
  /** Answers other than 200, by share. */
  readonly statuses?: Readonly<Record<number, number>>;
}

const STATIC: readonly Route[] = [
  { method: 'GET', path: '/static/app.3f9c21.js', weight: 4, work: 0.1, statuses: { 304: 0.3 } },
  { method: 'GET', path: '/static/site.77ab0e.css', weight: 4, work: 0.1, statuses: { 304: 0.3 } },
  { method: 'GET', path: '/static/img/{id}.webp', ids: 60, weight: 8, work: 0.1, statuses: { 304: 0.2 } },
];

const SHOP: readonly Route[] = [
  ...STATIC,
  { method: 'GET', path: '/', weight: 5 },
  { method: 'GET', path: '/item/{id}', ids: 2500, weight: 12, statuses: { 404: 0.01 } },
  { method: 'GET', path: '/category/{id}', ids: 40, weight: 5 },
  { method: 'GET', path: '/search', weight: 3, work: 3 },
  { method: 'GET', path: '/cart', weight: 2 },
  { method: 'POST', path: '/cart/items', weight: 2, bodyBytes: 240, bodySigma: 0.3 },
  { method: 'DELETE', path: '/cart/items/{id}', ids: 300, weight: 0.3 },
  { method: 'POST', path: '/checkout', weight: 0.7, bodyBytes: 1800, bodySigma: 0.4, work: 4 },
  { method: 'PUT', path: '/account/{id}', ids: 900, weight: 0.4, bodyBytes: 700, bodySigma: 0.8 },
  { method: 'POST', path: '/reviews', weight: 0.5, bodyBytes: 1500, bodySigma: 1 },
  { method: 'HEAD', path: '/', weight: 0.2 },
];

const API: readonly Route[] = [
  { method: 'GET', path: '/api/v2/users/{id}', ids: 5000, weight: 12, statuses: { 404: 0.02 } },
  { method: 'GET', path: '/api/v2/orders', weight: 6, work: 2 },
  { method: 'GET', path: '/api/v2/orders/{id}', ids: 20_000, weight: 8, statuses: { 404: 0.01 } },
  { method: 'POST', path: '/api/v2/orders', weight: 4, bodyBytes: 1200, bodySigma: 0.9, work: 2 },
  { method: 'PATCH', path: '/api/v2/orders/{id}', ids: 20_000, weight: 2, bodyBytes: 400, bodySigma: 0.8 },
  { method: 'PUT', path: '/api/v2/documents/{id}', ids: 800, weight: 2, bodyBytes: 9000, bodySigma: 1.4 },
  { method: 'DELETE', path: '/api/v2/sessions/{id}', ids: 4000, weight: 0.6 },
  { method: 'OPTIONS', path: '/api/v2/orders', weight: 1, work: 0.1 },
  { method: 'GET', path: '/api/v2/reports/{id}', ids: 30, weight: 0.6, work: 8, statuses: { 500: 0.01 } },
];

const RPC: readonly Route[] = [
  { method: 'POST', path: '/rpc/inventory.Get', weight: 12, bodyBytes: 160, bodySigma: 0.3 },
  { method: 'POST', path: '/rpc/inventory.Reserve', weight: 4, bodyBytes: 320, bodySigma: 0.4, work: 2 },
  { method: 'POST', path: '/rpc/prices.List', weight: 5, bodyBytes: 500, bodySigma: 0.8 },
  { method: 'POST', path: '/rpc/events.Append', weight: 3, bodyBytes: 4000, bodySigma: 1.5 },
  { method: 'POST', path: '/rpc/images.Store', weight: 0.6, bodyBytes: 60_000, bodySigma: 1.2, work: 3 },
  { method: 'GET', path: '/metrics', weight: 0.4 },
];

const MEDIA: readonly Route[] = [
  ...STATIC,
  { method: 'GET', path: '/feed', weight: 6, work: 2 },
  { method: 'GET', path: '/photo/{id}', ids: 9000, weight: 14, statuses: { 304: 0.1 } },
  { method: 'POST', path: '/photo', weight: 1, bodyBytes: 180_000, bodySigma: 1.1, work: 4 },
  { method: 'POST', path: '/photo/{id}/comments', ids: 9000, weight: 1.5, bodyBytes: 300, bodySigma: 0.7 },
  { method: 'GET', path: '/profile/{id}', ids: 3000, weight: 6 },
  { method: 'PUT', path: '/profile/{id}', ids: 3000, weight: 0.4, bodyBytes: 2500, bodySigma: 1.3 },
];

/** Few routes, none of which changes anything: a small internal service. */
const LOOKUP: readonly Route[] = [
  { method: 'GET', path: '/v1/rates', weight: 5 },
  { method: 'GET', path: '/v1/rates/{id}', ids: 25, weight: 5 },
  { method: 'GET', path: '/v1/status', weight: 1, work: 0.2 },
];

/** Applications by what they are asked for. */
export const APPLICATIONS = { shop: SHOP, api: API, rpc: RPC, media: MEDIA, lookup: LOOKUP } as const;

export type Application = keyof typeof APPLICATIONS;

/** Sums of weights, for drawing by them. */
export function cumulative(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (const [at, weight] of weights.entries()) {
    sum += weight;
    sums[at] = sum;
  }
  return sums;
}

/** The place that a draw falls on. */
export function drawFrom(sums: Float64Array, random: Random): number {
  const drawn = random.next() * (sums[sums.length - 1] ?? 0);
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > drawn) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Weights of which the first are the largest, by Zipf's law. */
export const zipfWeights = (count: number, exponent: number): number[] =>
  Array.from({ length: count }, (_, at) => (at + 1) ** -exponent);
