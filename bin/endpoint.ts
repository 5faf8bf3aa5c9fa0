import { InputError } from '../lambda/model/failure.ts';
import type { ClientOptions } from '../lambda/observe/clients.ts';

/**
 * Where AWS calls go: the option, else `AWS_ENDPOINT_URL`, else AWS itself.
 *
 * @throws InputError for something that is no URL
 */
export function endpointOptions(endpointUrl: string | undefined): ClientOptions {
  const endpoint = endpointUrl ?? process.env['AWS_ENDPOINT_URL'];
  if (endpoint === undefined || endpoint === '') return {};
  if (!/^https?:\/\/[^\s/]+/.test(endpoint) || !URL.canParse(endpoint)) {
    throw new InputError(`the endpoint "${endpoint}" is not a URL; give one such as http://127.0.0.1:5000`);
  }
  return { endpoint };
}
