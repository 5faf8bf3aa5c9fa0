import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { pictureOf } from '../../scripts/terminal-picture.ts';
import { alb502 } from '../bin/cli.ts';

const README = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

const bill = z.object({ bill: z.object({ usd: z.number(), usdPerLoadBalancer: z.number() }) });

test.each([3, 30, 300])('the cost of %d load balancers is what alb502 cost says', async (count) => {
  const { stdout } = await alb502(['cost', '--load-balancers', String(count), '--json']);
  const { usd, usdPerLoadBalancer } = bill.parse(JSON.parse(stdout)).bill;
  expect(README).toContain(`| ${count} | ${usd.toFixed(2)} | ${usdPerLoadBalancer.toFixed(2)} |`);
});

test('every command is in the table of what it needs', async () => {
  const { stdout } = await alb502(['--help']);
  const names = [...stdout.matchAll(/^ {2}([a-z-]+)(?: \[| {2})/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(10);
  const table = README.slice(README.indexOf('| needs the clone'), README.indexOf('## See it'));
  for (const name of names.filter((one) => one !== 'help')) expect(table).toContain(`\`${name}`);
});

test('a picture of a terminal keeps the text and its colours, and nothing that acts in a document', () => {
  const picture = pictureOf('alb502 scan', '\u001b[33mWARNING\u001b[39m <b> "a" & \u001b[1mbold\u001b[22m\n');
  expect(picture).toContain(
    '<tspan fill="#ffd43b">WARNING</tspan> &lt;b&gt; &quot;a&quot; &amp; <tspan font-weight="bold">bold</tspan>',
  );
  expect(picture).not.toContain('\u001b');
});
