/**
 * For how long targets that were deregistered were seen to get new requests, at most
 * (17 to 19 s, https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2366).
 */
export const REQUESTS_AFTER_DEREGISTRATION_SECONDS = 19;

/** A sleep before SIGTERM that is longer than that, with some room. */
export const PRE_STOP_SECONDS = 25;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html: at most 120 s on Fargate, 30 s unless set. */
export const LONGEST_STOP_ON_FARGATE_SECONDS = 120;
export const DEFAULT_STOP_SECONDS = 30;
