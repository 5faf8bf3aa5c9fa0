import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { workloadServer } from '../../../lambda/advice/workload-server.ts';
import { keepAliveFactsOf } from '../../../lambda/diagnose/keep-alive/keep-alive.ts';
import { bundleWith } from '../../diagnose/bundle.ts';
import { container, running, service } from './services.ts';

/** What a password looks like: letters and digits, and nothing that gives it away. */
const secret = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{9,24}$/).filter((text) => /\d/.test(text));

const START = ['gunicorn', 'shop.wsgi:application', '-k', 'gthread', '--keep-alive', '5'] as const;

/** Where people put secrets into a command line. */
const planted = (word: string): fc.Arbitrary<readonly string[]> =>
  fc.constantFrom<readonly string[]>(
    [...START, '--password', word],
    [...START, `--token=${word}`],
    [...START, '-e', `DB_PASSWORD=${word}`],
    [...START, '--env', `X=${word}`],
    [...START, `-p${word}`],
    [...START, `--statsd-host=${word}`],
    [...START, word],
    [`SECRET=${word}`, ...START],
    ['env', `X=${word}`, ...START],
    ['sh', '-c', `export X=${word} && curl -u a:${word} https://x && exec ${START.join(' ')} --name ${word}`],
    ['sh', '-c', `mysql -p${word} < /init.sql; ${START.join(' ')} --forwarded-allow-ips "${word}"`],
    ['sh', '-c', `psql postgres://u:${word}@db/x && ${START.join(' ')} --config /x?key=${word}`],
    ['chamber', 'exec', word, '--', ...START],
    ['gosu', word, ...START],
  );

describe('what is planted', () => {
  test('in a command never comes out, and what was read does', () => {
    const cases = secret.chain((word) => planted(word).map((command) => ({ word, command })));
    fc.assert(
      fc.property(cases, ({ word, command }) => {
        const found = workloadServer(running(command));
        expect(JSON.stringify(found)).not.toContain(word);
        expect(found).toMatchObject({ server: 'gunicorn', keepAlive: { seconds: 5 } });
        expect(JSON.stringify(found)).toContain('--keep-alive 5');
      }),
    );
  });

  test('in a variable never comes out', () => {
    const names = fc.constantFrom(
      'KEEP_ALIVE_TIMEOUT',
      'GUNICORN_CMD_ARGS',
      'JAVA_OPTS',
      'NODE_VERSION',
      'X',
    );
    const commands = fc.constantFrom(
      ['node', 'server.js'],
      [...START],
      ['sh', '-c', 'java $JAVA_OPTS -Dserver.tomcat.keep-alive-timeout=5s -jar app.jar'],
      null,
    );
    fc.assert(
      fc.property(secret, names, commands, (word, name, command) => {
        expect(JSON.stringify(workloadServer(running(command, { [name]: word })))).not.toContain(word);
        expect(JSON.stringify(workloadServer(running(command, { [name]: `--x ${word}` })))).not.toContain(
          word,
        );
      }),
    );
  });
});

const words = fc.array(
  fc.oneof(
    fc.string(),
    fc.constantFrom(
      'sh',
      '-c',
      'exec',
      'node',
      'gunicorn',
      '--keep-alive',
      '-k',
      '--',
      'java',
      '-jar',
      '$X',
      '&&',
    ),
  ),
  { maxLength: 12 },
);
const script = fc.array(
  fc.constantFrom(
    "'",
    '"',
    '\\',
    '$',
    '${',
    '}',
    '$(',
    ')',
    '`',
    '\n',
    '&',
    ' ',
    'a=b',
    'node x.js',
    '>',
    '#',
  ),
  { maxLength: 30 },
);

describe('whatever is written', () => {
  test('is read to an end, and a time is a time', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          words,
          script.map((parts) => ['sh', '-c', parts.join('')]),
        ),
        (command) => {
          const found = workloadServer(running(command));
          if (found.state === 'unknown') {
            expect(found.why).not.toBe('');
            return;
          }
          if (found.keepAlive.state === 'set') {
            expect(found.keepAlive.seconds).toBeGreaterThan(0);
            expect(found.keepAlive.seconds).toBeLessThanOrEqual(86_400);
          }
          expect(found.where.length).toBeLessThan(500);
          expect(found.where).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        },
      ),
    );
  });

  test('a container without the port changes nothing', () => {
    fc.assert(
      fc.property(words, words, (command, other) => {
        const web = container({ command });
        const sidecar = container({ name: 'sidecar', command: other, servesTargetGroup: false });
        const [alone, beside] = [service(web), service(web, sidecar)].map(workloadServer);
        expect(beside?.state).toBe(alone?.state);
        if (alone?.state === 'named')
          expect(beside).toMatchObject({ server: alone.server, keepAlive: alone.keepAlive });
      }),
    );
  });

  test('the number that is set is the number that is known, however the flag is written', () => {
    const flag = fc.integer({ min: 1, max: 4000 }).chain((seconds) =>
      fc
        .constantFrom(['--timeout-keep-alive', `${seconds}`], [`--timeout-keep-alive=${seconds}`])
        .chain((written) =>
          fc.constantFrom(
            ['uvicorn', 'main:app', ...written],
            ['uvicorn', ...written, 'main:app'],
            ['sh', '-c', `exec uvicorn main:app ${written.join(' ')}`],
            ['sh', '-c', `X=1 uvicorn "main:app" ${written.map((word) => `'${word}'`).join(' ')} && true`],
            ['tini', '--', 'poetry', 'run', 'python', '-m', 'uvicorn', ...written, 'main:app'],
          ),
        )
        .map((command) => ({ seconds, command })),
    );
    fc.assert(
      fc.property(flag, ({ seconds, command }) => {
        const bundle = bundleWith((one) => ({
          ...one,
          targetGroups: one.targetGroups.map((group) => ({
            ...group,
            workload: { ecsService: running(command) },
          })),
        }));
        const [group] = bundle.targetGroups;
        const [best] = group ? keepAliveFactsOf(bundle, group) : [];
        expect(best).toMatchObject({ seconds, source: 'configuration' });
      }),
    );
  });
});
