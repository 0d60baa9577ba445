import { CardeaError, quote } from '../../errors.ts';
import type { DocumentLimits } from './document-limits.ts';
import type { Located } from './located.ts';
import { readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';
import { checkText, type SourceText, sourceText } from './source-text.ts';
import { yamlDocuments } from './yaml-documents.ts';

/** The language of a document. */
export type DocumentFormat = 'yaml' | 'json';

/** A text of policies, and the name by which messages call it. */
export interface DocumentFile {
  readonly text: string;
  readonly file?: string;
  /** By the ending of `file` when absent: JSON for `.json`, else YAML. */
  readonly format?: DocumentFormat;
}

/**
 * A document's text, ready to be read.
 *
 * @throws CARDEA_INVALID_ARGUMENT when the text is no string
 */
export function sourceOf({ text, file }: DocumentFile): SourceText {
  if (typeof text !== 'string')
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'the text of a document must be a string');
  return sourceText(text, file);
}

/** The language that a document is read in. */
export function formatOf({ file, format }: Omit<DocumentFile, 'text'>): DocumentFormat {
  if (format !== undefined && format !== 'yaml' && format !== 'json') {
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `format must be \`yaml\` or \`json\`, not ${quote(format)}`);
  }
  return format ?? (file !== undefined && /\.json$/i.test(file) ? 'json' : 'yaml');
}

/**
 * The documents of a text that can be read; what is wrong is reported.
 */
export function readDocument(
  source: SourceText,
  format: DocumentFormat,
  limits: Required<DocumentLimits>,
): readonly Located[] {
  if (!checkText(source, limits.maxLength)) return [];
  const roots =
    format === 'json'
      ? [readJson(source, limits)]
      : yamlDocuments(source, limits)?.map((document) => readYaml(document, source, limits));
  const found = roots?.filter((root) => root !== undefined) ?? [];
  // A file that was cut off must not pass for one without policies: the denials in it would be lost.
  if (found.length === 0 && source.issues.length === 0)
    source.report('CARDEA_INVALID_DOCUMENT', 'the document is empty; write `[]` for no policies', [], 0);
  return found;
}
