import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { paragraphText } from '../../bin/lab-paragraph.ts';
import { mailText, sceneText } from '../../lab/tour-text.ts';

const widest = (text: string): number =>
  Math.max(
    ...stripVTControlCharacters(text)
      .split('\n')
      .map((line) => line.length),
  );

const PROSE =
  'two servers with server.keepAliveTimeout = 66 s take over, the old ones are drained and stopped';

test.each([40, 60, 80, 100])('a paragraph of the tour fits %d columns', (columns) => {
  const text = paragraphText({ head: 'RESOLVED', text: PROSE }, columns);
  expect(widest(text)).toBeLessThanOrEqual(columns);
  expect(text.replaceAll(/\s+/g, ' ')).toBe(`RESOLVED ${PROSE} `);
});

test('commands and lines of configuration are not broken', () => {
  const command = `   aws elbv2 describe-target-health --region eu-central-1 --target-group-arn ${'a'.repeat(60)}`;
  for (const columns of [40, 80])
    expect(paragraphText({ head: 'ALERT', text: `Do this:\n${command}` }, columns)).toContain(command);
});

test('the scene says what is real, what is simulated, and how the clock runs, once', () => {
  const text = sceneText({ title: 'a server', scale: 5 }, ['one server'], 20);
  for (const part of ['Real: ', 'Simulated: the load balancer', '20 nodes', '5 times as fast'])
    expect(text.split(part)).toHaveLength(2);
  expect(sceneText({ title: 'a server', scale: 1 }, [], 2)).toContain('Its clock is yours.');
});

test('a mail is cut after the lines that decide, unless the whole was asked for', () => {
  const text = Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n');
  const delivered = { text, event: 'firing' } as const;
  expect(mailText(delivered, true)).toBe(text);
  expect(mailText(delivered, false)).toMatch(
    /^line 0\n[\s\S]*\n\.\.\. and 21 more lines; --full prints them/,
  );
});
