import { describe, expect, test } from 'vitest';
import { emptySummary } from '../../lambda/access-log/summarize.ts';
import { type Announcement, initialState } from '../../lambda/alert/decide.ts';
import { endedByDeletion, fleetEntryOf, nextIncident } from '../../lambda/alert/incident.ts';
import type {
  AlertState,
  FleetEntry,
  Incident,
  OpenIncident,
  TimelineEntry,
} from '../../lambda/model/alert.ts';
import type { Cause } from '../../lambda/model/cause.ts';
import type { Action, Diagnosis, Mismatch } from '../../lambda/model/diagnosis.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import { incidentOf } from '../store/entries.ts';
import { failingRequestAt } from './failing-request.ts';
import { idleTimeoutDrift, minute, SHOP, WEB } from './looks.ts';
import { shopBundle } from './shop.ts';

const ID = 'app/shop/0123456789abcdef@2026-11-23T10:00';
const LEADERS: readonly Cause[] = ['target-crash', 'malformed-response'];
const quiet = incidentOf('shop', ID, minute(0)).diagnosis;

const diagnosisOf = (verdict: Cause): Diagnosis => ({
  ...quiet,
  verdict,
  hypotheses: ['undetermined' as const, ...LEADERS, 'network-path' as const].map((cause) => ({
    ...{ cause, probability: 0.25, evidence: [] },
  })),
});

const MISMATCH: Mismatch = {
  ...{ targetGroupArn: WEB, idleTimeoutSeconds: 60, keepAliveSeconds: 5, source: 'tag' },
  ...{ detail: '', marginSeconds: -55 },
};
const ENDED = {
  ...{ id: ID, openedAt: minute(0), endedAt: minute(9), failingMinutes: [], returns: 0 },
  verdict: 'undetermined' as const,
};
const OPEN: OpenIncident = {
  ...{ id: ID, openedAt: minute(0), failingMinutes: [minute(8)], watchedFrom: minute(0) },
  ...{ watchedUntil: minute(9), returns: 0, announced: null },
};
const ANNOUNCED: Announcement = {
  ...{ event: 'updated', incidentId: ID, dedupKey: ID, reason: 'news', cause: 'target-crash' },
  ...{ severity: 'warning', grouped: false },
};
const line = (at: number): TimelineEntry => ({
  ...{ at: minute(at), phase: 'firing', reason: `line ${'x'.repeat(at)}`, event: null },
});

/** A look after the one before, and what was decided. */
interface Step {
  readonly at?: number;
  readonly reason?: string;
  readonly state?: Partial<AlertState>;
  readonly bundle?: Partial<EvidenceBundle>;
  readonly announcements?: readonly Announcement[];
}

const leadersOf = (diagnosis: Diagnosis, incident: Incident | null = null, state: Partial<AlertState> = {}) =>
  fleetEntryOf(
    { state: { ...initialState(minute(10)), ...state }, announcements: [], reason: '' },
    { bundle: shopBundle({ at: 10, failing: [] }), diagnosis, now: minute(10), silence: null },
    incident,
  ).leaders;

describe('the row of the overview', () => {
  const recorded = { ...incidentOf('shop', ID, minute(0)), diagnosis: diagnosisOf('undetermined') };
  const ended = ENDED;

  test('has the two causes that lead where none can be named, and none where one is', () => {
    expect(leadersOf(diagnosisOf('undetermined'))).toEqual(LEADERS);
    expect(leadersOf(diagnosisOf('target-crash'))).toBeUndefined();
    expect(leadersOf({ ...quiet, verdict: 'undetermined' })).toBeUndefined();
  });

  test('keeps those of an incident that is over, when no 502 is in sight any more', () => {
    expect(leadersOf(quiet, recorded, { ended })).toEqual(LEADERS);
    expect(leadersOf(quiet, { ...recorded, id: 'another' }, { ended })).toBeUndefined();
  });

  const bundle = shopBundle({ at: 10, failing: [] });
  const entryOf = (diagnosis: Diagnosis, state: Partial<AlertState> = {}, now = minute(10)) =>
    fleetEntryOf(
      { state: { ...initialState(minute(10)), ...state }, announcements: [], reason: '' },
      { bundle, diagnosis, now, silence: null },
      null,
    );
  const mismatch = { ...MISMATCH, marginSeconds: -55 };
  const drift = idleTimeoutDrift('120');
  const failing: Diagnosis = { ...quiet, verdict: 'target-crash', severity: 'critical' };

  test.each<readonly [string, Partial<Diagnosis>, FleetEntry['severity']]>([
    ['nothing is left', {}, 'none'],
    ['a drift is left', { drift: [drift] }, 'info'],
    ['a mismatch is left', { mismatches: [mismatch], drift: [drift] }, 'warning'],
  ])('502s of an incident that is over do not count where %s', (_, left, severity) => {
    expect(entryOf({ ...failing, ...left }, { ended }).severity).toBe(severity);
    expect(entryOf({ ...failing, ...left }).severity).toBe('critical');
  });

  test.each([
    [1439, { id: ID, at: minute(9), verdict: 'undetermined' }],
    [1440, { id: ID, at: minute(9), verdict: 'undetermined' }],
    [1441, undefined],
  ])('%i minutes after its end the last incident is %j', (after, shown) => {
    expect(entryOf(quiet, { ended }, minute(9 + after)).ended).toEqual(shown);
  });

  test('shows the first mismatch, how many differences there are, and twenty of them', () => {
    const many = Array.from({ length: 21 }, (_, at) => ({ ...drift, key: `key${at}` }));
    const entry = entryOf({
      ...quiet,
      mismatches: [mismatch, { ...mismatch, marginSeconds: 1 }],
      drift: many,
    });
    expect(entry).toMatchObject({ mismatch, driftCount: 21, drift: many.slice(0, 20) });
    expect(entryOf(quiet)).toMatchObject({ mismatch: null, driftCount: 0, drift: [] });
  });

  test('says where the 502s could not be counted, and only there', () => {
    const uncounted = { ...quiet, symptom: { ...quiet.symptom, known: false as const } };
    expect(entryOf(uncounted).countKnown).toBe(false);
    expect(entryOf(quiet)).not.toHaveProperty('countKnown');
  });

  test('has of an open incident what its last look with 502s saw, and what is ignored until when', () => {
    const record = { ...incidentOf('shop', ID, minute(0)), diagnosis: failing };
    const of = (diagnosis: Diagnosis, incident: Incident | null, state: Partial<AlertState>) =>
      fleetEntryOf(
        { state: { ...initialState(minute(10)), ...state }, announcements: [], reason: '' },
        { bundle, diagnosis, now: minute(10), silence: null },
        incident,
      );
    const verdict = (...input: Parameters<typeof of>) => of(...input).verdict;
    expect(verdict(quiet, record, { incident: OPEN })).toBe('target-crash');
    expect(verdict({ ...quiet, verdict: 'deployment' }, record, { incident: OPEN })).toBe('deployment');
    expect(verdict(quiet, { ...record, id: 'another' }, { incident: OPEN })).toBeNull();
    expect(verdict(quiet, record, {})).toBeNull();
    expect(of(quiet, record, { incident: OPEN }).incidentId).toBe(ID);
    expect(of(quiet, record, { incident: OPEN, ended })).not.toHaveProperty('ended');
    expect(of(quiet, null, {})).toMatchObject({
      incidentId: null,
      owner: 'team shop',
      region: 'eu-central-1',
    });
    expect(of(quiet, null, {})).not.toHaveProperty('ignored');
    const tags = { ...bundle.loadBalancer.tags, 'alb502:ignore': '2026-12-01' };
    const ignoring = { ...bundle, loadBalancer: { ...bundle.loadBalancer, tags } };
    const shown = fleetEntryOf(
      { state: initialState(minute(10)), announcements: [], reason: '' },
      { bundle: ignoring, diagnosis: quiet, now: minute(10), silence: null },
      null,
    );
    expect(shown.ignored).toEqual({ until: expect.stringMatching(/^2026-12-0/) });
  });

  const action = (title: string, why = ''): Action => ({
    ...{ title, why, commands: [], rollback: [], layer: 'target', owner: 'unknown' },
  });
  const some = ['1', '2', '3', '4'].map((title) => action(title));
  const [first = action('1')] = some;
  const big = action('1', 'x'.repeat(6_000));

  test.each<readonly [string, Partial<Diagnosis>, readonly Action[] | undefined]>([
    ['a mismatch: three', { mismatches: [mismatch], actions: some }, some.slice(0, 3)],
    ['a drift: three', { drift: [drift], actions: some }, some.slice(0, 3)],
    ['neither: none', { actions: some }, undefined],
    ['three that are too large: the first', { drift: [drift], actions: [first, big, first] }, [first]],
    ['a first that is too large: none', { drift: [drift], actions: [big, first] }, undefined],
  ])('keeps what to do about %s', (_, parts, kept) => {
    const entry = entryOf({ ...quiet, ...parts });
    if (kept === undefined) expect(entry).not.toHaveProperty('actions');
    else expect(entry.actions).toEqual(kept);
    expect(entryOf({ ...quiet, ...parts }, { incident: OPEN })).not.toHaveProperty('actions');
  });
});

describe('the record of an incident', () => {
  const known = incidentOf('shop', ID, minute(0));
  const next = (
    before: Incident | null,
    { state = {}, reason = 'still failing', bundle = {}, at = 10, announcements = [] }: Step = {},
  ): Incident | null =>
    nextIncident(
      before,
      {
        state: { ...initialState(minute(at)), phase: 'firing', incident: OPEN, ...state },
        ...{ announcements, reason },
      },
      {
        bundle: { ...shopBundle({ at, failing: [] }), ...bundle },
        ...{ diagnosis: quiet, now: minute(at), silence: null },
      },
    );
  const walk = (steps: readonly Step[], from: Incident = known): Incident | null =>
    steps.reduce<Incident | null>((record, step, at) => next(record, { at: 10 + at, ...step }), from);

  test('keeps the first and the newest of lines that differ in figures only', () => {
    const lines = [1, 2, 3, 4].map((count) => ({ reason: `quiet for ${count} minutes` }));
    const reasons = walk(lines)?.timeline.map(({ reason }) => reason);
    expect(reasons).toEqual(['quiet for 1 minutes', 'quiet for 4 minutes']);
  });

  test.each<readonly [string, Step]>([
    ['its words', { reason: 'resolving' }],
    ['its phase', { state: { phase: 'resolving' } }],
    ['what was announced', { announcements: [ANNOUNCED] }],
  ])('keeps every line that differs in %s', (_, other) => {
    expect(walk([{}, {}, other, {}, {}])?.timeline).toHaveLength(5);
    expect(walk([other, other, other, {}])?.timeline.length).toBe(other.announcements ? 4 : 3);
  });

  test('keeps the first 20 and the newest 180 lines', () => {
    const timeline = Array.from({ length: 200 }, (_, at) => line(at));
    const whole = next({ ...known, timeline: timeline.slice(1) })?.timeline ?? [];
    expect(whole).toHaveLength(200);
    const reasons = next({ ...known, timeline })?.timeline.map(({ reason }) => reason) ?? [];
    expect(reasons).toHaveLength(200);
    expect([reasons[19], reasons[20], reasons.at(-1)]).toEqual([
      line(19).reason,
      line(21).reason,
      'still failing',
    ]);
  });

  test.each([
    ['attributes', '60'],
    ['target-groups', '60'],
    ['changes', '120'],
  ] as const)('a configuration of which %s were not read is: idle timeout %s', (subject, idle) => {
    const before = next(known, { bundle: shopBundle({ at: 10, idleTimeoutSeconds: 60 }) });
    const about = { what: '', metrics: [], action: null, resource: null, reason: '' };
    const gaps: EvidenceBundle['gaps'] = [{ subject, kind: 'denied', ...about }];
    const record = next(before, { bundle: { gaps } });
    expect(record?.configuration?.latest[SHOP]?.['idle_timeout.timeout_seconds']).toBe(idle);
    expect(record?.configuration?.opened[SHOP]?.['idle_timeout.timeout_seconds']).toBe('60');
    expect(record?.configuration?.baseline).toEqual({ [SHOP]: { 'idle_timeout.timeout_seconds': '60' } });
  });

  test('has each change once, the newest fifty, in their order', () => {
    const [change] = shopBundle({ at: 10 }).changes;
    if (!change) throw new Error('the shop has no change');
    const at = (minutes: number) => ({ ...change, at: minute(minutes) });
    const other = { ...at(1), resourceArn: WEB };
    const record = next(
      { ...known, changes: [at(1), at(3)] },
      { bundle: { changes: [at(2), other, at(1)] } },
    );
    expect(record?.changes.map(({ at: time }) => time)).toEqual([1, 1, 2, 3].map(minute));
    const many = Array.from({ length: 51 }, (_, minutes) => at(minutes));
    expect(next(known, { bundle: { changes: many } })?.changes).toEqual(many.slice(1));
  });

  test('has the failed requests since the incident before it ended, or all of its own', () => {
    const requests = [30, 59, 60].map(failingRequestAt);
    const accessLog = { ...emptySummary('app/shop/0123456789abcdef'), elb502: 3, failingRequests: requests };
    const past = { ...ENDED, failingMinutes: [minute(0)] };
    const kept = (id: string) =>
      next(known, { bundle: { accessLog }, state: { ended: { ...past, id } } })?.failingRequests;
    expect(kept('another')?.requests).toEqual(requests.slice(2));
    expect(kept(ID)?.requests).toEqual(requests);
  });

  test('of one that is new does not continue the last, and one that is resolved stays as it is', () => {
    const notes = [{ at: minute(1), by: null, text: 'looked at it' }];
    expect(next({ ...known, id: 'another', notes })?.notes).toEqual([]);
    expect(next({ ...known, notes })?.notes).toEqual(notes);
    const closed = { incident: null, phase: 'inactive' as const };
    expect(next(known, { state: closed })).toMatchObject({ id: ID, resolvedAt: minute(10) });
    expect(next({ ...known, resolvedAt: minute(5) }, { state: closed })).toBeNull();
    expect(next(null, { state: closed })).toBeNull();
  });

  test('begins with all that its first look saw', () => {
    const failing: OpenIncident = {
      ...OPEN,
      openedAt: minute(3),
      returns: 2,
      failingMinutes: [minute(4), minute(8)],
    };
    const { configuration, changes, ...first } = next(null, { state: { incident: failing } }) ?? {};
    expect(first).toEqual({
      ...{
        id: ID,
        loadBalancerArn: SHOP,
        account: '123456789012',
        region: 'eu-central-1',
        owner: 'team shop',
      },
      ...{
        openedAt: minute(3),
        firstFailure: minute(4),
        lastFailure: minute(8),
        resolvedAt: null,
        returns: 2,
      },
      ...{ diagnosis: quiet, proof: null, failingRequests: null, silences: [], notes: [], attachments: [] },
      timeline: [{ at: minute(10), phase: 'firing', reason: 'still failing', event: null }],
    });
    expect([configuration?.opened, changes?.length]).toEqual([configuration?.latest, 1]);
  });

  test('goes on with what was known, and has what a look came to', () => {
    const attachments = [{ at: minute(1), by: null, command: 'uptime', output: 'up' }];
    const failingRequests = { requests: [failingRequestAt(1)], atLeast: 1 };
    const before = { ...known, openedAt: minute(2), firstFailure: minute(2), lastFailure: minute(9) };
    const other = { ...ANNOUNCED, incidentId: 'another' };
    const crash = { ...quiet, verdict: 'target-crash' as const, probability: 0.7 };
    const record = nextIncident(
      { ...before, attachments, failingRequests },
      {
        state: { ...initialState(minute(10)), phase: 'firing', incident: { ...OPEN, failingMinutes: [] } },
        ...{ announcements: [other], reason: 'so' },
      },
      { bundle: shopBundle({ at: 10 }), diagnosis: crash, now: minute(10), silence: null },
    );
    expect(record).toMatchObject({
      ...{
        openedAt: minute(2),
        firstFailure: minute(2),
        lastFailure: minute(9),
        attachments,
        failingRequests,
      },
      timeline: [{ event: null, reason: 'so', verdict: 'target-crash', probability: 0.7 }],
    });
  });

  test('has the returns and the proof of one that is over', () => {
    const closed = {
      ...{ incident: null, phase: 'inactive' as const },
      ended: { ...ENDED, returns: 3, failingMinutes: [minute(0), minute(8)] },
    };
    const over = next(known, { state: closed });
    expect(over).toMatchObject({ returns: 3, lastFailure: minute(8) });
    expect(next(known, {})?.proof).toBeNull();
  });

  test('keeps the configuration of twenty resources', () => {
    const [web] = shopBundle({ at: 10 }).targetGroups;
    if (!web) throw new Error('the shop has no group');
    const targetGroups = Array.from({ length: 25 }, (_, at) => ({ ...web, arn: `${WEB}${at}` }));
    const { configuration } = next(null, { bundle: { targetGroups } }) ?? {};
    expect(Object.keys(configuration?.latest ?? {}).length).toBeLessThanOrEqual(20);
  });

  test('keeps lines that differ in their verdict, and not those that differ in the length of a figure', () => {
    const lines = ['9', '10', '11'].map((count) => ({ reason: `quiet for ${count} minutes` }));
    expect(walk(lines)?.timeline).toHaveLength(2);
    const told = (verdict: Cause): TimelineEntry => ({ ...line(1), reason: 'still failing', verdict });
    const timeline = [told('target-crash'), told('target-crash')];
    expect(next({ ...known, timeline })?.timeline).toHaveLength(3);
  });

  test('of a load balancer that was deleted ends then, unless it ended before', () => {
    const ended = endedByDeletion(known, 'it was deleted', minute(20));
    expect(ended).toEqual({
      ...known,
      resolvedAt: minute(20),
      timeline: [{ at: minute(20), phase: 'inactive', reason: 'it was deleted', event: 'resolved' }],
    });
    expect(endedByDeletion(ended, 'again', minute(30))).toBe(ended);
  });
});
