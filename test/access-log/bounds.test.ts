import { describe, expect, test } from 'vitest';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { type Changes, failedLine, lineWith } from './lines.ts';

const utf8 = new TextEncoder();

function readingOf(count: number, changesOf: (at: number) => Changes) {
  const analysis = new LogAnalysis();
  analysis.startFile('-');
  for (let at = 0; at < count; at++)
    analysis.feed(utf8.encode(`${at % 2 === 0 ? failedLine(changesOf(at)) : lineWith(changesOf(at), 34)}\n`));
  analysis.endFile();
  return analysis.reading();
}

const idOf = (at: number): string => at.toString(16).padStart(16, '0');

describe('what a log names without number', () => {
  test('load balancers beyond the first thousand are rejected by name of the reason, their 502s with them', () => {
    const reading = readingOf(1100, (at) => ({ 3: `app/shop-${at}/${idOf(at)}` }));
    expect(reading.loadBalancers).toHaveLength(1000);
    expect(reading.linesRejected).toBe(100);
    expect([...reading.reasons.keys()]).toEqual([
      'of a load balancer beyond the first 1000 of this log: choose one with --load-balancer',
    ]);
  });

  test('one that is asked for is read wherever it comes', () => {
    const analysis = new LogAnalysis({ loadBalancer: 'shop-1099' });
    analysis.startFile('-');
    for (let at = 0; at < 1100; at++)
      analysis.feed(utf8.encode(`${failedLine({ 3: `app/shop-${at}/${idOf(at)}` }, 34)}\n`));
    analysis.endFile();
    expect(analysis.reading()).toMatchObject({
      linesOutside: 1099,
      linesRejected: 0,
      loadBalancers: [{ loadBalancer: `app/shop-1099/${idOf(1099)}`, requests: 1, elb502: 1 }],
    });
  });

  test('failures on targets and groups beyond the first are counted all the same, and it is said', () => {
    const targets = readingOf(30_400, (at) => ({ 5: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}:80` }));
    expect(targets.loadBalancers[0]).toMatchObject({ requests: 30_400, elb502: 15_200 });
    expect(targets.loadBalancers[0]?.leftOut).toEqual(['targets beyond the first 30000 of the log']);
    const arn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup';
    const groups = readingOf(5200, (at) => ({ 17: `${arn}/g${at}/${idOf(at)}` }));
    expect(groups.loadBalancers[0]).toMatchObject({ requests: 5200, elb502: 2600 });
    expect(groups.loadBalancers[0]?.targetGroups).toHaveLength(5000);
    expect(groups.loadBalancers[0]?.leftOut).toEqual(['target groups beyond the first 5000 of the log']);
  });
});
