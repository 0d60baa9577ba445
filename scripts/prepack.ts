// Puts the named documents of the repository beside the package that is being packed; git ignores the copies.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

for (const document of process.argv.slice(2)) {
  copyFileSync(join(import.meta.dirname, '..', document), document);
}
