import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { SHELLS, ShellUnderAttack } from '../../bench/hostile/shell.ts';
import { chatCommand } from '../../lambda/alert/render/chat-command.ts';
import {
  addTag,
  argument,
  curl,
  describeAttributes,
  modifyAttribute,
  removeTag,
  urlArgument,
} from '../../lambda/diagnose/remedies/command.ts';

const shell = new ShellUnderAttack();
afterAll(() => shell[Symbol.dispose]());

const hostile = fc.oneof(
  fc.constantFrom(
    ...[
      "'; touch pwned; '",
      '$(touch pwned)',
      '`touch pwned`',
      '> pwned',
      'a\ntouch pwned\n',
      '~',
      '=id',
      '',
    ],
    ...['--profile evil', '-rf', 'file:///etc/passwd', 'a,Key=b,Value=c', '"', '\\', '*', 'a  b', '#', '!!'],
    ...['\u001b[2J', '\u202egnp.exe', '\u00a0', '\ud800', 'ünïcödé', '😀', '\u200b', '\u3164', '{a,b}'],
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

/** What the first program of a line was called with, in each shell. */
const callsOf = (line: string): readonly (readonly (readonly string[])[])[] =>
  SHELLS.map((name) => {
    const { calls, harm } = shell.run(line, name);
    expect(harm, line).toEqual([]);
    return calls;
  });

/** What the AWS CLI reads out of `--tags` and `--attributes`, in its short form or as JSON. */
function pairOf(word: string): unknown {
  const short = /^Key=([\w.:/-]+),Value=([\w.:/-]+)$/.exec(word);
  return short ? { Key: short[1], Value: short[2] } : (JSON.parse(word) as unknown[])[0];
}

/** Printable ASCII that no program takes for an option or a file: always shown. */
const isPlain = (text: string): boolean => /^(?!-|(?:fileb?|https?):\/\/)[\x20-\x7e]*$/i.test(text);

const ARN = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188';

describe('a command with hostile values, in real shells,', () => {
  test('starts nothing else, and has each value whole or left out by name', () => {
    fc.assert(
      fc.property(hostile, hostile, (arn, region) => {
        const line = `aws logs tail ${argument('LOG_GROUP', arn)} --region ${argument('REGION', region)}`;
        for (const [call] of callsOf(line)) {
          const [, , , group, , where] = call ?? [];
          expect([arn, 'LOG_GROUP_LEFT_OUT']).toContain(group);
          expect([region, 'REGION_LEFT_OUT']).toContain(where);
          if (isPlain(arn)) expect(group).toBe(arn);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('has keys and values of tags and attributes whole, whatever they are', () => {
    fc.assert(
      fc.property(hostile, hostile, (key, value) => {
        for (const line of [addTag(ARN, key, value), modifyAttribute(ARN, key, value)])
          for (const [call] of callsOf(line))
            expect(pairOf(call?.at(-1) ?? '')).toEqual({ Key: key, Value: value });
      }),
      { numRuns: 40 },
    );
  });

  test('does not read files or take options that a value names', () => {
    for (const value of [
      'file:///etc/passwd',
      'fileb://x',
      'https://evil.example/x',
      '--endpoint-url=x',
      '-x',
    ])
      expect(argument('LOG_GROUP', value)).toBe('LOG_GROUP_LEFT_OUT');
    expect(urlArgument('http://10.0.0.7:8080/a')).toBe('http://10.0.0.7:8080/a');
    expect(urlArgument('-x')).toBe('URL_LEFT_OUT');
  });

  test.each([
    ['a tag to remove', removeTag(ARN, 'alb502:log-group'), 'alb502:log-group'],
    ['attributes', describeAttributes(ARN), ARN],
    ['a path with dots', curl({ url: 'http://h/a/../b', host: null }, 'v', '-o x'), 'http://h/a/../b'],
  ])('of %s is as short as it can be', (_, line, last) => {
    expect(line).not.toContain("'");
    expect(callsOf(line)[0]?.[0]?.at(-1)).toBe(last);
  });
});

describe('a command in a chat', () => {
  test('starts nothing else', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const { line } = chatCommand(`aws logs tail ${argument('LOG_GROUP', value)} --region eu-central-1`);
        if (line === null) return;
        for (const [call] of callsOf(line))
          expect([value, 'LOG_GROUP_LEFT_OUT', 'VALUE_LEFT_OUT']).toContain(call?.[3]);
        expect(line).not.toMatch(/`|[&<>](?=.*')/);
      }),
      { numRuns: 40 },
    );
  });
});
