import { describe, expect, test } from 'vitest';
import { observedIn } from '../../lambda/diagnose/catalogue.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import {
  bundleWith,
  counts,
  type Edit,
  edits,
  everyNth,
  failures,
  group,
  groupAttribute,
  loadBalancerAttribute,
  ZONES,
} from './bundle.ts';

const CROSS_ZONE = 'load_balancing.cross_zone.enabled';
const few = failures(everyNth(9, 2));
const inOneZone = edits(few, counts('HTTPCode_ELB_502_Count', everyNth(9, 2), { zone: ZONES[0] }));
const own = (value: string, name = 'web'): Edit => groupAttribute(name, CROSS_ZONE, value);
const ofLoadBalancer = (value: string): Edit => loadBalancerAttribute(CROSS_ZONE, value);
const inherited = edits(ofLoadBalancer('true'), own('use_load_balancer_configuration'));

const seen = (...list: Edit[]) =>
  observedIn(bundleWith(inOneZone, ...list)).flatMap(({ id }) => (id.startsWith('one-zone') ? [id] : []));

describe('502s of one zone alone', () => {
  test.each<[string, Edit[], string]>([
    ['the group says so', [own('true')], 'one-zone-of-cross-zone'],
    ['the group leaves it to the load balancer', [inherited], 'one-zone-of-cross-zone'],
    ['nobody could read it', [], 'one-zone'],
    ['the load balancer alone was read', [ofLoadBalancer('true')], 'one-zone'],
    ['the group switches it off', [ofLoadBalancer('true'), own('false')], 'one-zone'],
    [
      'the load balancer switches it off',
      [ofLoadBalancer('false'), own('use_load_balancer_configuration')],
      'one-zone',
    ],
    ['one of two groups switches it off', [inherited, group('api'), own('false', 'api')], 'one-zone'],
  ])('where %s', (_, list, expected) => {
    expect(seen(...list)).toEqual([expected]);
  });

  test('are no refusal of a target that all zones send to', () => {
    const refused = counts('TargetConnectionErrorCount', everyNth(9, 2));
    const chances = (...list: Edit[]) =>
      new Map(
        diagnose(bundleWith(inOneZone, refused, ...list)).hypotheses.map(({ cause, probability }) => [
          cause,
          probability,
        ]),
      );
    const [known, unknown] = [chances(inherited), chances()];
    expect(known.get('network-path') ?? 0).toBeGreaterThan(unknown.get('network-path') ?? 1);
    expect(known.get('network-path') ?? 0).toBeGreaterThan(3 * (known.get('connection-refused') ?? 1));
  });
});
