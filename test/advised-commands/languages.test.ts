import { spawnSync } from 'node:child_process';
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import type { ServerRow } from '../../lambda/advice/server.ts';
import { GUNICORN_SERVERS } from '../../lambda/advice/servers/gunicorn.ts';
import { NODE_SERVERS } from '../../lambda/advice/servers/node.ts';
import { PYTHON_SERVERS } from '../../lambda/advice/servers/python.ts';
import { kindsFor } from './kinds.ts';

/** What is written on a command line is no code. */
const FLAG = /^(?:\S+ )?--/;

/** What rows write into code whose remarks are written so, for a usual time and for a long one. */
function codeOf(
  rows: readonly ServerRow[],
  comment: ServerRow['comment'],
): readonly (readonly [id: string, code: string])[] {
  return rows
    .filter((row) => row.comment === comment)
    .flatMap((row) => {
      const kindOf = kindsFor([row]);
      return [66, 1_980]
        .map((seconds) => [...(row.change?.(seconds) ?? []), ...row.alsoWrite(seconds)])
        .map((lines) =>
          lines.filter((line) => kindOf(line) === 'configuration' && !FLAG.test(line)).join('\n'),
        )
        .filter((code) => code !== '')
        .map((code) => [row.id, code] as const);
    });
}

const faultOfJavaScript = (code: string): string | null => {
  try {
    new Script(code);
    return null;
  } catch (error) {
    return String(error);
  }
};

function faultOfPython(code: string): string | null {
  const { status, stderr } = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
    input: code,
    encoding: 'utf8',
  });
  return status === 0 ? null : (stderr.trim().split('\n').at(-1) ?? '');
}

test('a checker refuses what is no code of its language', () => {
  expect(faultOfJavaScript('set keepAliveTimeout to 66;')).toMatch('SyntaxError');
  expect(faultOfPython('keep alive = 66')).toMatch('SyntaxError');
});

test.each(codeOf(NODE_SERVERS, '//'))('%s: what it is told is JavaScript', (_, code) => {
  expect(faultOfJavaScript(code), code).toBeNull();
});

test.each(codeOf([...PYTHON_SERVERS, ...GUNICORN_SERVERS], '#'))(
  '%s: what it is told is Python',
  (_, code) => {
    expect(faultOfPython(code), code).toBeNull();
  },
);
