// Reads a cloud assembly (cdk.out): the lab's only input. What `cdk synth` writes and what the app writes when it
// runs with CDK_OUTDIR are the same format, so both are read here.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

/** A file asset on this machine: a folder to be zipped, or one file. */
export interface AssetFile {
  readonly path: string;
  readonly packaging: string;
}

export interface AssemblyStack {
  /** Name that CloudFormation would know the stack by. */
  readonly name: string;
  /** Construct path of the stack, which begins the path of each of its resources. */
  readonly path: string;
  readonly template: Template;
  /** Construct path of each resource by its logical id; the template itself has it only when the CDK's CLI made it. */
  readonly paths: ReadonlyMap<string, string>;
  /** File assets by the object key under which CloudFormation would find them. */
  readonly assets: ReadonlyMap<string, AssetFile>;
}

export interface Assembly {
  readonly dir: string;
  readonly stacks: readonly AssemblyStack[];
}

interface Artifact {
  readonly type: string;
  readonly displayName?: string;
  readonly dependencies?: readonly string[];
  readonly metadata?: ArtifactMetadata;
  readonly additionalMetadataFile?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
    readonly directoryName?: string;
  };
}

/** What the CDK notes by construct path. */
type ArtifactMetadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string; readonly packaging?: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

/** Reads the stacks of an assembly, those inside its stages too. */
export function readAssembly(folder: string): Assembly {
  const dir = resolve(folder);
  return { dir, stacks: readStacks(dir) };
}

function readStacks(dir: string): AssemblyStack[] {
  const manifest = readJson<{ artifacts?: Record<string, Artifact> }>(dir, 'manifest.json');
  const artifacts = manifest.artifacts ?? {};
  return Object.entries(artifacts).flatMap(([id, artifact]): AssemblyStack[] => {
    const { templateFile, stackName, directoryName } = artifact.properties ?? {};
    if (artifact.type === 'cdk:cloud-assembly' && directoryName) return readStacks(join(dir, directoryName));
    if (artifact.type !== 'aws:cloudformation:stack' || !templateFile) return [];
    const manifests = (artifact.dependencies ?? []).flatMap((name) => artifacts[name] ?? []);
    return [
      {
        name: stackName ?? id,
        path: (artifact.displayName ?? id).split(' ')[0] ?? id,
        template: readJson<Template>(dir, templateFile),
        paths: readPaths(dir, artifact),
        assets: readAssets(dir, manifests),
      },
    ];
  });
}

function readPaths(dir: string, { metadata, additionalMetadataFile }: Artifact): Map<string, string> {
  const more = additionalMetadataFile ? readJson<ArtifactMetadata>(dir, additionalMetadataFile) : {};
  const paths = new Map<string, string>();
  for (const [path, notes] of Object.entries({ ...metadata, ...more })) {
    for (const { type, data } of notes) if (type === 'aws:cdk:logicalId') paths.set(String(data), path.slice(1));
  }
  return paths;
}

function readAssets(dir: string, manifests: readonly Artifact[]): Map<string, AssetFile> {
  const assets = new Map<string, AssetFile>();
  for (const { type, properties } of manifests) {
    if (type !== 'cdk:asset-manifest' || !properties?.file) continue;
    for (const { source, destinations } of Object.values(readJson<AssetManifest>(dir, properties.file).files ?? {})) {
      if (source.path === undefined) continue;
      const file = { path: resolve(dir, source.path), packaging: source.packaging ?? 'file' };
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, file);
    }
  }
  return assets;
}

function readJson<T>(dir: string, name: string): T {
  const file = join(dir, name);
  if (!existsSync(file)) {
    throw new Error(`read cloud assembly '${dir}' failed: no file '${name}'; synthesize it with 'npx cdk synth'`);
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new Error(`read cloud assembly '${dir}' failed: '${name}' is not JSON`, { cause: error });
  }
}
