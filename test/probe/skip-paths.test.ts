import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseProbeSkipPaths, tagProblems } from '../../lambda/diagnose/bundle/tags.ts';
import { DEFAULT_SKIP_WORDS, reasonToSkipPath } from '../../lambda/probe/skip-paths.ts';
import { bundleWith } from '../diagnose/bundle.ts';

const WORDS = { paths: [], words: DEFAULT_SKIP_WORDS };

describe('a path is not asked where its name looks as if it changed something', () => {
  test.each([
    ...[
      '/logout',
      '/users/7/delete',
      '/deleteUser',
      '/user/DeleteAll',
      '/cart/remove-item',
      '/cart/remove_item',
    ],
    ...[
      '/LogOut',
      '/log-out',
      '/sign_out',
      '/jobs/start',
      '/unsubscribe/abc',
      '/%64elete/7',
      '/api/v1/orders.cancel',
    ],
    ...['/orders/7;cancel', '/a/../pay'],
  ])('%s', (path) => {
    expect(reasonToSkipPath(path, WORDS)).toMatch(/^its name says that it may change something: [a-z]+$/);
  });

  test.each([
    ...[
      '/',
      '/report',
      '/order',
      '/orders/7',
      '/payments',
      '/startup',
      '/updates',
      '/blocked',
      '/%',
      '/%zz/x',
    ],
    ...['/health', '/api/v1/additional', '/runner', '/dropdown.js', '/closest'],
  ])('%s is asked', (path) => {
    expect(reasonToSkipPath(path, WORDS)).toBeNull();
  });

  test('by the words of the settings, in place of our own', () => {
    const rules = { paths: [], words: ['Generate'] };
    expect(reasonToSkipPath('/reports/generate', rules)).toMatch(/generate/i);
    expect(reasonToSkipPath('/logout', rules)).toBeNull();
  });

  test('and the document lists the words', () => {
    const listed = readFileSync('docs/probe.md', 'utf8').replaceAll('\n', ' ');
    expect(listed).toContain(DEFAULT_SKIP_WORDS.join(', '));
  });
});

describe('the tag alb502:probe-skip-paths', () => {
  const skips = (value: string, path: string) =>
    reasonToSkipPath(path, { paths: parseProbeSkipPaths(value), words: [] }) !== null;

  test.each([
    ['/admin', '/admin', true],
    ['/admin', '/admin/users', true],
    ['/admin/', '/admin', true],
    ['/admin', '/Admin', true],
    ['/admin', '//admin/./x', true],
    ['/admin', '/x/../admin', true],
    ['/admin', '/%61dmin', true],
    ['/admin', '/admin;v=1/x', true],
    ['/admin', '/administrator', false],
    ['/admin', '/', false],
    ['/jobs /admin', '/admin/x', true],
    ['/', '/anything', true],
    ['admin', '/anything', true],
    ['', '/anything', true],
  ])('%j keeps %s from being asked: %s', (value, path, skipped) => {
    expect(skips(value, path)).toBe(skipped);
  });

  test.each(['admin', '', '/a,/b', '/admin*', '/a?b', '/a admin', 'true'])(
    '%j is malformed, and reported',
    (value) => {
      const bundle = bundleWith();
      const [group] = bundle.targetGroups;
      if (!group) throw new Error('no group');
      const tagged = { ...group, tags: { 'alb502:probe-skip-paths': value } };
      const problems = tagProblems({ ...bundle, targetGroups: [tagged] });
      expect(problems).toMatchObject([{ tag: 'alb502:probe-skip-paths', value }]);
    },
  );

  test('whatever the path, what the tag names is never asked', () => {
    const segment = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 3 }), fc.array(segment), (named, below) => {
        expect(skips(`/${named.join('/')}`, `/${[...named, ...below].join('/')}`)).toBe(true);
      }),
    );
  });
});
