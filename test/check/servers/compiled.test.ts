import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationSeconds } from '../../../check/read/servers/go-syntax.ts';
import { type Files, factsOf, summaries } from './reading.ts';

const main = (body: string): string => `package main\n\nimport (\n\t"net/http"\n\t"time"\n)\n\n${body}\n`;

describe('a server of Go keeps idle connections', () => {
  test.each<readonly [string, string, string]>([
    [
      'by IdleTimeout',
      'var s = &http.Server{\n\tAddr: ":80",\n\tIdleTimeout: 90 * time.Second,\n}',
      'go 90 set main.go:10',
    ],
    [
      'by ReadTimeout, where that is all',
      'var s = http.Server{ReadTimeout: 10 * time.Second}',
      'go 10 set main.go:8',
    ],
    [
      'by ReadTimeout, where IdleTimeout is zero',
      'var s = http.Server{\n\tIdleTimeout: 0,\n\tReadTimeout: 10 * time.Second,\n}',
      'go 10 set main.go:10',
    ],
    ['for ever, where nothing is set', 'var s = http.Server{Handler: mux}', 'go never main.go:8'],
    [
      'for ever, where IdleTimeout is negative',
      'var s = http.Server{IdleTimeout: -1, ReadTimeout: time.Second}',
      'go never main.go:8',
    ],
    [
      'for ever without a server of its own',
      'func main() {\n\thttp.ListenAndServe(":80", mux)\n}',
      'go never main.go:9',
    ],
    [
      'by what is assigned later',
      'func main() {\n\ts := &http.Server{ReadTimeout: time.Second}\n\ts.IdleTimeout = 2 * time.Minute\n}',
      'go 120 set main.go:10',
    ],
    [
      'by a constant',
      'const idle = 75 * time.Second\n\nvar s = http.Server{IdleTimeout: idle}',
      'go 75 set main.go:10',
    ],
    ['not known, where it must run', 'var s = http.Server{IdleTimeout: config.Idle}', 'go unknown main.go:8'],
    [
      'whatever a comment, a text or a pool of connections says',
      'var text = "http.Server{IdleTimeout: 1}" // http.Server{IdleTimeout: 2}\nvar pool = redis.Pool{IdleTimeout: 240 * time.Second}\nvar s = http.Server{Handler: f(func() { x{IdleTimeout: 3} }), IdleTimeout: 90 * time.Second}',
      'go 90 set main.go:10',
    ],
  ])('%s', (_name, body, expected) => {
    expect(summaries({ 'main.go': main(body) })).toEqual([expected]);
  });

  test('and a constant of another file of its package counts', () => {
    const files = {
      'main.go': main('var s = http.Server{IdleTimeout: idle}'),
      'limits.go': 'package main\n\nvar idle time.Duration = 66 * time.Second\n',
    };
    expect(summaries(files)).toEqual(['go 66 set main.go:8']);
  });

  test.each([
    'var metricsServer = http.Server{ReadTimeout: time.Second}',
    'func main() { http.ListenAndServe("localhost:6060", nil) }',
    'var s = http.Server{Addr: "127.0.0.1:8080", ReadTimeout: time.Second}',
  ])('one that no load balancer reaches is none: %s', (body) => {
    expect(summaries({ 'main.go': main(body) })).toEqual([]);
  });

  test('that of a framework is said to be not read', () => {
    expect(factsOf({ 'main.go': main('var r = gin.Default()') }).unread).toHaveLength(1);
    const both = main('var r = gin.Default()\nvar s = http.Server{Handler: r}');
    expect(factsOf({ 'main.go': both }).unread).toEqual([]);
  });

  test('any text is read to its end', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            '{',
            '}',
            '(',
            ')',
            '"',
            '`',
            '/',
            '*',
            '\n',
            ',',
            'http.Server{',
            'IdleTimeout:',
            '1',
            'time.Second',
            ' = ',
          ),
        }),
        (text) => {
          expect(factsOf({ 'main.go': `http.Server{${text}` }).servers.length).toBeLessThan(400);
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ['time.Minute', 60],
    ['time.Second * 65', 65],
    ['time.Duration(5+70) * time.Second', 75],
    ['2*time.Minute - 30*time.Second', 90],
    ['1_500 * time.Millisecond', 1.5],
    ['90e9', 90e9],
    ['getIdle()', null],
    ['time.Duration(n) * time.Second', null],
  ])('a duration: %s', (expression, expected) => {
    expect(durationSeconds(expression, () => null)).toBe(expected);
  });
});

describe('Kestrel keeps idle connections', () => {
  const project = { 'shop/shop.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">\n</Project>\n' };
  test.each<readonly [string, Files, string]>([
    ['by default', project, 'kestrel 130 default shop/shop.csproj:1'],
    [
      'by code',
      {
        ...project,
        'shop/Program.cs':
          'builder.WebHost.ConfigureKestrel(options =>\n{\n    options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);\n});\n',
      },
      'kestrel 120 set shop/Program.cs:3',
    ],
    [
      'by appsettings.json',
      {
        ...project,
        'shop/appsettings.json':
          '{\n  "Kestrel": {\n    "Limits": {\n      "KeepAliveTimeout": "00:01:05"\n    }\n  }\n}\n',
      },
      'kestrel 65 set shop/appsettings.json:4',
    ],
    [
      'not known, where it must run',
      { ...project, 'shop/Program.cs': 'options.Limits.KeepAliveTimeout = settings.Idle;\n' },
      'kestrel unknown shop/Program.cs:1',
    ],
  ])('%s', (_name, files, expected) => {
    expect(summaries(files)).toEqual([expected]);
  });

  test('a project that serves nothing is none', () => {
    expect(summaries({ 'a.csproj': '<Project Sdk="Microsoft.NET.Sdk">\n</Project>\n' })).toEqual([]);
  });
});
