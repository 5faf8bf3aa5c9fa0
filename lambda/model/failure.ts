/**
 * Something the user gave that cannot be used: an argument, a file, a setting, a tag.
 * The message names it, says what was expected and what to do. The CLI prints it as one line and exits with 2.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/**
 * AWS or the network failed: credentials, permissions, endpoint, throttling.
 * The message says which call and what to do. The CLI prints it as one line and exits with 3.
 */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
}

/** AWS says that these credentials may not: the policy, or one above it such as a service control policy. */
export class DeniedError extends RemoteError {}
