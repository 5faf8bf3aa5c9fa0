import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVERS } from '../../lambda/advice/servers.ts';
import { filledIn } from '../advised-commands/placeholders.ts';
import { readLines } from '../advised-commands/readings.ts';
import { type Walk, walk } from '../advised-commands/walk.ts';
import { type Moto, startMoto } from '../moto.ts';
import { findProgram } from './process.ts';

// The walk reads commands by AWS's models. Here the AWS CLI itself reads the same ones.

const folder = mkdtempSync(join(tmpdir(), 'alb502-advised-'));
let moto: Moto;
let walked: Walk;
beforeAll(async () => {
  // A line before the invocation writes it; each command is read alone here.
  writeFileSync(join(folder, 'event.json'), '{}');
  moto = await startMoto();
  walked = await walk();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await moto.stop();
});

/** Nothing listens there, so that no command does anything. */
const NOWHERE = 'http://127.0.0.1:9';

/** What the AWS CLI complains of before it asks AWS; null where it would ask. */
async function complaintOf(words: readonly string[]): Promise<string | null> {
  const aws = await findProgram('aws', 'awscli');
  const attempt = promisify(execFile)(
    aws,
    [...words, '--endpoint-url', NOWHERE, '--cli-connect-timeout', '1'],
    {
      cwd: folder,
      env: { ...process.env, ...moto.environment, AWS_PAGER: '', AWS_MAX_ATTEMPTS: '1' },
    },
  );
  const said = await attempt.then(
    () => '',
    (error: unknown) => String(error),
  );
  return said.includes('Could not connect to the endpoint URL') ? null : said;
}

/** What version 1 has not, or version 2.9, which is Debian 12's. */
const NEWER = /^logs (?:tail|\S+-deliver\S+)$/;

/** Commands with the same options are the same to the AWS CLI. */
function oneOfEachForm(commands: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const forms = new Map(
    commands.map((words) => [
      words.filter((word, place) => place < 2 || word.startsWith('--')).join(' '),
      words,
    ]),
  );
  return [...forms.values()];
}

describe('the AWS CLI', () => {
  test('takes every command that is advised', async () => {
    const lines = walked.advised.flatMap(({ action }) => [...action.commands, ...action.rollback]);
    const readings = await readLines(moto, [...new Set(lines)], SERVERS, folder);
    const commands = [...readings.values()]
      .flatMap(({ calls }) => calls)
      .filter(([name]) => name === 'aws')
      .map(([, ...words]) => words.map(filledIn))
      .filter(([service, operation]) => !NEWER.test(`${service} ${operation}`));
    const limit = pLimit(4);
    const refused = await Promise.all(
      oneOfEachForm(commands).map((words) =>
        limit(async () => {
          const complaint = await complaintOf(words);
          return complaint === null ? [] : [`${words.join(' ')}\n${complaint}`];
        }),
      ),
    );
    expect(commands.length).toBeGreaterThan(30);
    expect(refused.flat().join('\n')).toBe('');
  }, 600_000);

  test.each([
    ['elbv2', 'describe-loadbalancers'],
    ['elbv2', 'describe-target-health'],
    ['elbv2', 'describe-target-health', '--target-group-arn', 'a', '--frob', 'b'],
    ['elbv2', 'modify-load-balancer-attributes', '--load-balancer-arn', 'a', '--attributes', 'Key:a,Value=b'],
    [
      'elbv2',
      'modify-load-balancer-attributes',
      '--load-balancer-arn',
      'a',
      '--attributes',
      'Name=a,Value=b',
    ],
    ['elbv2', 'describe-target-groups', '--query', 'TargetGroups[.Port'],
    ['logs', 'put-retention-policy', '--log-group-name', 'a', '--retention-in-days', 'x'],
  ])('refuses what the walk refuses: aws %s %s', async (...words) => {
    const line = ['aws', ...words.map((word) => `'${word}'`)].join(' ');
    const readings = await readLines(moto, [line], SERVERS, folder);
    expect(readings.get(line)?.faults).not.toEqual([]);
    expect(await complaintOf(words)).not.toBeNull();
  });
});
