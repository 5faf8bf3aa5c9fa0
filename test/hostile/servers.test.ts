import { expect, test } from 'vitest';
import { HOSTILE_SERVERS, type HostileServer } from '../../bench/hostile/behaviours.ts';
import { attackServers } from '../../bench/hostile/servers.ts';

/** One of each kind; `npm run bench -- hostile` takes all. */
const SHARE: ReadonlySet<string> = new Set([
  'closes without an answer',
  'resets within the body',
  'drips its body',
  'drips header lines',
  'floods headers',
  'floods interim responses',
  'floods a chunk extension',
  'floods small chunks',
  'floods NULs',
  'sends length and chunks',
  'sends a body after a 204',
  'floods garbage into a TLS handshake',
  'answers, then floods what nobody asked for',
]);

test('hostile servers make neither probe nor verify hang, crash, or say what is not so', async () => {
  const share = HOSTILE_SERVERS.filter(({ name }) => SHARE.has(name));
  expect(share).toHaveLength(SHARE.size);
  expect(await attackServers(share)).toEqual({ tried: 2 * SHARE.size, survived: 2 * SHARE.size, wrong: [] });
});

test('there are many of them, each with a name of its own', () => {
  expect(new Set(HOSTILE_SERVERS.map(({ name }) => name)).size).toBe(HOSTILE_SERVERS.length);
  expect(HOSTILE_SERVERS.length).toBeGreaterThanOrEqual(28);
});

test('what is told as something else, or counted and never sent, is noticed', async () => {
  const answer: HostileServer['answer'] = (socket) =>
    void socket.write('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
  const honest: HostileServer = { name: 'answers well', answer, probe: ['closed'], seconds: 15 };
  const { tried, survived, wrong } = await attackServers([honest]);
  expect({ tried, survived }).toEqual({ tried: 2, survived: 0 });
  expect(wrong.join('\n')).toMatch(/probe: answers well: told as measured, expected closed/);
  expect(wrong.join('\n')).toMatch(/verify: answers well: counts 204/);
});
