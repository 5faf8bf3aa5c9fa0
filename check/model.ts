/** Where something is written: the path from the folder that is checked, with `/`; the line, from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/**
 * What a file says of a setting. `default` where the file leaves it out: then `place` is where it would be written.
 * `unknown` where it is set to something that cannot be read offline: a parameter, a variable, a call.
 */
export type Setting<T> =
  | {
      readonly state: 'set' | 'default';
      readonly value: T;
      readonly place: Place;
      /** As it is written, word for word, without what could be a secret; empty where the file leaves it out. */
      readonly written: string;
      /** What must hold for the value, in words: `the parameter IdleTimeout keeps its default`. */
      readonly assuming?: string;
      /** The environment variable that takes its place where it is set: `process.env.KEEP_ALIVE ?? 65000`. */
      readonly variable?: string;
    }
  | { readonly state: 'unknown'; readonly place: Place; readonly why: string };

/** What the file is, in words for people: `CloudFormation template`, `Kubernetes manifest`. */
export type Format =
  | 'CloudFormation'
  | 'CDK'
  | 'Terraform plan'
  | 'Terraform'
  | 'Kubernetes'
  | 'ECS task definition'
  | 'Elastic Beanstalk'
  | 'by hand';

/** An Application Load Balancer that the repository defines. */
export interface CheckedLoadBalancer {
  /** Unique among all that was read: `infra/template.yaml#ShopAlb`. */
  readonly id: string;
  /** As a person calls it: the logical id, `aws_lb.shop`, `Ingress shop/web`. */
  readonly name: string;
  readonly format: Format;
  readonly place: Place;
  readonly idleTimeoutSeconds: Setting<number>;
  /** How the format spells the idle timeout, with `%s` for the seconds: `idle_timeout = %s`. */
  readonly idleTimeoutAs: string;
}

/** A target group that the repository defines. */
export interface CheckedTargetGroup {
  readonly id: string;
  readonly name: string;
  readonly format: Format;
  readonly place: Place;
  /** Lambda functions have no connections that are reused. */
  readonly targetType: 'instance' | 'ip' | 'lambda';
  readonly port: number | null;
  readonly protocolVersion: 'HTTP1' | 'HTTP2' | 'GRPC';
  readonly deregistrationDelaySeconds: Setting<number>;
  readonly deregistrationDelayAs: string;
  /** Ids of the load balancers whose listeners or rules forward to it, within the same file or stack. */
  readonly loadBalancers: readonly string[];
  /** Why it may have another load balancer than those: `its listener is the parameter ListenerArn`; null where not. */
  readonly elsewhere: string | null;
}

/** What runs behind target groups: containers that start and stop together, or processes of a Procfile. */
export interface CheckedWorkload {
  readonly id: string;
  readonly name: string;
  readonly format: Format | 'Procfile' | 'Dockerfile' | 'docker compose';
  readonly place: Place;
  /** Which container and port each target group sends to; container null where only the port is known. */
  readonly behind: readonly {
    readonly targetGroup: string;
    readonly container: string | null;
    readonly port: number | null;
  }[];
  readonly containers: readonly CheckedContainer[];
  /** Fargate allows 120 s of `stopTimeout` at most; unknown where the launch type cannot be told. */
  readonly launchType: 'fargate' | 'ec2' | 'kubernetes' | 'unknown';
  /** `terminationGracePeriodSeconds` of a pod; null where the format has none. */
  readonly terminationGraceSeconds: Setting<number> | null;
}

/** A container, or a process without one. */
export interface CheckedContainer {
  readonly name: string;
  readonly place: Place;
  /** `nginx:1.27`, `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:3`; null where it cannot be read offline. */
  readonly image: string | null;
  /** The folder of the Dockerfile that it is built from, where the file says so (a CDK asset, compose, a build step). */
  readonly builtFrom: string | null;
  readonly entryPoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  /** Values that cannot be read offline are left out. */
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  /** ECS `stopTimeout`; null where the format has none. */
  readonly stopTimeoutSeconds: Setting<number> | null;
  /** The seconds of a preStop hook's sleep; null where the format has none. */
  readonly preStopSeconds: Setting<number> | null;
}

/** The last stage of a Dockerfile. */
export interface CheckedImage {
  readonly id: string;
  readonly place: Place;
  /** The folder it stands in. */
  readonly folder: string;
  readonly from: string;
  readonly entryPoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  /** Which files of the repository it takes in, as the Dockerfile writes them: `nginx.conf` to `/etc/nginx/nginx.conf`. */
  readonly copies: readonly { readonly from: string; readonly to: string }[];
}

/** A build of an image that a file of a pipeline writes out: `docker build --tag NAME --file DOCKERFILE .`. */
export interface ImageBuild {
  readonly place: Place;
  /** The name that it gives the image. */
  readonly image: string;
  /** The Dockerfile, seen from the folder that is checked. */
  readonly dockerfile: string;
}

/** A server that a configuration file, a source file or a command sets up. */
export interface CheckedServer {
  readonly id: string;
  /** As the tag `alb502:server` would name it: `nginx`, `gunicorn-uvicorn`, `node-express`. */
  readonly server: string;
  /** Where the version is known, from package.json, Gemfile.lock, an image tag. */
  readonly version: string | null;
  readonly place: Place;
  /** The folder whose files are one program with it: the nearest one above with package.json, Dockerfile, Procfile, pom.xml, Gemfile ...; `.` is the root. */
  readonly folder: string;
  readonly keepAliveSeconds: Setting<number>;
  /**
   * What it does with an idle connection where that is no number of seconds: `keepAliveSeconds` is unknown then. It never
   * closes one, or closes after each response and says so (neither races), or does so without a word (that races always).
   */
  readonly idleClose?: 'never' | 'each-response' | 'each-response-unannounced';
  /** How the file spells it, with `%s` for the value in its own unit: `keepalive_timeout %ss;`. Empty where it cannot be set. */
  readonly keepAliveAs: { readonly template: string; readonly unit: 'seconds' | 'milliseconds' };
  /**
   * Where a command starts it and its default holds: what could set it all the same, such as `gunicorn.conf.py` or
   * `its code or framework`. What was read of that, in the same folder, goes before this.
   */
  readonly unless?: string;
  /** The configuration file that the command names, as it writes it: `/srv/gunicorn_config.py` of `gunicorn -c`. */
  readonly configuration?: string;
  /** Requests after which it closes a connection; null for no limit. */
  readonly requestsPerConnection: Setting<number | null> | null;
  /** Node only: a `headersTimeout` below the keep-alive closes first on old versions. */
  readonly headersTimeoutSeconds: Setting<number> | null;
  /** Whether idle connections are closed in good order when it is told to stop; null where it cannot be told. */
  readonly closesIdleOnShutdown: boolean | null;
  /** Ports it listens on, where they can be read. */
  readonly ports: readonly number[];
}

/** Something that was found and could not be read or joined; never passed over in silence. */
export interface Unread {
  readonly place: Place;
  readonly what: string;
  readonly why: string;
}

/** What one file says. Every reader returns this; what it has none of is empty. */
export interface FileFacts {
  readonly loadBalancers: readonly CheckedLoadBalancer[];
  readonly targetGroups: readonly CheckedTargetGroup[];
  readonly workloads: readonly CheckedWorkload[];
  readonly images: readonly CheckedImage[];
  readonly builds: readonly ImageBuild[];
  readonly servers: readonly CheckedServer[];
  readonly unread: readonly Unread[];
}

/** A file of the repository as readers get it. */
export interface SourceFile {
  /** From the folder that is checked, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Reads one kind of file. Pure: no file system, no clock. */
export interface FileReader {
  /** What it reads, in words for people. */
  readonly reads: string;
  /** Whether a file could be its kind, by path alone. */
  readonly takes: (path: string) => boolean;
  /** Facts; null where the text turns out to be something else. A broken file of its kind gives `unread`. */
  readonly read: (file: SourceFile, beside: FilesBeside) => FileFacts | null;
  /** Loads what reading needs, before the first `read`, where a file of its kind was found: a parser in WebAssembly. */
  readonly prepare?: () => Promise<void>;
}

/**
 * Other files of the repository, for readers that need two: a source file and its package.json. What readers make of
 * them they keep by this object: one and the same for all files of a check.
 */
export interface FilesBeside {
  /** The text of a file; null where there is none. */
  readonly text: (path: string) => string | null;
  /** Paths of all files that were found, sorted. */
  readonly paths: readonly string[];
}

/** Facts of a file that has none. */
export const NO_FACTS: FileFacts = {
  loadBalancers: [],
  targetGroups: [],
  workloads: [],
  images: [],
  builds: [],
  servers: [],
  unread: [],
};
