import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Guard, type Json, MemoryStorage, type NamedAction } from 'cardea';
import { parseDocument } from 'cardea/document';
import { type EntityData, type EntityDirectory, memoryDirectory } from '@cardea/server';

const SCENARIOS = join(import.meta.dirname, '../../../conformance/authzen');

/** What a server is loaded with before a folder is replayed. */
export interface Scenario {
  readonly guard: Guard;
  readonly directory: EntityDirectory;
}

interface Fixture {
  readonly subjects: readonly EntityData[];
  readonly resources: readonly EntityData[];
  readonly actions: readonly NamedAction[];
}

/**
 * The policies and entities of a folder: its own policies, else those of the scenario that has the same kind of entities.
 *
 * @throws Error when the folder has no entities, or its policies are invalid
 */
export function readScenario(folder: string): Scenario {
  const fixture = readJson(join(folder, 'fixture.json')) as Fixture | undefined;
  const users = readJson(join(folder, 'users.json')) as { readonly users: readonly EntityData[] } | undefined;
  if (fixture === undefined && users === undefined)
    throw new Error(`${folder}: neither \`fixture.json\` nor \`users.json\` is there`);
  // What the fixture says of an action is which properties it may have, and not a property.
  const actions = fixture?.actions.map(({ name }) => ({ name, resourceTypes: typesOf(fixture.resources) })) ?? [];
  const entities = fixture === undefined ? (users?.users ?? []) : [...fixture.subjects, ...fixture.resources];
  const own = join(folder, 'policies.yaml');
  const file = existsSync(own)
    ? own
    : join(SCENARIOS, fixture === undefined ? 'todo' : 'certification', 'policies.yaml');
  const parsed = parseDocument(readFileSync(file, 'utf8'), { file });
  if (!parsed.ok) throw new Error(`${file}: ${parsed.issues[0]?.message ?? 'invalid'}`);
  return {
    guard: new Guard(new MemoryStorage(parsed.value.policies)),
    directory: memoryDirectory({ entities, actions }),
  };
}

/** What is in a file, or undefined where there is none. */
export function readJson(file: string): Json | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Json) : undefined;
}

function typesOf(entities: readonly EntityData[]): readonly string[] {
  return [...new Set(entities.map(({ type }) => type))];
}
