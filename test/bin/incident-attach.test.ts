import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { incidentSchema } from '../../lambda/model/alert.ts';
import { dynamoStore } from '../../lambda/store/dynamo.store.ts';
import { type NoteStore, noteStore } from '../../lambda/store/note.store.ts';
import type { VerifyRecord } from '../../lambda/verify/record.ts';
import { minute } from '../alert/looks.ts';
import { type Moto, startMoto } from '../moto.ts';
import { recordAt } from '../store/entries.ts';
import { createStateTable } from '../store/table.ts';
import { alb502 } from './cli.ts';

const TABLE = 'Alb502-MonitorState1A2B3C4D-X1Y2';
const ID = recordAt(10).incident?.id ?? '';
const folder = mkdtempSync(join(tmpdir(), 'alb502-attach-'));
let moto: Moto;
let notes: NoteStore;

beforeAll(async () => {
  moto = await startMoto();
  const client = await createStateTable(moto, TABLE);
  await dynamoStore(client, TABLE).record(recordAt(10));
  notes = noteStore(client, TABLE);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await moto.stop();
});

const attach = (args: readonly string[], stdin = '') =>
  alb502(['incident', 'attach', ID, ...args], moto.environment, stdin);
const show = async (...args: readonly string[]) =>
  (await alb502(['incident', 'show', ID, ...args], moto.environment)).stdout;
const attachments = () => notes.attachmentsOf(ID);

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const runOf = (failed502: number, hour: string, keepAlive: string): VerifyRecord => ({
  version: 1,
  url: 'https://shop.example.com/health',
  command: 'alb502 verify https://shop.example.com/health --keep-alive 5 --idle-timeout 60 --connections 20',
  account: '123456789012',
  region: 'eu-central-1',
  configuration: { targets: { 'nginx keepalive_timeout': keepAlive } },
  measurement: {
    ...{ startedAt: `2026-11-23T${hour}:00:00.000Z`, endedAt: `2026-11-23T${hour}:05:00.000Z` },
    ...{ addresses: ['192.0.2.1'], requests: 100, byStatus: { 200: 100 - failed502 }, unanswered: 0 },
    ...{ unansweredBecause: null, failed502, failures: [], leftOutSeconds: [] },
    gaps: [{ seconds: 5, requests: 100, failures: failed502 }],
  },
});

describe('alb502 incident attach', () => {
  test('takes the runs of verify before and after the fix, with what was in force, once', async () => {
    const record = file('after.json', { ...runOf(0, '05', '75s'), before: runOf(3, '04', '5s') });
    expect(await attach([record, '--by', 'dana'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const second = await attach([record, '--by', 'kim']);
    expect(second.code).toBe(0);
    expect(second.stderr).toMatch(/^(already in the record: alb502 verify https[^\n]*\n){2}$/);
    const [before, after, ...more] = await attachments();
    expect(more).toEqual([]);
    expect(before).toMatchObject({ at: '2026-11-23T04:05:00.000Z', by: 'dana' });
    expect(before?.output).toContain('targets: nginx keepalive_timeout = 5s');
    expect(before?.output).toContain('3 of 100 requests got 502');
    expect(after?.output).toContain('account 123456789012, region eu-central-1');
    expect(after?.output).toContain('No 502 in 100 requests.');
    const text = await show();
    expect(text).toContain(
      'COMMANDS AND OUTPUTS\n2026-11-23T04:05:00.000Z dana:\n    $ alb502 verify https://',
    );
  });

  test('takes what probe printed, and any output with its command, from a file or the standard input', async () => {
    const probed = [
      { version: 1, target: '10.0.0.7:8080', idleClose: { seconds: 75, by: 'fin' }, verdict: null },
    ];
    expect((await attach([file('probe.json', probed)])).code).toBe(0);
    const hostile = 'a ``` fence\n<b>bold</b> *stars*\u001b[31m';
    expect((await attach(['-', '--command', 'cat note'], hostile)).code).toBe(0);
    const commands = (await attachments()).map(({ command }) => command);
    expect(commands).toContain('alb502 probe 10.0.0.7:8080 --json');
    const markdown = await show('--markdown');
    expect(markdown).toContain('\n````\n$ cat note\na ``` fence\n<b>bold</b> *stars* [31m\n````\n');
  });

  test('keeps the beginning and the end of what is long', async () => {
    const long = `begin${'x'.repeat(50_000)}end`;
    expect((await attach(['-', '--command', 'long'], long)).code).toBe(0);
    const output = (await attachments()).find(({ command }) => command === 'long')?.output ?? '';
    expect(output.length).toBeLessThan(20_100);
    expect(output).toMatch(/^beginx+\n\.\.\. 30008 characters left out \.\.\.\nx+end$/);
  });

  test.each([
    [['absent.json'], '', /absent\.json cannot be read: there is no such file/],
    [['-', '--command', 'x'], ' \n', /- is empty; there is nothing to attach/],
    [
      ['-'],
      'some text',
      /was not written by alb502 verify --record or alb502 probe --json; name what printed it/,
    ],
    [['-'], '[]', /was not written by alb502 verify/],
    [['-', '--command', ' '], 'text', /--command takes 1 to 1000 characters/],
  ])('refuses %j with %j and writes nothing', async (args, stdin, complaint) => {
    const before = await attachments();
    const { code, stdout, stderr } = await attach(args, stdin);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim()).toMatch(complaint);
    expect(await attachments()).toEqual(before);
  });

  test('needs the id of an incident, and takes twenty at most', async () => {
    const unknown = await alb502(
      ['incident', 'attach', 'nothing', '-', '--command', 'x'],
      moto.environment,
      'x',
    );
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('has no incident "nothing"');
    const known = (await attachments()).length;
    for (let count = known; count < 20; count++)
      await notes.attach(ID, { at: minute(count), by: null, command: `c${count}`, output: 'x' });
    const more = await attach(['-', '--command', 'one more'], 'x');
    expect(more.code).toBe(2);
    expect(more.stderr).toContain('the record has 20 attachments and takes 20');
    expect((await attach(['-', '--command', 'c19'], 'x')).code).toBe(0);
    expect(incidentSchema.parse(JSON.parse(await show('--json'))).attachments).toHaveLength(20);
  });
});
