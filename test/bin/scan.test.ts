import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
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
    console.error(
      run.stderr,
      diagnoses.map((d) => [
        d.loadBalancerArn.split('/')[2],
        d.verdict,
        d.probability,
        d.hypotheses.slice(0, 3).map((h) => [h.cause, h.probability]),
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
});
