import { describe, expect, test } from 'vitest';
import { incidentMarkdown, incidentText } from '../../lambda/alert/render/incident.ts';
import { snsMessageOf } from '../../lambda/alert/render/sns.ts';
import { textOf } from '../../lambda/alert/render/text.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import { HOSTILE } from '../alert/fc-notification.ts';
import { FAILING, shopBundle } from '../alert/shop.ts';
import { monitorUnderTest } from './monitor-under-test.ts';

const bytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** The shop with a text in every field that someone outside can write. */
function shopSaying(text: string, at: number): EvidenceBundle {
  const bundle = shopBundle({ at, failing: FAILING });
  const tags = { 'alb502:owner': text, 'alb502:runbook': text, 'alb502:ignore': text, [text]: text };
  return {
    ...bundle,
    loadBalancer: {
      ...bundle.loadBalancer,
      ...{ name: text, scheme: text, state: text },
      attributes: { ...bundle.loadBalancer.attributes, [text]: text },
      tags: { ...bundle.loadBalancer.tags, ...tags },
    },
    targetGroups: bundle.targetGroups.map((group) => ({
      ...group,
      name: text,
      attributes: { [text]: text },
      tags: { ...group.tags, ...tags, 'alb502:server': text },
      targets: group.targets.map((target) => ({ ...target, id: text, reason: text, description: text })),
    })),
    changes: bundle.changes.map((change) => ({
      ...change,
      ...{ principal: text, userAgent: text, sourceIpAddress: text, eventName: text },
      to: { ...change.to, [text]: text },
    })),
    backendLogMatches: [{ at: bundle.window.end, logGroup: text, pattern: text, line: text }],
    gaps: [
      {
        ...{ subject: 'changes' as const, what: text, metrics: [], action: text, resource: text },
        ...{ kind: 'denied' as const, reason: text },
      },
    ],
  };
}

describe('a load balancer whose every name and tag is hostile', () => {
  test.each(HOSTILE)('is told of like any other, and fits the table and the topic: %j', async (text) => {
    const monitor = monitorUnderTest();
    for (const at of [180, 182, 210, 212]) await monitor.investigateAt(at, shopSaying(text, at));
    const events = monitor.delivered.map(({ alert }) => alert.event);
    expect(events.slice(0, 2)).toEqual(['firing', 'resolved']);
    for (const notification of monitor.delivered) {
      expect(bytes(notification)).toBeLessThan(200_000);
      expect(bytes(snsMessageOf(notification).message)).toBeLessThan(256 * 1024);
      expect(textOf(notification).split('\n')[0]).toMatch(/^(?:502s |RESOLVED|WARNING, |CHANGED: )/);
    }
    const [incident] = await monitor.store.incidents();
    if (!incident) throw new Error('no incident was recorded');
    expect(bytes(incident)).toBeLessThan(350_000);
    expect(incidentText(incident)).toContain('HISTORY');
    expect(incidentMarkdown(incident)).toContain('## History');
    expect(bytes((await monitor.store.load(incident.loadBalancerArn)).state)).toBeLessThan(50_000);
  });
});
