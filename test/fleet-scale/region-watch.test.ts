import { describe, expect, test } from 'vitest';
import type { Settings } from '../../lambda/model/settings.ts';
import { regionWatch } from '../../lambda/observe/region-watch.ts';

const HOUR_MS = 3_600_000;

const wanted = (regions: Settings['regions'], excludedRegions: readonly string[] = []) => ({
  regions,
  excludedRegions: [...excludedRegions],
});

describe('the watched regions', () => {
  const never = async (): Promise<readonly string[]> => {
    throw new Error('not asked for');
  };

  test('are those that are named, or the own one', async () => {
    const watch = regionWatch(never);
    expect(await watch(wanted([]), 'eu-central-1')).toEqual(['eu-central-1']);
    expect(await watch(wanted(['us-east-1', 'eu-west-1', 'us-east-1']), 'eu-central-1')).toEqual([
      'us-east-1',
      'eu-west-1',
    ]);
  });

  test('are all that are enabled, read once an hour; a failure leaves those of before', async () => {
    let now = 0;
    const answers: (readonly string[] | Error)[] = [['a-1'], ['a-1', 'b-1'], new Error('throttled')];
    const watch = regionWatch(
      async () => {
        const answer = answers.shift();
        if (!answer || answer instanceof Error) throw answer ?? new Error('asked too often');
        return answer;
      },
      () => now,
    );
    expect(await watch(wanted('all'), 'a-1')).toEqual(['a-1']);
    now = HOUR_MS - 1;
    expect(await watch(wanted('all'), 'a-1')).toEqual(['a-1']);
    now = HOUR_MS;
    expect(await watch(wanted('all'), 'a-1')).toEqual(['a-1', 'b-1']);
    now = 2 * HOUR_MS;
    expect(await watch(wanted('all'), 'a-1')).toEqual(['a-1', 'b-1']);
    expect(answers).toEqual([]);
  });

  test('cannot be guessed where they were never read', async () => {
    await expect(regionWatch(never)(wanted('all'), 'a-1')).rejects.toThrow('not asked for');
  });

  test('leave out what is excluded, and follow a change of that at once', async () => {
    const watch = regionWatch(async () => ['a-1', 'b-1']);
    expect(await watch(wanted('all', ['b-1']), 'a-1')).toEqual(['a-1']);
    expect(await watch(wanted('all'), 'a-1')).toEqual(['a-1', 'b-1']);
  });
});
