import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { diagnosisSchema } from '../../lambda/model/diagnosis.ts';
import { buildFleet, type Specimen } from '../fleet.ts';
import { type Moto, startMoto } from '../moto.ts';
import { alb502 } from './cli.ts';

const report = z.strictObject({
  version: z.literal(1),
  diagnoses: z.array(diagnosisSchema),
  skipped: z.array(z.strictObject({ resource: z.string(), reason: z.string() })),
});

describe('alb502 scan', () => {
  let moto: Moto;
  let fleet: ReadonlyMap<string, Specimen>;
  const folder = mkdtempSync(join(tmpdir(), 'alb502-scan-'));

  beforeAll(async () => {
    moto = await startMoto();
    fleet = await buildFleet(moto);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await moto?.stop();
  });

  test('names the cause of each load balancer, and says nothing of the healthy and the network one', async () => {
    const run = await alb502(['scan', '--json', '--since', '1h', '--save', folder], moto.environment);
    const { diagnoses, skipped } = report.parse(JSON.parse(run.stdout));
    const seen = Object.fromEntries(
      diagnoses.map(({ loadBalancerArn, verdict, severity }) => [
        loadBalancerArn.split('/')[2],
        [verdict, severity],
      ]),
    );
    expect(seen).toEqual({
      mismatch: ['keepalive-mismatch', 'warning'],
      refused: ['connection-refused', 'warning'],
      tls: ['tls-failure', 'warning'],
      lambda: ['lambda-target-error', 'warning'],
      silent: [null, 'warning'],
      equal: ['keepalive-mismatch', 'warning'],
      healthy: [null, 'none'],
      unclear: ['undetermined', 'warning'],
    });
    expect(skipped).toEqual([]);
    expect(run.code).toBe(1);
    expect(readdirSync(folder)).toHaveLength(fleet.size);
  });

  test('saves bundles that diagnose gives the same answers for', async () => {
    const files = readdirSync(folder).map((name) => join(folder, name));
    const scanned = await alb502(['scan', '--json', '--since', '1h', '--save', folder], moto.environment);
    const diagnosed = await alb502(['diagnose', '--json', ...files]);
    const ofFolder = await alb502(['diagnose', '--json', folder]);
    expect(ofFolder.stdout).toBe(diagnosed.stdout);
    const byArn = (text: string) =>
      new Map(
        report.parse(JSON.parse(text)).diagnoses.map((diagnosis) => [diagnosis.loadBalancerArn, diagnosis]),
      );
    expect(byArn(diagnosed.stdout)).toEqual(byArn(scanned.stdout));
    expect(diagnosed.code).toBe(1);
  });

  test('tells a person what to change on either side, how to verify and how to undo', async () => {
    const run = await alb502(['scan', '--since', '1h', '--load-balancer', 'mismatch'], moto.environment);
    const arn = fleet.get('mismatch')?.arn;
    expect(run.stderr).toBe('');
    expect(run.stdout).toContain('keepalive_timeout 132s;');
    for (const seconds of [68, 120]) {
      expect(run.stdout).toContain(
        `aws elbv2 modify-load-balancer-attributes --region eu-central-1 --load-balancer-arn ${arn} --attributes Key=idle_timeout.timeout_seconds,Value=${seconds}`,
      );
    }
    expect(run.stdout).toMatch(/WHAT TO DO[\s\S]*WHY WE THINK SO[\s\S]*VERIFY[\s\S]*ROLL BACK/);
    expect(run.stdout).toContain('1 load balancer looked at, 1 with findings');
  });

  test('ends with a table of all that was found, the worst first, and one thing to do for each', async () => {
    const run = await alb502(['scan', '--since', '1h'], moto.environment);
    const [, table = ''] = run.stdout.split(/(?=^severity {2}load balancer)/m);
    const rows = table.split('\n').flatMap((line) => /^WARNING +(\S+)/.exec(line)?.[1] ?? []);
    expect(rows.toSorted()).toEqual(['equal', 'lambda', 'mismatch', 'refused', 'silent', 'tls', 'unclear']);
    expect(rows.at(-1)).toBe('silent');
    expect(table).toMatch(/^WARNING +mismatch +\d+ +keepalive-mismatch +On the targets of/m);
    expect(table).toContain('8 load balancers looked at, 7 with findings');
    expect(run.stdout).not.toContain('WHAT TO DO');
    expect(run.stdout.trimEnd().split('\n').length).toBeLessThan(50);
    expect(run.code).toBe(1);
  });

  test('prints all in full with --details, and the table still stands last', async () => {
    const run = await alb502(['scan', '--since', '1h', '--details'], moto.environment);
    expect(run.stdout.match(/^WHAT TO DO$/gm)).toHaveLength(7);
    expect(run.stdout.lastIndexOf('WHAT TO DO')).toBeLessThan(run.stdout.indexOf('severity  load balancer'));
  });

  test('prints the table alone with --summary, of one load balancer as well', async () => {
    const args = ['scan', '--since', '1h', '--load-balancer', 'equal', '--summary'];
    const run = await alb502(args, moto.environment);
    expect(run.stdout).toMatch(/^WARNING +equal /m);
    expect(run.stdout).not.toContain('WHAT TO DO');
    expect(run.stdout).toContain('the same command without --summary');
  });

  test('ends with 1 for what is at least as severe as asked for', async () => {
    const [warning, critical] = await Promise.all(
      ['warning', 'critical'].map((least) =>
        alb502(['scan', '--since', '1h', '--min-severity', least], moto.environment),
      ),
    );
    expect(warning?.code).toBe(1);
    expect(critical?.code).toBe(0);
    expect(critical?.stdout).toMatch(/7 less severe than critical: .*mismatch/);
    expect(critical?.stdout).toContain('0 at least critical');
  });

  test('says on one line that the disk is full, after the report, and leaves no half of a bundle', async () => {
    const full = mkdtempSync(join(tmpdir(), 'alb502-full-'));
    const [saved = ''] = readdirSync(folder).filter((name) => name.includes('healthy'));
    symlinkSync('/dev/full', join(full, `${saved}.part`));
    const args = ['scan', '--since', '1h', '--load-balancer', 'healthy', '--save', full];
    const run = await alb502(args, moto.environment);
    expect(run.stdout).toContain('1 without findings: healthy');
    expect(run.stderr.trim()).toMatch(
      /^alb502: \S+ cannot be written: the disk is full; .*give --save another/,
    );
    expect(readdirSync(full)).toEqual([]);
    expect(run.code).toBe(2);
    rmSync(full, { recursive: true });
  });

  test('names a profile that gives no credentials in one line, whatever keys are set beside it', async () => {
    const runs = await Promise.all([
      alb502(['scan', '--profile', 'nobody'], moto.environment),
      alb502(['logs', 's3://my-logs', '--profile', 'nobody'], moto.environment),
      alb502(['doctor', '--profile', 'nobody'], moto.environment),
      alb502(['baseline', 'show', 'x', '--profile', 'nobody'], moto.environment),
    ]);
    for (const { code, stderr, stdout } of runs) {
      expect(stderr.trim()).toMatch(/^alb502: profile "nobody" gives no credentials; [^\n]*$/);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    }
  });

  test('ends with 0 where nothing is wrong', async () => {
    const run = await alb502(['scan', '--since', '30m', '--load-balancer', 'healthy'], moto.environment);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('1 without findings: healthy');
  });

  test('calls a name that is nowhere a mistake, and offers the near ones', async () => {
    const run = await alb502(['scan', '--load-balancer', 'mismatsch'], moto.environment);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('did you mean mismatch?');
  });

  test('says that an unclear case is unclear, and what would settle it', async () => {
    const run = await alb502(
      ['scan', '--since', '1h', '--load-balancer', 'unclear', '--json'],
      moto.environment,
    );
    const [diagnosis] = report.parse(JSON.parse(run.stdout)).diagnoses;
    expect(diagnosis?.verdict).toBe('undetermined');
    expect(diagnosis?.missingEvidence[0]?.separates).toContain('keepalive-mismatch');
    expect(diagnosis?.actions[0]?.title).toContain(diagnosis?.missingEvidence[0]?.what);
  });
});
