/** An image in a private registry of Amazon ECR. */
export interface EcrImage {
  readonly registryId: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly imageId: { readonly imageTag: string } | { readonly imageDigest: string };
}

/** `ACCOUNT.dkr.ecr.REGION.amazonaws.com` and its dual-stack form (https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html). */
const IMAGE =
  /^(\d{12})\.dkr(?:\.ecr|-ecr)(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)\/([a-z0-9._/-]+?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** Parses an image as a task definition names it; null where it is in any other registry. */
export function ecrImageOf(image: string): EcrImage | null {
  const match = IMAGE.exec(image.trim());
  if (!match) return null;
  const [, registryId = '', region = '', repositoryName = '', imageTag = 'latest', imageDigest] = match;
  return {
    registryId,
    region,
    repositoryName,
    imageId: imageDigest === undefined ? { imageTag } : { imageDigest },
  };
}
