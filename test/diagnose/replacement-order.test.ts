import { expect, test } from 'vitest';
import { registrationsOf, replacementOrder } from '../../lambda/diagnose/changes/registrations.ts';
import { bundleWith, change, failures, from, groupArn } from './bundle.ts';

const WEB = groupArn('web');

const order = (failingMinute: number, registered: number, deregistered?: number) => {
  const bundle = bundleWith(
    failures(from(failingMinute, [10])),
    change(registered, 'RegisterTargets', WEB),
    ...(deregistered === undefined ? [] : [change(deregistered, 'DeregisterTargets', WEB)]),
  );
  return replacementOrder(bundle, registrationsOf(bundle));
};

test.each([
  ['29 minutes before a deregistration', 61, 'registered'],
  ['30 minutes before it', 60, 'failed'],
] as const)('new targets %s: what came first is %s', (_, registered, first) => {
  expect(order(86, registered, 90)).toBe(first);
});

test.each([
  ['five minutes before a deregistration', 85, 'failed'],
  ['six minutes before it', 84, 'neither'],
] as const)('failures %s, new targets an hour before: %s', (_, failing, first) => {
  expect(order(failing, 30, 90)).toBe(first);
});

test.each([
  ['five minutes after new targets', 65, 'registered'],
  ['six minutes after them', 66, 'neither'],
] as const)('failures %s: %s', (_, failing, first) => {
  expect(order(failing, 60)).toBe(first);
});
