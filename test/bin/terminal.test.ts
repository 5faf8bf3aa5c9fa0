import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { acts, sequences } from '../../bench/hostile/terminal.ts';
import { failedLine } from '../access-log/lines.ts';
import { FAILING, shopBundle } from '../alert/shop.ts';
import { alb502 } from './cli.ts';

const OWNED = '\u001b]0;owned\u0007\u001b[2J\u009b2J\u202e\u001b[31m';
const folder = mkdtempSync(join(tmpdir(), 'alb502-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const hostileBundle = (text: string) => {
  const bundle = shopBundle({ at: 180, failing: FAILING });
  const { loadBalancer } = bundle;
  const arn = `arn:aws:elasticloadbalancing:${text}:1:loadbalancer/app/${text}/1`;
  return { ...bundle, region: text, loadBalancer: { ...loadBalancer, arn, name: text } };
};

/** The SGR codes of the styles that reports have. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OWN_STYLES = /\u001b\[(?:1|22|31|32|33|36|39)m/g;

describe('what reaches a terminal', () => {
  test('has nothing of a name that acts on it, in a report and in its errors', async () => {
    const path = file('bundle.json', JSON.stringify(hostileBundle(OWNED)));
    const run = await alb502(['diagnose', path]);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('owned');
    expect(acts(run.stdout + run.stderr)).toBe(false);
    for (const args of [
      ['diagnose', join(folder, OWNED)],
      ['logs', OWNED],
      [OWNED],
      ['scan', `--${OWNED}`],
    ]) {
      const failed = await alb502(args);
      expect(failed.code, failed.stderr).toBe(2);
      expect(failed.stderr).toContain('owned');
      expect(acts(failed.stderr)).toBe(false);
    }
  });

  test('has the colours of a report where they are wanted, and none that a name brings along', async () => {
    const path = file('coloured.json', JSON.stringify(hostileBundle(OWNED)));
    const [plain, coloured] = await Promise.all([
      alb502(['diagnose', path]),
      alb502(['diagnose', path], { FORCE_COLOR: '1' }),
    ]);
    expect(coloured.stdout).toMatch(OWN_STYLES);
    const withoutStyles = coloured.stdout.replaceAll(OWN_STYLES, '');
    expect(acts(withoutStyles)).toBe(false);
    expect(withoutStyles).toBe(plain.stdout);
  });

  test('has nothing of a file name in the bar that shows the progress', async () => {
    const path = file(`x\u001b]0;owned\u0007${'y'.repeat(20)}.log`, `${failedLine()}\n`);
    const spawn = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent', TERM: 'xterm' };
    const seen = await new Promise<string>((resolve) => {
      execFile(
        'python3',
        ['-c', spawn, process.execPath, 'dist/bin/alb502.js', 'logs', path],
        { env },
        (_, stdout) => resolve(stdout),
      );
    });
    expect(seen).toContain('reading');
    expect(seen).toContain('owned');
    expect(seen).not.toContain('\u001b]');
    expect(seen).not.toContain('\u0007');
    expect(stripVTControlCharacters(seen)).toContain('1 line read');
  });

  test('is exact JSON under --json, whose strings have escapes for what acts on a terminal', async () => {
    await fc.assert(
      fc.asyncProperty(sequences, async (text) => {
        const path = file('exact.json', JSON.stringify({ ...hostileBundle('eu-central-1'), region: text }));
        const { stdout } = await alb502(['diagnose', path, '--json']);
        expect(acts(stdout)).toBe(false);
        expect(JSON.parse(stdout).diagnoses[0].region).toBe(text);
      }),
      { numRuns: 5 },
    );
  });
});
