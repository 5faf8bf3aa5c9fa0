import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { countsOfLook, countsOfScreening, publishCounts } from '../../lambda/own-metrics.ts';
import { minute, SHOP } from '../alert/looks.ts';
import { FAILING, shopBundle } from '../alert/shop.ts';
import { gap } from '../diagnose/bundle.ts';
import { embeddedMetrics } from '../infra/embedded-metrics.ts';
import { monitorUnderTest } from './monitor-under-test.ts';

/** What is written to the log. */
function written(publish: () => void): string {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  publish();
  write.mockRestore();
  return lines.join('');
}

afterEach(() => void vi.unstubAllEnvs());

describe('the counts of a screening', () => {
  test('have the age of the oldest alert that waits, in seconds, and the open alerts', async () => {
    let down = true;
    const topic = async () => {
      if (down) throw new Error('the topic is down');
    };
    const monitor = monitorUnderTest({ topic });
    await monitor.investigateAt(176, shopBundle({ at: 176, failing: FAILING }));
    const countsAt = async (time: number) => countsOfScreening(await monitor.screenAt(time), minute(time));
    expect(await countsAt(177)).toEqual({ oldestUndelivered: 60, openAlerts: 1 });
    expect(await countsAt(188)).toEqual({ oldestUndelivered: 720, openAlerts: 1 });
    down = false;
    expect(await countsAt(189)).toEqual({ oldestUndelivered: 0, openAlerts: 1 });
  });

  test('do not call zero what could not be read', async () => {
    const { store } = monitorUnderTest();
    const fails = () => Promise.reject(new Error('throttled'));
    const monitor = monitorUnderTest({ store: { ...store, outbox: fails, active: fails } });
    expect(countsOfScreening(await monitor.screenAt(0), minute(0))).toEqual({
      oldestUndelivered: null,
      openAlerts: null,
    });
  });

  test('are never below zero, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 10_000 }), (ahead) => {
        const delivery = { delivered: 0, failures: [], oldestWaitingAt: minute(0) };
        const { oldestUndelivered } = countsOfScreening({ delivery, openAlerts: 0 }, minute(ahead));
        expect(oldestUndelivered).toBe(Math.max(0, ahead * 60));
      }),
    );
  });
});

test('the count of a look is of reads that failed, not of those that are switched off', () => {
  const bundle = shopBundle({ at: 180 });
  const { gaps } = [
    gap('tags'),
    gap('changes', { kind: 'switched-off' }),
    gap('metrics', { kind: 'throttled' }),
  ].reduce((all, edit) => edit(all), bundle);
  expect(countsOfLook({ gaps })).toEqual({ failedReads: 2 });
  expect(countsOfLook(null)).toEqual({ failedReads: 0 });
  expect(bundle.loadBalancer.arn).toBe(SHOP);
});

describe('what is published', () => {
  test('is one line in the embedded metric format, its sums under the name of the table', () => {
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'alb502-investigate');
    const log = written(() => publishCounts('State', [{ failedReads: 2 }, { failedReads: 1 }]));
    expect(log.trim().split('\n')).toHaveLength(1);
    expect(embeddedMetrics(log)).toEqual([
      {
        ...{ namespace: 'alb502', name: 'FailedReads', unit: 'Count', value: 3 },
        dimensions: { service: 'alb502-investigate', Monitor: 'State' },
      },
    ]);
  });

  test('is nothing where nothing is known, and where it is switched off', () => {
    expect(written(() => publishCounts('State', []))).toBe('');
    expect(written(() => publishCounts('State', [{ oldestUndelivered: null, openAlerts: null }]))).toBe('');
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
    expect(written(() => publishCounts('State', [{ openAlerts: 1 }]))).toBe('');
  });
});
