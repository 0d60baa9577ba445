import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { SERVER_NAMES } from './server.ts';

interface Service {
  readonly image: string;
  readonly ports: readonly string[];
}

const { services } = parse(readFileSync(join(import.meta.dirname, 'compose.yaml'), 'utf8')) as {
  services: Record<string, Service>;
};

it('there is a container for each server', () => {
  expect(Object.keys(services)).toEqual(SERVER_NAMES);
});

it.each(SERVER_NAMES)('%s is pinned to a release, and its port is given and open to this host only', (name) => {
  const { image, ports } = services[name] ?? { image: '', ports: [] };
  expect(image).toMatch(/^[a-z]+:\d+\.\d+(?:\.\d+)?$/);
  expect(ports).toHaveLength(1);
  expect(ports[0]).toMatch(new RegExp(`^127\\.0\\.0\\.1:\\$\\{CARDEA_${name.toUpperCase()}_PORT:-\\d+\\}:`));
});
