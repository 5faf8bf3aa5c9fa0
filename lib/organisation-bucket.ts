import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DefaultStackSynthesizer,
  type DockerImageAssetLocation,
  type FileAssetLocation,
  FileAssetPackaging,
  type FileAssetSource,
  type ISynthesisSession,
  Stack,
  StackSynthesizer,
} from 'aws-cdk-lib';
import { zipOf } from './release/function-zip.ts';

/**
 * Finds its bundles in one bucket, whichever account it deploys into, and wants no bootstrap there. What has to lie in
 * the bucket is written beside the template, zipped and under its key, so that `aws s3 sync` is all it takes: no role
 * of the bootstrap may write to a bucket that is not its own. Keys are content hashes, the template's too.
 */
export class FromSharedBucket extends StackSynthesizer {
  private readonly assets = new Map<string, FileAssetSource>();
  private readonly bucketName: string;
  private writtenTemplateKey: string | null = null;

  constructor(bucketName: string) {
    super();
    this.bucketName = bucketName;
  }

  /**
   * Key of the template in the bucket; another whenever the template is another.
   *
   * @throws Error before the stack was synthesized
   */
  get templateKey(): string {
    if (this.writtenTemplateKey === null)
      throw new Error('the template of the member has no key yet: add its stack before the roll-out');
    return this.writtenTemplateKey;
  }

  override addFileAsset(asset: FileAssetSource): FileAssetLocation {
    const key = `${asset.sourceHash}${asset.packaging === FileAssetPackaging.FILE ? '' : '.zip'}`;
    this.assets.set(key, asset);
    return this.cloudFormationLocationFromFileAsset({ bucketName: this.bucketName, objectKey: key });
  }

  override addDockerImageAsset(): DockerImageAssetLocation {
    throw new Error('a bucket holds no images');
  }

  override synthesize(session: ISynthesisSession): void {
    const { outdir } = session.assembly;
    const template = this.synthesizeTemplate(session);
    this.emitArtifact(session);
    const folder = join(outdir, artifactFolder(this.boundStack));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    this.writtenTemplateKey = `${template.sourceHash}.template.json`;
    cpSync(join(outdir, this.boundStack.templateFile), join(folder, this.writtenTemplateKey));
    for (const [key, { fileName, packaging }] of this.assets) {
      if (fileName === undefined) throw new Error('only files and folders can be put into the bucket');
      const source = join(outdir, fileName);
      if (packaging === FileAssetPackaging.FILE) cpSync(source, join(folder, key));
      else writeFileSync(join(folder, key), zipOf(source));
    }
  }

  // The library's classes leave these undefined where its own interface, under exact optional properties, may not.
  override get bootstrapQualifier(): string {
    return DefaultStackSynthesizer.DEFAULT_QUALIFIER;
  }

  override get lookupRole(): string {
    return '';
  }

  override get cloudFormationExecutionRole(): string {
    return '';
  }
}

/** The folder beside the template that holds what belongs into the bucket. */
export const artifactFolder = (stack: Stack): string => `${Stack.of(stack).artifactId}.bucket`;
