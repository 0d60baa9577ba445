import { getPrismaClient } from '@prisma/client/runtime/client';
import type { PrismaProvider } from '../src/filter/prisma/prisma-mapping.ts';

/** What tests use of a client of Prisma for the rows of the filters' law. */
export interface PrismaThings {
  readonly thing: {
    findMany(query: {
      readonly where: object;
      readonly select: { readonly n: true };
    }): Promise<{ readonly n: number }[]>;
    createMany(rows: { readonly data: readonly object[] }): Promise<unknown>;
  };
  $executeRawUnsafe(statement: string): Promise<unknown>;
  $disconnect(): Promise<void>;
}

/**
 * The client that `prisma generate` writes for a model with the columns of the law. It is put together here, as the
 * generator comes with a program of its own for each system, which is fetched from elsewhere when it is installed.
 */
export function prismaThings(provider: Exclude<PrismaProvider, 'mysql'>, adapter: object): PrismaThings {
  const compiler = `@prisma/client/runtime/query_compiler_fast_bg.${provider}`;
  const client = getPrismaClient({
    previewFeatures: [],
    clientVersion: '7.10.0',
    engineVersion: '0edf323efd1d98336f3f0a68684b56f689b900d3',
    activeProvider: provider,
    inlineSchema: schemaOf(provider),
    runtimeDataModel: { models: { Thing: { fields: FIELDS, dbName: 'things', schema: null } }, enums: {}, types: {} },
    // An empty graph: no query has a plan that is remembered.
    parameterizationSchema: { strings: [], graph: 'AAAAAAAAAAA' },
    compilerWasm: {
      getRuntime: () => import(`${compiler}.mjs`) as Promise<object>,
      getQueryCompilerWasmModule: async () => {
        const { wasm } = (await import(`${compiler}.wasm-base64.mjs`)) as WasmText;
        return compiled(Buffer.from(wasm, 'base64'));
      },
      importName: './query_compiler_fast_bg.js',
    },
  } as unknown as Parameters<typeof getPrismaClient>[0]);
  const Client = client as unknown as new (options: { readonly adapter: object }) => PrismaThings;
  return new Client({ adapter });
}

// Node has it, and the types of the library's own sources do not.
function compiled(code: Uint8Array): unknown {
  const { Module } = (
    globalThis as unknown as { readonly WebAssembly: { readonly Module: new (code: Uint8Array) => unknown } }
  ).WebAssembly;
  return new Module(code);
}

interface WasmText {
  readonly wasm: string;
}

const TYPES = {
  n: 'Int',
  owner: 'String?',
  title: 'String?',
  status: 'String',
  age: 'BigInt?',
  size: 'BigInt',
  price: 'Float?',
  open: 'Boolean?',
  flag: 'Boolean?',
} as const;

const FIELDS = Object.entries(TYPES).map(([name, type]) => ({
  name,
  kind: 'scalar',
  type: type.replace('?', ''),
}));

function schemaOf(provider: string): string {
  const fields = Object.entries(TYPES).map(([name, type]) => `  ${name} ${type}${name === 'n' ? ' @id' : ''}`);
  return `datasource db {\n  provider = "${provider}"\n}\n\nmodel Thing {\n${fields.join('\n')}\n\n  @@map("things")\n}\n`;
}
