import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MOST_BYTES, readText, walk } from '../../bin/check/walk.ts';

const root = mkdtempSync(join(tmpdir(), 'alb502-walk-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function file(path: string, content: string | Uint8Array = 'x'): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

mkdirSync(join(root, '.git'));
file('.gitignore', 'build/\n*.log\n/cdk.out\n!keep.log\n');
file('a.js');
file('sub/b.js');
file('sub/.gitignore', 'secret.js\n');
file('sub/secret.js');
file('sub/x.log');
file('sub/keep.log');
file('build/out.js');
file('node_modules/pkg/index.js');
file('vendor/lib.js');
file('cdk.out/app.template.json');
symlinkSync('.', join(root, 'loop'));
symlinkSync('/nonexistent', join(root, 'broken'));
symlinkSync(tmpdir(), join(root, 'outside'));
file('binary.js', Uint8Array.of(0, 1, 2));
file('latin.js', Uint8Array.of(0xe4, 0x20));
file('huge.json', new Uint8Array(MOST_BYTES + 1).fill(32));

test('lists what Git would have, with cdk.out and without the work of others', () => {
  const { paths, passedOver } = walk([root]);
  expect(paths).toEqual(
    ['.gitignore', 'a.js', 'binary.js', 'cdk.out/app.template.json', 'huge.json', 'latin.js'].concat([
      'sub/.gitignore',
      'sub/b.js',
      'sub/keep.log',
    ]),
  );
  expect(passedOver).toEqual(['.git', 'node_modules', 'vendor']);
});

test('follows no link, and says which it passed over', () => {
  expect(walk([root]).skipped).toEqual([
    { file: 'broken', why: 'it is a symbolic link that leads nowhere' },
    { file: 'outside', why: 'it is a symbolic link that leads out of the folder' },
  ]);
});

test('the rules of the repository hold for a folder of it, and what is named is read', () => {
  expect(walk([join(root, 'sub')]).paths).toEqual(['.gitignore', 'b.js', 'keep.log']);
  expect(walk([join(root, 'build')]).paths).toEqual(['out.js']);
  expect(walk([join(root, 'sub/secret.js'), join(root, 'a.js')]).paths).toEqual(['a.js', 'sub/secret.js']);
});

test('a path that does not exist is an error', () => {
  expect(() => walk([join(root, 'nope')])).toThrow(/nope does not exist; give a file or a folder to check/);
});

test.each([
  ['a.js', { text: 'x' }],
  ['binary.js', { why: 'it is not text' }],
  ['latin.js', { why: 'it is not UTF-8' }],
  ['huge.json', { why: expect.stringMatching(/10 MB.*are not read/) }],
])('%s is read, or why not is said', (path, expected) => {
  expect(readText(root, path)).toEqual(expected);
});
