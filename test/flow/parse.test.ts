import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInvestigationMessage, requestFor } from '../../lambda/investigate/investigation-message.ts';
import { InputError } from '../../lambda/model/failure.ts';
import { parseScreenEvent } from '../../lambda/screen/screen-event.ts';
import { minute, SHOP } from '../alert/looks.ts';

const message = requestFor(SHOP, 'eu-central-1', 'failing', minute(1));

const complaintAbout = (body: string): string => {
  try {
    parseInvestigationMessage(body);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'none';
};

describe('a message of the queue', () => {
  test('is taken as the screen function writes it', () => {
    expect(parseInvestigationMessage(JSON.stringify(message))).toEqual(message);
  });

  test('is taken as version 0.1.0 wrote it before an upgrade', () => {
    expect(parseInvestigationMessage(JSON.stringify({ ...message, reason: 'trouble' }))).toEqual(message);
  });

  test.each([
    ['', /not JSON/],
    ['{', /not JSON/],
    ['null', /the whole/],
    ['[]', /the whole/],
    ['"x"', /the whole/],
    [JSON.stringify({ ...message, version: 2 }), /version/],
    [
      JSON.stringify({ ...message, loadBalancerArn: 'shop' }),
      /loadBalancerArn: is not the ARN of an application/,
    ],
    [JSON.stringify({ ...message, loadBalancerArn: SHOP.replace('/app/', '/net/') }), /loadBalancerArn/],
    [JSON.stringify({ ...message, loadBalancerArn: `${SHOP}\n` }), /loadBalancerArn/],
    [JSON.stringify({ ...message, region: '' }), /region/],
    [JSON.stringify({ ...message, reason: 'boredom' }), /reason/],
    [JSON.stringify({ ...message, requestedAt: 'yesterday' }), /requestedAt/],
    [JSON.stringify({ ...message, change: {} }), /change/],
    [JSON.stringify({ ...message, surprise: 1 }), /surprise/],
  ])('is refused in one line that names what is wrong: %s', (body, complaint) => {
    expect(complaintAbout(body)).toMatch(complaint);
    expect(complaintAbout(body)).not.toContain('\n');
  });

  test('whatever it is, it is taken or refused as bad input, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(complaintAbout(body)).toMatch(/^the queue message is/);
      }),
    );
  });
});

describe('an event of the screen function', () => {
  const trail = (detail: unknown) => ({
    source: 'aws.elasticloadbalancing',
    'detail-type': 'AWS API Call via CloudTrail',
    region: 'eu-central-1',
    detail,
  });
  const modified = {
    eventSource: 'elasticloadbalancing.amazonaws.com',
    eventTime: '2026-11-23T01:35:00Z',
    eventName: 'ModifyLoadBalancerAttributes',
    requestParameters: {
      loadBalancerArn: SHOP,
      attributes: [{ key: 'idle_timeout.timeout_seconds', value: '120' }],
    },
    responseElements: {},
    userIdentity: { arn: 'arn:aws:iam::123456789012:user/dana' },
  };

  test('of the schedule, or by hand, screens', () => {
    const scheduled = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
    for (const event of [scheduled, {}, undefined, null])
      expect(parseScreenEvent(event)).toEqual({ kind: 'schedule' });
  });

  test('of a changed attribute names the resource, who and what', () => {
    expect(parseScreenEvent(trail(modified))).toMatchObject({
      kind: 'change',
      region: 'eu-central-1',
      changes: [{ resourceArn: SHOP, principal: 'arn:aws:iam::123456789012:user/dana' }],
    });
  });

  test.each([
    ['a call that failed', { ...modified, errorCode: 'AccessDenied' }],
    ['a registration', { ...modified, eventName: 'RegisterTargets' }],
    ['a call without parameters', { ...modified, requestParameters: null }],
    ['nothing', null],
    ['text', 'ModifyLoadBalancerAttributes'],
    ['a list', [modified]],
  ])('of %s is no reason to look', (_, detail) => {
    expect(parseScreenEvent(trail(detail)).kind).toBe('ignored');
  });

  test.each([['text'], [7], [true], [[1]]])('that is no object is bad input: %j', (event) => {
    expect(() => parseScreenEvent(event)).toThrow(InputError);
  });

  test('whatever it holds, it is screened, looked at, ignored or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (detail) => {
        expect(['schedule', 'change', 'ignored']).toContain(parseScreenEvent(trail(detail)).kind);
      }),
    );
  });
});
