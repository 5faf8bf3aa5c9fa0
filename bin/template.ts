import type { Command } from 'commander';
import { helpText } from './help-text.ts';
import type { TemplateOptions } from './template-run.ts';

const HELP = `
Writes the CloudFormation templates of this version, its functions as zip files, and SHA256SUMS, and prints the two
commands of the AWS CLI that upload and deploy them: no clone, no CDK, no bootstrap. It calls no AWS API itself.

The settings of alb502.config.json become the defaults of the template's parameters, so that each can still be given
otherwise when the stack is deployed. declaredKeepAlives, declaredAttributes and expectedChangers go into the zip of the
function that reads them. What a template has no room for, such as a fourth mail address, is an error that names it.

Files have the hash of their content in their names, and the same version and configuration give the same bytes. The
template is larger than the 51,200 bytes that CloudFormation takes directly: it is deployed from the bucket, which must
be in the region of the stack.

Examples:
  alb502 template --bucket my-artifacts
  alb502 template --bucket my-artifacts --prefix alb502/ --out build/alb502
  alb502 template --bucket my-artifacts --config staging.config.json
  alb502 template --bucket my-artifacts --json | jq -r '.commands[].command'

Exit: 0 written, 2 usage, a configuration that is not valid or has no room, or a folder that cannot be written.`;

/** Adds the command `template`. */
export function registerTemplate(program: Command): void {
  program
    .command('template')
    .description('write the CloudFormation template and its code, to deploy with the AWS CLI alone')
    .requiredOption('--bucket <name>', 'bucket that the code will lie in, in the region of the stack')
    .option('--prefix <prefix>', 'what the keys in the bucket begin with, for instance alb502/', '')
    .option('--out <folder>', 'folder to write', 'alb502-template')
    .option('--config <file>', 'configuration (default: alb502.config.json, where there is one)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', helpText(HELP))
    .action(async (options: TemplateOptions) => {
      // Schemas and zips are loaded by this command alone.
      const { runTemplate } = await import('./template-run.ts');
      process.exitCode = runTemplate(options);
    });
}
