import { z } from 'zod';
import { serverConfig } from './server-config.ts';

/** The JSON Schema (2020-12) of configuration files, for editors. */
export const configSchema: Readonly<Record<string, unknown>> = {
  ...z.toJSONSchema(serverConfig, {
    io: 'input',
    // It is for the one who reads the configuration.
    override: ({ jsonSchema }) => void delete jsonSchema['path'],
  }),
  title: 'Cardea server configuration',
};
