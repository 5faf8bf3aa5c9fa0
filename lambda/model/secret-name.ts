/** Names of which one word says that the value is secret. */
const WORDS: ReadonlySet<string> = new Set([
  ...[
    'auth',
    'bearer',
    'cred',
    'creds',
    'csrf',
    'cvc',
    'cvv',
    'dsn',
    'jwt',
    'mfa',
    'otp',
    'pass',
    'pat',
    'pin',
  ],
  ...['pw', 'pwd', 'salt', 'sas', 'session', 'sid', 'sig', 'ssn', 'totp', 'xsrf'],
]);

/** What makes any longer name secret, wherever in it it stands: `dbpassword`, `clientsecret`. */
const PARTS =
  /passw|requirepass|masterauth|passkey|passcode|passphrase|secret|token|credential|authoriz|signature|session|cookie|webhook|(?:api|access|account|admin|auth|client|encryption|license|master|private|shared|signing|storage|subscription|user)key|connectionstring/;

/** Values that tell nothing: a count, an exit code, a switch. */
const HARMLESS = /^(?:\d{1,3}|true|false|null|none|nil|undefined|yes|no|on|off|ok|""|'')$/i;

/** The words of a name: `DB_PASS`, `dbPass` and `db-pass` are two. */
const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+|(?<=[a-z])(?=\d)/);

/** Whether the value of a setting, tag, field or parameter of this name is to be kept secret. */
export function isSecretName(name: string): boolean {
  return (
    PARTS.test(name.toLowerCase().replaceAll(/[^a-z\d]/g, '')) ||
    wordsOf(name).some((word) => WORDS.has(word))
  );
}

/** Whether a name and its value together give something away. */
export const isSecretPair = (name: string, value: string): boolean =>
  isSecretName(name) && !HARMLESS.test(value);
