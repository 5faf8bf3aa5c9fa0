/**
 * Keeps what the AWS SDK writes to the console about itself away from the terminal: sockets that wait, requests that take
 * long, versions of Node.js to come. A user can do nothing about it, and a call that failed is told by the command.
 */
export function quietLibraries(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  for (const method of ['warn', 'info', 'debug'] as const) console[method] = () => {};
}
