// Puts the repository's documents beside the package that is being packed; git ignores the copies.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

for (const document of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
  copyFileSync(join(import.meta.dirname, '..', document), document);
}
