import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bytesInMemory, readLogBytes } from '../../lambda/observe/access-log-bytes.ts';
import { contentKind } from '../../lambda/observe/access-log-content.ts';

const folder = mkdtempSync(join(tmpdir(), 'alb502-content-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function textOf(bytes: Uint8Array) {
  let text = '';
  const files: string[] = [];
  const problem = await readLogBytes(bytesInMemory([bytes]), {
    chunk: (chunk) => {
      text += Buffer.from(chunk).toString('utf8');
    },
    file: (name) => files.push(name) > 0,
  });
  return { text, files, problem };
}

test.each(['v7', 'ustar', 'gnu', 'pax'])(
  'a tar archive in the form %s is told by the sum of its header',
  async (form) => {
    writeFileSync(join(folder, 'a.log'), 'one\n');
    writeFileSync(join(folder, 'b.log'), 'two\n');
    const archive = join(folder, `${form}.tar`);
    execFileSync('tar', [`--format=${form}`, '-C', folder, '-cf', archive, 'a.log', 'b.log']);
    const bytes = readFileSync(archive);
    expect(await textOf(bytes)).toEqual({ text: 'one\ntwo\n', files: ['a.log', 'b.log'], problem: null });
    const damaged = Uint8Array.from(bytes);
    damaged[1] = 33;
    if (form === 'v7') expect(contentKind(damaged)).toBe('text');
    else expect((await textOf(damaged)).problem).toMatch(/^the tar archive is damaged/);
  },
);

test('UTF-16 with carriage returns alone has lines', async () => {
  const words = Buffer.from('\ufeffone\rtwo\r', 'utf16le');
  expect((await textOf(words)).text).toBe('one\ntwo\n');
  expect((await textOf(Buffer.from(words).swap16())).text).toBe('one\ntwo\n');
});

test('a ZIP archive that only names a folder xl is no workbook', () => {
  expect(contentKind(Buffer.from('PK\x03\x04 logs/xl/a.log', 'latin1'))).toBe('zip');
});
