import { describe, expect, test } from 'vitest';
import { InputError } from '../../lambda/model/failure.ts';
import { endpointName, parseEndpoint, parsePath } from '../../lambda/probe/endpoint.ts';

describe('a target is read', () => {
  test.each([
    ['10.0.0.7:8080', '10.0.0.7', 8080, false, '/', '10.0.0.7:8080'],
    ['localhost:3000/health?x=1', 'localhost', 3000, false, '/health?x=1', 'localhost:3000'],
    ['http://example.com', 'example.com', 80, false, '/', 'example.com:80'],
    ['https://example.com', 'example.com', 443, true, '/', 'example.com:443'],
    ['HTTPS://Example.COM:8443/A', 'example.com', 8443, true, '/A', 'example.com:8443'],
    ['[::1]:80', '::1', 80, false, '/', '[::1]:80'],
    ['[::1]:443', '::1', 443, false, '/', '[::1]:443'],
    ['https://[2001:db8::7]/x', '2001:db8::7', 443, true, '/x', '[2001:db8::7]:443'],
    ['http://a/b#c', 'a', 80, false, '/b', 'a:80'],
  ])('%s', (argument, host, port, tls, path, name) => {
    const endpoint = parseEndpoint(argument);
    expect(endpoint).toEqual({ host, port, tls, path });
    expect(endpointName(endpoint)).toBe(name);
  });

  test('and the path that is asked for replaces its own', () => {
    expect(parseEndpoint('http://a/b?c', '/d').path).toBe('/d');
  });
});

test.each([
  '',
  'localhost',
  'localhost:',
  'localhost:port',
  'localhost:0',
  'localhost:65536',
  ':8080',
  'http://',
  'http://:80',
  '::1:80',
  'http://::1/',
  '[::1]',
  '[::1:80',
  '[zz]:80',
  'ftp://a:21',
  'ws://a:80',
  'unix:///run/x.sock',
  'http://user:secret@a/',
  'a b:80',
  'a\\b:80',
  'http://exa mple/',
])('%j is refused in one line that names it', (argument) => {
  const refuse = () => parseEndpoint(argument);
  expect(refuse).toThrow(InputError);
  expect(refuse).toThrow(JSON.stringify(argument));
  expect(refuse).not.toThrow(/\n/);
});

test.each(['', 'health', '/a b', '/a\r\nX: y', '/a#b', '/ä'])('the path %j is refused', (path) => {
  expect(() => parsePath(path)).toThrow(InputError);
});
