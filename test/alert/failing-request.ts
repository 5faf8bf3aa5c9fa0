import type { FailingRequest } from '../../lambda/model/access-log-summary.ts';
import { minute } from './looks.ts';

/** A request that failed so many seconds after the beginning of the test's day. */
export const failingRequestAt = (second: number): FailingRequest => ({
  at: new Date(Date.parse(minute(0)) + second * 1000).toISOString(),
  method: 'GET',
  url: 'https://shop.example.com:443/cart',
  target: '10.0.0.7:8080',
  elbStatus: 502,
  targetStatus: null,
  requestSeconds: 0,
  targetSeconds: 0.001,
  responseSeconds: -1,
  traceId: `1-58337262-${String(second).padStart(24, '0')}`,
});
