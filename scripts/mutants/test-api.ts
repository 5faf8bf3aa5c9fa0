import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect';

export interface RegisteredTest {
  readonly name: string;
  readonly run: () => unknown;
}

type Body = (...values: readonly unknown[]) => unknown;

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

/** `expect` as Vitest makes it, without its snapshots and polls. */
const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  Reflect.get(globalThis, ASYMMETRIC_MATCHERS_OBJECT),
);
setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null }, expect);

/** What a test file imports from Vitest: tests are handed over instead of being run. */
export function testApi(register: (test: RegisteredTest) => void) {
  const groups: string[] = [];
  const describe = (name: string, ...rest: readonly unknown[]): void => {
    groups.push(name);
    bodyIn(rest)();
    groups.pop();
  };
  const test = (name: string, ...rest: readonly unknown[]): void =>
    register({ name: [...groups, name].join(' > '), run: bodyIn(rest) });
  const both = (one: typeof test) =>
    Object.assign(one, {
      each:
        (rows: readonly unknown[]) =>
        (name: string, ...rest: readonly unknown[]): void => {
          const body = bodyIn(rest);
          for (const row of rows) {
            const values: readonly unknown[] = Array.isArray(row) ? row : [row];
            one(`${name} [${rows.indexOf(row)}]`, () => body(...values));
          }
        },
    });
  return { describe: both(describe), test: both(test), it: both(test), expect };
}

function bodyIn(words: readonly unknown[]): Body {
  const body = words.find((word): word is Body => typeof word === 'function');
  if (!body) throw new Error('a test without a body');
  return body;
}
