import { createRequire } from 'node:module';

/** The version of the package: its `package.json` stands beside `src` and, in a tarball, beside `dist`. */
export const VERSION: string = (createRequire(import.meta.url)('../package.json') as { readonly version: string })
  .version;
