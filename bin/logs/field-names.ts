import { InvalidArgumentError } from 'commander';
import { isLogFieldName } from '../../lambda/access-log/reading/format/field-name.ts';

/** Reads the names of fields, as AWS has them, between commas. */
export function fieldNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !isLogFieldName(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(
      `${JSON.stringify(unknown)} is no field of an access log; give the delivery's record fields in their order, such as time,elb,client_port,target_port,elb_status_code,target_status_code`,
    );
  return names;
}
