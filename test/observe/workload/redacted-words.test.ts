import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SERVER_VARIABLES } from '../../../lambda/model/server-variables.ts';
import { redactedVariables, redactedWords } from '../../../lambda/observe/redact.ts';

describe('the words of a command', () => {
  test.each([
    [
      'a server and its flags',
      ['gunicorn', 'shop:app', '-k', 'uvicorn.workers.UvicornWorker', '--keep-alive', '75'],
    ],
    ['a server in a shell', ['sh', '-c', 'exec uvicorn app.main:app --host 0.0.0.0 --timeout-keep-alive 75']],
    ['nginx', ['nginx', '-g', 'daemon off; keepalive_timeout 75s;']],
    ['properties of Java', ['java', '-Dserver.tomcat.keep-alive-timeout=75s', '-jar', '/app/shop.jar']],
    ['options of .NET', ['dotnet', 'Shop.dll', '--Kestrel:Limits:KeepAliveTimeout=00:01:15']],
    [
      'variables and defaults',
      ['sh', '-c', `exec gunicorn shop:app -b :$\{PORT:-8000} --keep-alive $KEEP_ALIVE`],
    ],
    ['a health check', ['CMD-SHELL', 'curl -f http://localhost:8080/health || exit 1']],
  ])('are as they were: %s', (_, words) => {
    expect(redactedWords(words)).toEqual(words);
  });

  test.each([
    [
      'before a server in a shell',
      ['sh', '-c', 'SECRET_KEY=hunter2 exec gunicorn --keep-alive 75 shop:app'],
      5,
    ],
    ['before a flag of a server', ['uvicorn', '--use-session', '--timeout-keep-alive', '75'], 4],
  ])('hide no word of a server: %s', (_, words, count) => {
    const kept = redactedWords(words).join(' ').split(' ');
    expect(kept.slice(-count)).toEqual(words.join(' ').split(' ').slice(-count));
  });

  test.each([
    ['after a flag', ['shop', '--password', 'hunter2']],
    ['with spaces after a flag', ['shop', '--token', 'hunter2 and hunter2']],
    ['with spaces in a pair', ['env', 'DB_PASSWORD=hunter2 and hunter2', 'shop']],
    ['in a shell', ['sh', '-c', 'export DB_PASSWORD=hunter2; exec shop']],
    ['of curl', ['curl', '-u', 'probe:hunter2', 'http://localhost/']],
    ['in a URL', ['shop', 'postgres://shop:hunter2@db/shop']],
    ['in a query', ['curl', 'http://localhost/health?key=hunter2']],
    ['in a header', ['curl', '-H', 'Authorization: Bearer hunter2']],
    ['in a header of several words', ['curl', '-H', 'Authorization:', 'Bearer', 'hunter2']],
    ['of Redis', ['redis-server', '--requirepass', 'hunter2']],
    ['in a property of Java', ['java', '-Dspring.datasource.password=hunter2', '-jar', 'shop.jar']],
  ])('lose a secret %s', (_, words) => {
    const redacted = redactedWords(words);
    expect(redacted).toHaveLength(words.length);
    expect(redacted.join(' ')).not.toContain('hunter2');
  });

  test('keep their number, and never a value after a name that is secret', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('--password', '-u', 'Bearer', 'DB_PASS', '--keep-alive', 'nginx', ''),
    );
    fc.assert(
      fc.property(fc.array(word), fc.stringMatching(/^zq[a-z]{8}zq$/), (words, secret) => {
        const redacted = redactedWords([...words, '--password', secret]);
        expect(redacted).toHaveLength(words.length + 2);
        expect(redacted.at(-1)).toBe('***');
      }),
    );
  });
});

test('of the environment only variables of servers are read, their values as commands are', () => {
  const variables = [
    ['GUNICORN_CMD_ARGS', '--keep-alive 75 --proxy-password hunter2'],
    ['NODE_VERSION', '22.11.0'],
    ['DB_PASSWORD', 'hunter2'],
    ['SHOP_THEME', 'dark'],
  ] as const;
  expect(redactedVariables(variables, SERVER_VARIABLES)).toEqual({
    GUNICORN_CMD_ARGS: '--keep-alive 75 --proxy-password ***',
    NODE_VERSION: '22.11.0',
  });
});
