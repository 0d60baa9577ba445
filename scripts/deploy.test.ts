import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from 'cardea';
import { readServerConfig } from '@cardea/server/config';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const ROOT = join(import.meta.dirname, '..');
const MANIFESTS = ['tables.yaml', 'deployment.yaml', 'service.yaml'] as const;

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly securityContext: object;
  readonly resources: { readonly requests: object; readonly limits: object };
  readonly env: readonly { readonly name: string }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly readinessProbe?: { readonly httpGet: { readonly path: string } };
  readonly livenessProbe?: { readonly httpGet: { readonly path: string } };
}

interface Pod {
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: object;
  readonly containers: readonly Container[];
  readonly volumes?: readonly { readonly name: string }[];
}

interface Manifest {
  readonly kind: string;
  readonly spec: {
    readonly template?: { readonly metadata: { readonly labels: object }; readonly spec: Pod };
    readonly selector?: { readonly matchLabels?: object } & object;
  };
}

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly read_only?: boolean;
        readonly image?: string;
        readonly secrets?: readonly { readonly source: string }[];
        readonly configs?: readonly { readonly source: string; readonly target: string }[];
        readonly depends_on?: object;
        readonly environment?: Readonly<Record<string, string>>;
        readonly stop_grace_period?: string;
      }
    >
  >;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
  readonly secrets: object;
}

function text(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

const manifests = MANIFESTS.flatMap((name) =>
  parseAllDocuments(text(`deploy/kubernetes/${name}`)).map((document) => document.toJS() as Manifest),
);
const compose = parse(text('deploy/compose.yaml'), { merge: true }) as Compose;
const config = readServerConfig({
  file: { value: parse(text('deploy/kubernetes/cardea.yaml')) as Json, positionOf: () => ({}), folder: '/etc' },
  env: { CARDEA_STORE: 'postgres://cardea:secret@postgres:5432/cardea' },
  cwd: '/data',
});

describe('what is deployed', () => {
  it('has a configuration that the server takes, and asks callers who they are', () => {
    expect(config).toMatchObject({ listen: { host: '0.0.0.0', port: 8080 }, administration: { enabled: true } });
    expect(config.authentication.apiKeys).toBe('/run/secrets/keys.json');
  });

  it('has YAML without errors, in every file', () => {
    const files = globSync('deploy/**/*.{yaml,kubeconfig}', { cwd: ROOT });
    expect(files.length).toBeGreaterThan(7);
    const wrong = files.filter((file) => parseAllDocuments(text(file)).some(({ errors }) => errors.length > 0));
    expect(wrong).toEqual([]);
  });

  it('waits for the server to drain before it is killed', () => {
    const { drainMs, timeoutMs } = config.shutdown;
    const graces = [
      ...manifests.flatMap(({ spec }) => spec.template?.spec.terminationGracePeriodSeconds ?? []),
      ...['first', 'second'].map((name) => Number.parseInt(compose.services[name]?.stop_grace_period ?? '', 10)),
    ];
    expect(graces.every((seconds) => seconds * 1000 > drainMs + timeoutMs)).toBe(true);
    expect(graces).toHaveLength(3);
  });
});

describe('the image', () => {
  const dockerfile = text('Dockerfile');

  it('copies what is there', () => {
    const copied = [...dockerfile.matchAll(/^COPY ((?:(?!--).)+) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('has the sources of every package that the command needs', () => {
    const { dependencies } = JSON.parse(text('packages/cli/package.json')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    const own = Object.keys(dependencies).filter((name) => name.startsWith('@cardea/'));
    for (const name of ['cardea', 'cli', 'server', ...own.map((each) => each.replace('@cardea/', ''))])
      expect(dockerfile).toContain(`COPY --from=build /src/packages/${name}/dist packages/${name}/dist`);
  });

  it('does not run as root, and asks for readiness', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER 1000:1000$/m);
    expect(last).toContain('/health/ready');
    expect(last).not.toMatch(/^RUN /m);
  });
});

describe('the manifests of Kubernetes', () => {
  const pods = manifests.flatMap(({ spec }) => spec.template ?? []);

  it('are named by the kustomization', () => {
    const { resources } = parse(text('deploy/kubernetes/kustomization.yaml')) as { readonly resources: unknown };
    expect(resources).toEqual(MANIFESTS);
  });

  it('give a container nothing that it does not need', () => {
    expect(pods.length).toBe(2);
    for (const { spec } of pods) {
      expect(spec).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } });
      for (const { securityContext, resources } of spec.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(resources).toMatchObject({
          requests: { memory: expect.any(String) },
          limits: { memory: expect.any(String) },
        });
      }
    }
  });

  it('mount volumes that there are, and select the pods that there are', () => {
    for (const { spec } of pods)
      for (const { volumeMounts = [] } of spec.containers)
        for (const { name } of volumeMounts) expect(spec.volumes?.map((volume) => volume.name)).toContain(name);
    const deployment = manifests.find(({ kind }) => kind === 'Deployment') as Manifest;
    const { labels } = deployment.spec.template?.metadata ?? { labels: {} };
    expect(deployment.spec.selector?.matchLabels).toEqual(labels);
    expect(manifests.find(({ kind }) => kind === 'Service')?.spec.selector).toEqual(labels);
    expect(manifests.find(({ kind }) => kind === 'PodDisruptionBudget')?.spec.selector?.matchLabels).toEqual(labels);
  });

  it('restart a server that is not there, and not one whose store is not there', () => {
    const [server] = manifests.find(({ kind }) => kind === 'Deployment')?.spec.template?.spec.containers ?? [];
    expect(server?.livenessProbe?.httpGet.path).toBe('/health/live');
    expect(server?.readinessProbe?.httpGet.path).toBe('/health/ready');
  });
});

describe('the compose file', () => {
  it('has two decision points over one store, and secrets and files that it names', () => {
    const { first, second, tables } = compose.services;
    expect(first?.environment).toEqual(second?.environment);
    for (const service of [first, second, tables]) {
      expect(service?.read_only).toBe(true);
      for (const { source } of service?.configs ?? [])
        expect(existsSync(join(ROOT, 'deploy', compose.configs[source]?.file ?? ''))).toBe(true);
    }
    for (const service of [first, second])
      for (const { source } of service?.secrets ?? []) expect(Object.keys(compose.secrets)).toContain(source);
  });

  it('names no password', () => {
    expect(text('deploy/compose.yaml')).not.toMatch(/PASSWORD: (?!\$\{POSTGRES_PASSWORD:\?)/);
    expect(first(compose)).toContain('${POSTGRES_PASSWORD:?');
  });
});

function first({ services }: Compose): string {
  return services['first']?.environment?.['CARDEA_STORE'] ?? '';
}
